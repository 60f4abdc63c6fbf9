#include "mapper/rows/shared_projections.hpp"

#include <algorithm>

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

std::vector<bool> shared_projections(const LoweredNetwork& network, const CoreSpec& core) {
  std::vector<bool> shared;
  IdVector<PopulationId, std::uint64_t> words(network.populations.size());  // of one neuron
  for (const Projection& projection : network.projections) {
    shared.push_back(core.kernel_words > 0 && is_sharable(network, projection));
    if (!shared.back()) continue;
    const auto& conv = std::get<ConvConnectivity>(projection.connectivity);
    shared.back() = words[projection.target] + weights_of_a_neuron(conv) <= core.kernel_words;
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
