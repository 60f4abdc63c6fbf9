#include "mapper/rows/shared_projections.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/mapping/mapping.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kWidestField = 0xFFFF;

bool fits_fields(const ConvConnectivity& conv) {
  const auto fits = [](std::uint32_t extent) { return extent <= kWidestField; };
  return std::ranges::all_of(conv.source_shape, fits) &&
         std::ranges::all_of(conv.target_shape, fits) && std::ranges::all_of(conv.kernel, fits) &&
         std::ranges::all_of(conv.stride, fits) && std::ranges::all_of(conv.padding, fits) &&
         std::ranges::all_of(conv.dilation, fits);
}

/// Weights that a target neuron has through a convolution.
std::uint64_t weights_of_a_neuron(const ConvConnectivity& conv) {
  return std::uint64_t{conv.source_shape[0]} / conv.groups * conv.kernel[0] * conv.kernel[1];
}

bool is_sharable(const LoweredNetwork& network, const Projection& projection) {
  const auto* conv = std::get_if<ConvConnectivity>(&projection.connectivity);
  if (conv == nullptr || !fits_fields(*conv) || projection.weight_exponent < 0) return false;
  const std::uint32_t positions = conv->target_shape[1] * conv->target_shape[2];
  return positions > 1 &&
         conv->source_shape == volume_shape(network.populations[projection.source]) &&
         conv->target_shape == volume_shape(network.populations[projection.target]);
}

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

/// A core that holds as many targets of a convolution as it can: a box of all channels that its
/// kernel memory holds, as high as wide.
class FullCore {
 public:
  FullCore(const ConvConnectivity& conv, const CoreSpec& core) : conv_(conv), core_(core) {
    const std::uint64_t held = core.kernel_words / weights_of_a_neuron(conv);
    channels_ = std::min<std::uint64_t>(
        {conv.target_shape[0], core.neurons, std::max<std::uint64_t>(held, 1)});
    const std::uint64_t positions = core.neurons / channels_;
    const auto side = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(positions)));
    extent_[0] = std::clamp<std::uint64_t>(side, 1, conv.target_shape[1]);
    extent_[1] = std::clamp<std::uint64_t>(positions / extent_[0], 1, conv.target_shape[2]);
    extent_[0] = std::clamp<std::uint64_t>(positions / extent_[1], 1, conv.target_shape[1]);
  }

  std::uint64_t kernel_words() const { return channels_ * weights_of_a_neuron(conv_); }

  /// Neurons that have a synapse to one of the targets.
  std::uint64_t sources() const {
    const std::uint64_t out = conv_.target_shape[0] / conv_.groups;
    const std::uint64_t in = conv_.source_shape[0] / conv_.groups;
    return std::min<std::uint64_t>(ceil_div(channels_, out) * in, conv_.source_shape[0]) *
           window(0) * window(1);
  }
  std::uint64_t source_cores() const { return ceil_div(sources(), core_.neurons); }

  /// Of sparse rows or dense ones, whichever are shorter.
  std::uint64_t synaptic_words() const {
    const std::uint64_t channels =
        std::min<std::uint64_t>(channels_, conv_.target_shape[0] / conv_.groups);
    const std::uint64_t synapses = channels * targets(0) * targets(1);
    const std::uint64_t run =
        (channels - 1) * extent_[0] * extent_[1] + (targets(0) - 1) * extent_[1] + targets(1);
    return sources() * std::min(ceil_div(synapses, core_.synapses_per_word),
                                ceil_div(run, dense_weights_per_word(core_)));
  }

 private:
  /// Rows or columns of sources that reach the box.
  std::uint64_t window(std::size_t axis) const {
    const std::uint64_t reach = std::uint64_t{conv_.kernel[axis] - 1} * conv_.dilation[axis];
    return std::min<std::uint64_t>((extent_[axis] - 1) * conv_.stride[axis] + reach + 1,
                                   conv_.source_shape[1 + axis]);
  }
  /// Rows or columns of targets that a source in the middle reaches.
  std::uint64_t targets(std::size_t axis) const {
    return std::min(ceil_div(conv_.kernel[axis], conv_.stride[axis]), extent_[axis]);
  }

  const ConvConnectivity& conv_;
  const CoreSpec& core_;
  std::uint64_t channels_;
  std::array<std::uint64_t, 2> extent_;
};

