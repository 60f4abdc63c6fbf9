#include "models/mapping/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace spikeloom {
namespace {

/// The first tap of those that a source with padded coordinate `padded` can reach by its stride, or
/// `kernel` if there is none: hardware has it from a table by padded % stride.
std::uint32_t first_tap(std::uint32_t padded,
                        std::uint32_t kernel,
                        std::uint32_t stride,
                        std::uint32_t dilation,
                        std::uint32_t tap_step) {
  const std::uint32_t phase = padded % stride;
  for (std::uint32_t tap = 0; tap < std::min(kernel, tap_step); ++tap)
    if (std::uint64_t{tap} * dilation % stride == phase) return tap;
  return kernel;
}

std::uint32_t taps_below(std::uint32_t first, std::uint32_t end, std::uint32_t step) {
  return first < end ? (end - first + step - 1) / step : 0;
}

std::uint64_t volume_of(const std::array<std::uint16_t, 3>& extents) {
  return std::uint64_t{extents[0]} * extents[1] * extents[2];
}

std::optional<std::string> fault_of_delay(std::uint32_t delay, const CoreSpec& spec) {
  if (delay >= 1 && delay <= spec.delay_steps) return std::nullopt;
  return fmt::format("has delay {}, allowed are 1 to {}", delay, spec.delay_steps);
}

bool has_zero_extent(const Convolution& c) {
  const auto is_zero = [](std::uint16_t extent) { return extent == 0; };
  return std::ranges::any_of(c.source, is_zero) || std::ranges::any_of(c.target, is_zero) ||
         std::ranges::any_of(c.kernel, is_zero) || std::ranges::any_of(c.stride, is_zero) ||
         std::ranges::any_of(c.dilation, is_zero);
}

}  // namespace

std::optional<std::string> fault_of(const Convolution& c,
                                    const CoreImage& core,
                                    const CoreSpec& spec) {
  if (has_zero_extent(c)) return "has a box, kernel, stride or dilation of 0, allowed is 1 or more";
  if (c.first_key + volume_of(c.source) > std::uint64_t{1} << 32)
    return fmt::format(
        "has {} sources from key {:#010x} on, keys have 32 bits", volume_of(c.source), c.first_key);
  if (c.first_target + volume_of(c.target) > core.neurons())
    return fmt::format("goes to neurons {} to {}, the core has {}",
                       c.first_target,
                       c.first_target + volume_of(c.target) - 1,
                       core.neurons());
  const std::uint64_t weights =
      std::uint64_t{c.source[0]} * c.target[0] * (std::uint64_t{c.kernel[0]} * c.kernel[1]);
  if (c.first_weight + weights > core.kernels.size())
    return fmt::format("is weights {} to {} of kernels, the core stores {}",
                       c.first_weight,
                       c.first_weight + weights - 1,
                       core.kernels.size());
  if (c.weight_exponent > spec.arithmetic.weight_exponent_max)
    return fmt::format("has weight exponent {}, the largest is {}",
                       c.weight_exponent,
                       spec.arithmetic.weight_exponent_max);
  return fault_of_delay(c.delay, spec);
}

std::optional<std::string> fault_of_dense_row(const Row& row,
                                              const CoreImage& core,
                                              const CoreSpec& spec) {
  if (row.words == 0) return std::nullopt;
  const std::uint64_t per_word = dense_weights_per_word(spec);
  const std::uint64_t end = (std::uint64_t{row.first_word} + row.words) * per_word;
  if (end > core.dense.size())
    return fmt::format("is dense words {} to {}, the core stores {}",
                       row.first_word,
                       std::uint64_t{row.first_word} + row.words - 1,
                       core.dense.size() / per_word);
  if (auto fault = fault_of_delay(row.delay, spec)) return fault;
  // Only the last word may reach beyond the core, with weights of zero.
  const std::uint64_t begin = row.first_word * per_word;
  const std::uint64_t inside =
      begin + core.neurons() - std::min<std::uint64_t>(row.first_target, core.neurons());
  if (end - std::min(end, inside) >= per_word)
    return fmt::format("has {} weights from neuron {} on, the core has {}",
                       end - begin,
                       row.first_target,
                       core.neurons());
  for (std::uint64_t i = inside; i < end; ++i)
    if (core.dense[i] != 0)
      return fmt::format(
          "goes to neuron {}, the core has {}", row.first_target + (i - begin), core.neurons());
  return std::nullopt;
}

AxisTaps axis_taps(const Convolution& convolution, std::size_t axis, std::uint32_t at) {
  const std::uint32_t kernel = convolution.kernel[axis], stride = convolution.stride[axis];
  const std::uint32_t dilation = convolution.dilation[axis];
  const std::uint32_t common = std::gcd(stride, dilation);
  AxisTaps taps{.tap_step = stride / common, .target_step = dilation / common};
  const std::uint32_t padded =
      at + convolution.source_at[axis] + std::uint32_t{convolution.padding[axis]};
  taps.tap = first_tap(padded, kernel, stride, dilation, taps.tap_step);
  // Targets fall as taps rise: skip those behind the box, then count to its beginning.
  const std::int64_t low = convolution.target_at[axis];
  const std::int64_t end = low + convolution.target[1 + axis];
  std::int64_t target =
      (std::int64_t{padded} - std::int64_t{taps.tap} * dilation) / std::int64_t{stride};
  if (taps.tap >= kernel || std::uint64_t{taps.tap} * dilation > padded || target < low) return {};
  const std::int64_t behind = std::max<std::int64_t>(target - end + 1, 0);
  const std::int64_t skipped = (behind + taps.target_step - 1) / taps.target_step;
  const std::int64_t tap = taps.tap + skipped * taps.tap_step;
  target -= skipped * taps.target_step;
  if (tap >= kernel || target < low) return {};
  taps.tap = static_cast<std::uint32_t>(tap);
  taps.target = static_cast<std::uint32_t>(target - low);
  taps.count =
      std::min(taps_below(taps.tap, kernel, taps.tap_step), taps.target / taps.target_step + 1);
  return taps;
}

PacketTaps taps_of(const Convolution& convolution, std::uint32_t key) {
  const auto [channels, height, width] = convolution.source;
  const std::uint32_t number = key - convolution.first_key;
  const std::uint32_t plane = std::uint32_t{height} * width;
  if (number / plane >= channels) return {};
  PacketTaps taps;
  taps.rows = axis_taps(convolution, 0, number % plane / width);
  taps.columns = axis_taps(convolution, 1, number % width);
  taps.channels = convolution.target[0];
  taps.first_weight = convolution.first_weight + number / plane * convolution.target[0] *
                                                     convolution.kernel[0] * convolution.kernel[1];
  return taps;
}

}  // namespace spikeloom
