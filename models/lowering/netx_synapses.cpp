#include "models/lowering/netx_synapses.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "models/lowering/weight_format.hpp"

namespace spikeloom {
namespace {

using Shape3 = std::array<std::uint32_t, 3>;

constexpr std::int32_t kMostWeight = 1 << 16;  // of a file; formats hold far less
constexpr std::int32_t kMostDelay = 62;        // of Loihi's delay field: 63 steps
constexpr std::uint32_t kLoihiWeightBits = 8;

std::vector<std::int32_t> read_weights(const NetxFields& layer,
                                       const std::string& field,
                                       Shape& shape) {
  if (layer.is_group(field)) layer.fail(field, "holds complex weights, which are not supported");
  WholeNumbers numbers = layer.numbers(field, -kMostWeight, kMostWeight);
  shape = numbers.shape;
  if (numbers.values.empty()) layer.fail(field, "is empty");
  return std::move(numbers.values);
}

std::string range_text(std::span<const std::int32_t> weights) {
  const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
  std::int32_t step = 0;
  for (const std::int32_t weight : weights) step = std::gcd(step, weight);
  return std::to_string(*low) + " to " + std::to_string(*high) + " in steps of " +
         std::to_string(step);
}

StoredWeights stored_weights(const NetxFields& layer,
                             const std::string& field,
                             std::vector<std::int32_t> weights,
                             const SynapseFormat& format) {
  if (format.weight_bits < kLoihiWeightBits) truncate_weights(weights, format.weight_bits);
  auto stored = store_weights(format.arithmetic, weights, format.exponent);
  if (!stored)
    layer.fail(field,
               "holds " + range_text(weights) + " times 2^" + std::to_string(format.exponent) +
                   ", synapses hold " + weights_held(format.arithmetic, sign_mode_of(weights)) +
                   " times 2^" + std::to_string(format.arithmetic.weight_exponent_min) + " to 2^" +
                   std::to_string(format.arithmetic.weight_exponent_max));
  return std::move(*stored);
}

// ---- delays ----------------------------------------------------------------------------------

WholeNumbers read_delays(const NetxFields& layer) {
  if (!layer.has("delay")) return {{}, {0}};
  return layer.numbers("delay", 0, kMostDelay);
}

// Steps from the delay field: a spike takes one step anyway.
constexpr std::uint32_t steps_of(std::int32_t field) {
  return static_cast<std::uint32_t>(field) + 1;
}

bool all_equal(const std::vector<std::int32_t>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

// The delay of each synapse, as Lava spreads them: a list as long as targets and sources alike
// belongs to the targets.
class DenseDelays {
 public:
  DenseDelays(const NetxFields& layer, std::uint32_t sources, std::uint32_t targets)
      : numbers_(read_delays(layer)) {
    const std::size_t count = numbers_.values.size();
    if (count == targets)
      per_target_ = 1;
    else if (count == sources)
      per_source_ = 1;
    else if (count == std::size_t{sources} * targets)
      per_target_ = sources, per_source_ = 1;
    else if (count != 1)
      layer.fail("delay",
                 "has shape " + to_string(numbers_.shape) + " for " + std::to_string(targets) +
                     " neurons of " + std::to_string(sources) + " inputs");
  }

  bool one_for_all() const { return all_equal(numbers_.values); }
  std::uint32_t of(std::uint32_t source, std::uint32_t target) const {
    return steps_of(numbers_.values[target * per_target_ + source * per_source_]);
  }

 private:
  WholeNumbers numbers_;
  std::size_t per_target_ = 0, per_source_ = 0;
};

// The synapses of one delay, or all.
SparseConnectivity sparse_of(const DenseConnectivity& dense,
                             const DenseDelays& delays,
                             std::optional<std::uint32_t> only) {
  SparseConnectivity sparse{{0}, {}, {}, {}};
  for (std::uint32_t source = 0; source < dense.sources; ++source) {
    for_each_synapse(dense, source, [&](const Synapse& synapse) {
      const std::uint32_t delay = delays.of(source, synapse.target);
      if (only && delay != *only) return;
      sparse.target.push_back(synapse.target);
      sparse.weight.push_back(static_cast<std::int16_t>(synapse.weight));
      sparse.delay.push_back(static_cast<std::uint8_t>(delay));
    });
    sparse.row.push_back(sparse.target.size());
  }
  return sparse;
}

std::vector<StoredProjection> split_by_delay(const DenseConnectivity& dense,
                                             const DenseDelays& delays,
                                             std::int32_t exponent) {
  std::vector<StoredProjection> result;
  for (std::int32_t field = 0; field <= kMostDelay; ++field) {
    SparseConnectivity sparse = sparse_of(dense, delays, steps_of(field));
    if (!sparse.target.empty()) result.push_back({std::move(sparse), exponent});
  }
  return result;
}

// ---- windows ---------------------------------------------------------------------------------

void require_number(const NetxFields& layer, const std::string& field, std::uint32_t expected) {
  if (!layer.has(field)) return;
  const auto found = static_cast<std::uint32_t>(layer.number(field, 1, INT32_MAX));
  if (found != expected)
    layer.fail(field,
               "is " + std::to_string(found) + ", the weights have " + std::to_string(expected));
}

void require_kernel(const NetxFields& layer, const std::array<std::uint32_t, 2>& kernel) {
  if (layer.has("kernelSize") && layer.pair_or("kernelSize", 1, 1) != kernel)
    layer.fail("kernelSize",
               "contradicts the weights, of " + std::to_string(kernel[0]) + " by " +
                   std::to_string(kernel[1]));
}

// What moves the kernel.
Window read_frame(const NetxFields& layer, const std::array<std::uint32_t, 2>& default_stride) {
  Window window{};
  window.stride = layer.has("stride") ? layer.pair_or("stride", 1, 1) : default_stride;
  window.padding = layer.pair_or("padding", 0, 0);
  window.dilation = layer.pair_or("dilation", 1, 1);
  return window;
}

// (out, in / groups, height, width); extents of 1 may follow.
Shape four_extents(const NetxFields& layer, Shape shape) {
  const Shape whole = shape;
  while (shape.size() > 4 && shape.back() == 1) shape.pop_back();
  if (shape.size() != 4)
    layer.fail("weight", "has shape " + to_string(whole) + ", expected four extents");
  return shape;
}

// Elements that a kernel spans along one axis.
std::uint64_t span_of(const Window& window, std::size_t axis) {
  return std::uint64_t{window.dilation[axis]} * (window.kernel[axis] - 1) + 1;
}

std::uint64_t steps_within(const Window& window, std::size_t axis, std::uint64_t extent) {
  const std::uint64_t padded = extent + 2 * std::uint64_t{window.padding[axis]};
  if (padded < span_of(window, axis)) return 0;
  return (padded - span_of(window, axis)) / window.stride[axis] + 1;
}

// Delay of every target channel, in steps.
std::vector<std::uint32_t> channel_delays(const NetxFields& layer, std::uint32_t channels) {
  const WholeNumbers numbers = read_delays(layer);
  if (numbers.values.size() != 1 && numbers.values.size() != channels)
    layer.fail(
        "delay",
        "has shape " + to_string(numbers.shape) + " for " + std::to_string(channels) + " channels");
  std::vector<std::uint32_t> delays;
  for (std::uint32_t channel = 0; channel < channels; ++channel)
    delays.push_back(steps_of(numbers.values[numbers.values.size() == 1 ? 0 : channel]));
  return delays;
}

// The kernels of the channels with this delay; the others are zero.
ConvConnectivity of_delay(const ConvConnectivity& conv,
                          const std::vector<std::uint32_t>& delays,
                          std::uint32_t delay) {
  ConvConnectivity part = conv;
  part.delay = delay;
  const std::size_t per_channel = conv.weight.size() / delays.size();
  for (std::size_t channel = 0; channel < delays.size(); ++channel)
    if (delays[channel] != delay)
      std::fill_n(
          part.weight.begin() + static_cast<std::ptrdiff_t>(channel * per_channel), per_channel, 0);
  return part;
}

}  // namespace

DenseWeights read_dense_weights(const NetxFields& layer,
                                const std::string& field,
                                std::uint32_t targets) {
  Shape shape;
  DenseWeights weights{0, targets, read_weights(layer, field, shape)};
  const bool flat = shape.size() < 2;
  if (weights.weight.size() % targets != 0 || (!flat && shape.front() != targets))
    layer.fail(field,
               "has shape " + to_string(shape) + " for " + std::to_string(targets) + " neurons");
  weights.sources = static_cast<std::uint32_t>(weights.weight.size() / targets);
  if (field == "weight") {
    require_number(layer, "outFeatures", targets);
    require_number(layer, "inFeatures", weights.sources);
  }
  return weights;
}

std::vector<StoredProjection> store_dense(const NetxFields& layer,
                                          const std::string& field,
                                          const DenseWeights& weights,
                                          const SynapseFormat& format) {
  const DenseDelays delays(layer, weights.sources, weights.targets);
  StoredWeights stored = stored_weights(layer, field, weights.weight, format);
  DenseConnectivity dense{
      weights.sources, weights.targets, std::move(stored.weight), delays.of(0, 0)};
  if (delays.one_for_all()) return {{std::move(dense), stored.exponent}};
  if (stored.exponent < 0) return split_by_delay(dense, delays, stored.exponent);
  return {{sparse_of(dense, delays, std::nullopt), stored.exponent}};
}

Window read_conv_window(const NetxFields& layer) {
  Window window = read_frame(layer, {1, 1});
  Shape shape;
  window.weight = read_weights(layer, "weight", shape);
  shape = four_extents(layer, shape);
  window.groups = static_cast<std::uint32_t>(layer.number_or("groups", 1, 1 << 16, 1));
  window.out_channels = static_cast<std::uint32_t>(shape[0]);
  window.in_channels = static_cast<std::uint32_t>(shape[1]) * window.groups;
  window.kernel = {static_cast<std::uint32_t>(shape[2]), static_cast<std::uint32_t>(shape[3])};
  if (window.out_channels % window.groups != 0)
    layer.fail("groups",
               "is " + std::to_string(window.groups) + ", which does not divide " +
                   std::to_string(window.out_channels) + " channels");
  require_number(layer, "inChannels", window.in_channels);
  require_number(layer, "outChannels", window.out_channels);
  require_kernel(layer, window.kernel);
  return window;
}

Window read_pool_window(const NetxFields& layer, const Shape3& target) {
  Shape shape;
  const std::vector<std::int32_t> weight = read_weights(layer, "weight", shape);
  shape = four_extents(layer, shape);
  if (shape[0] != 1 || shape[1] != 1)
    layer.fail("weight", "has shape " + to_string(shape) + ", expected (1, 1, height, width)");
  const std::array<std::uint32_t, 2> kernel{static_cast<std::uint32_t>(shape[2]),
                                            static_cast<std::uint32_t>(shape[3])};
  require_kernel(layer, kernel);
  Window window = read_frame(layer, kernel);
  window.kernel = kernel;
  window.in_channels = window.out_channels = window.groups = target[0];
  if (weight.size() * target[0] > kMaxNetxNumbers)
    layer.fail("shape", "has too many channels for this kernel");
  for (std::uint32_t channel = 0; channel < target[0]; ++channel)
    window.weight.insert(window.weight.end(), weight.begin(), weight.end());
  return window;
}

void check_window(const NetxFields& layer,
                  const Window& window,
                  const Shape3& source,
                  const Shape3& target,
                  bool is_pool) {
  if (source[0] != window.in_channels)
    layer.fail("weight",
               "takes " + std::to_string(window.in_channels) + " channels, the layer before has " +
                   std::to_string(source[0]));
  bool fits = target[0] == window.out_channels;
  for (const std::size_t axis : {0U, 1U}) {
    const std::uint32_t extent = source[axis + 1];
    const std::uint32_t added = is_pool ? extent % window.kernel[axis] : 0;
    fits = fits && (target[axis + 1] == steps_within(window, axis, extent) ||
                    target[axis + 1] == steps_within(window, axis, extent + added));
  }
  if (fits) return;
  const Shape found(target.begin(), target.end()), given(source.begin(), source.end());
  const Shape expected{
      window.out_channels, steps_within(window, 0, source[1]), steps_within(window, 1, source[2])};
  layer.fail("shape",
             "is " + to_string(found) + ", but the kernel makes " + to_string(expected) + " of " +
                 to_string(given));
}

std::optional<Shape3> only_source_shape(const Window& window, const Shape3& target) {
  Shape3 source{window.in_channels, 0, 0};
  for (const std::size_t axis : {0U, 1U}) {
    const std::uint64_t reached =
        std::uint64_t{target[axis + 1] - 1} * window.stride[axis] + span_of(window, axis);
    const std::uint64_t padding = 2 * std::uint64_t{window.padding[axis]};
    if (window.stride[axis] != 1 || reached <= padding || reached - padding > kMaxNetxNeurons)
      return std::nullopt;
    source[axis + 1] = static_cast<std::uint32_t>(reached - padding);
  }
  if (double{1} * source[0] * source[1] * source[2] > double{kMaxNetxNeurons}) return std::nullopt;
  return source;
}

std::vector<StoredProjection> store_window(const NetxFields& layer,
                                           const Window& window,
                                           const Shape3& source,
                                           const Shape3& target,
                                           const SynapseFormat& format) {
  StoredWeights stored = stored_weights(layer, "weight", window.weight, format);
  const std::vector<std::uint32_t> delays = channel_delays(layer, target[0]);
  const ConvConnectivity conv{source,
                              target,
                              window.kernel,
                              window.stride,
                              window.padding,
                              window.dilation,
                              window.groups,
                              std::move(stored.weight),
                              delays.front()};
  const std::set<std::uint32_t> distinct(delays.begin(), delays.end());
  if (distinct.size() == 1) return {{conv, stored.exponent}};
  std::vector<StoredProjection> result;
  for (const std::uint32_t delay : distinct)
    result.push_back({of_delay(conv, delays, delay), stored.exponent});
  return result;
}

StoredProjection one_to_one(const NetxFields& layer,
                            const Shape3& shape,
                            const SynapseFormat& format) {
  StoredWeights stored = stored_weights(layer,
                                        "weight",
                                        std::vector<std::int32_t>(shape[0], 1),
                                        {format.arithmetic, 8, format.exponent});
  return {ConvConnectivity{
              shape, shape, {1, 1}, {1, 1}, {0, 0}, {1, 1}, shape[0], std::move(stored.weight), 0},
          stored.exponent};
}

StoredProjection one_per_group(std::uint32_t sources, std::uint32_t targets) {
  SparseConnectivity sparse{{0}, {}, {}, {}};
  for (std::uint32_t source = 0; source < sources; ++source) {
    sparse.target.push_back(source / (sources / targets));
    sparse.weight.push_back(1);
    sparse.delay.push_back(0);
    sparse.row.push_back(sparse.target.size());
  }
  return {std::move(sparse), 0};
}

}  // namespace spikeloom