bool needs_less_shared(const ConvConnectivity& conv, const CoreSpec& core) {
  const SharesOfCore shares = shares_of_core(conv, core);
  return shares.shared <= shares.unrolled;
}

/// How many neurons from `begin` on count up by one, to the end of a row at most.
std::uint32_t run_length(const std::vector<std::uint32_t>& neurons,
                         std::uint32_t begin,
                         std::uint32_t width) {
  const std::uint32_t most = width - neurons[begin] % width;
  std::uint32_t length = 1;
  while (length < most && begin + length < neurons.size() &&
         neurons[begin + length] == neurons[begin] + length)
    ++length;
  return length;
}

/// How often the `period` neurons from `begin` on are followed by the same ones `stride` further,
/// at most `most` times in all.
std::uint32_t repetitions(const std::vector<std::uint32_t>& neurons,
                          std::uint32_t begin,
                          std::uint32_t period,
                          std::uint32_t stride,
                          std::uint32_t most) {
  std::uint32_t times = 1;
  for (; times < most && begin + (times + 1) * period <= neurons.size(); ++times)
    for (std::uint32_t i = 0; i < period; ++i)
      if (neurons[begin + times * period + i] != neurons[begin + i] + times * stride) return times;
  return times;
}

}  // namespace

Volume volume_shape(const LoweredPopulation& population) {
  const Shape& shape = population.shape;
  const auto extent = [&](std::size_t axis) { return static_cast<std::uint32_t>(shape[axis]); };
  if (shape.size() == 3) return {extent(0), extent(1), extent(2)};
  if (shape.size() == 2) return {1, extent(0), extent(1)};
  return {1, 1, population.size};
}

SharesOfCore shares_of_core(const ConvConnectivity& convolution, const CoreSpec& core) {
  const FullCore full(convolution, core);
  const auto share = [](std::uint64_t need, std::uint64_t of) {
    return static_cast<double>(need) / static_cast<double>(of);
  };
  return {std::max(share(full.kernel_words(), core.kernel_words),
                   share(full.source_cores() * (1 + kRowsPerConvolution), core.rows)),
          std::max(share(full.synaptic_words(), core.synaptic_words),
                   share(full.sources(), core.rows))};
}

std::vector<bool> shared_projections(const LoweredNetwork& network,
                                     const CoreSpec& core,
                                     Sharing sharing) {
  std::vector<bool> shared;
  IdVector<PopulationId, std::uint64_t> words(network.populations.size());  // of one neuron
  for (const Projection& projection : network.projections) {
    shared.push_back(core.kernel_words > 0 && is_sharable(network, projection));
    if (!shared.back()) continue;
    const auto& conv = std::get<ConvConnectivity>(projection.connectivity);
    shared.back() = words[projection.target] + weights_of_a_neuron(conv) <= core.kernel_words &&
                    (sharing == Sharing::WhereverItCan || needs_less_shared(conv, core));
    if (shared.back()) words[projection.target] += weights_of_a_neuron(conv);
  }
  const auto& all = network.projections;
  const std::vector<bool> sharable = shared;
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = 0; b < all.size(); ++b)
      if (all[a].source == all[b].source && all[a].target == all[b].target && !sharable[b])
        shared[a] = false;
  return shared;
}

std::vector<Slice> slices_of(PopulationId population,
                             const Volume& shape,
                             std::uint32_t first_local,
                             const std::vector<std::uint32_t>& neurons) {
  std::vector<Slice> slices;
  const std::uint32_t plane = shape[1] * shape[2];
  for (std::uint32_t begin = 0; begin < neurons.size();) {
    const std::uint32_t n = neurons[begin];
    const Volume at{n / plane, n % plane / shape[2], n % shape[2]};
    const std::uint32_t width = run_length(neurons, begin, shape[2]);
    const std::uint32_t height = repetitions(neurons, begin, width, shape[2], shape[1] - at[1]);
    const std::uint32_t channels =
        repetitions(neurons, begin, width * height, plane, shape[0] - at[0]);
    slices.push_back({population, first_local + begin, at, {channels, height, width}});
    begin += width * height * channels;
  }
  return slices;
}

}  // namespace spikeloom
