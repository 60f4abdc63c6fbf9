#include "models/lowering/weight_format.hpp"

#include <algorithm>
#include <cmath>

namespace spikeloom {
namespace {

constexpr std::uint32_t kLoihiWeightBits = 8;

// Times 2^-shift where that is whole.
std::optional<std::int64_t> shifted(std::int32_t weight, std::int32_t shift) {
  if (shift <= 0) return std::int64_t{weight} << -shift;
  const std::int64_t unit = std::int64_t{1} << shift;
  if (weight % unit != 0) return std::nullopt;
  return weight / unit;
}

std::optional<StoredWeights> store_shifted(const WeightGrid& grid,
                                           std::span<const std::int32_t> weights,
                                           std::int32_t exponent,
                                           std::int32_t shift) {
  StoredWeights stored{{}, exponent + shift};
  stored.weight.reserve(weights.size());
  for (const std::int32_t weight : weights) {
    const std::optional<std::int64_t> value = shifted(weight, shift);
    if (!value || !grid.holds(*value)) return std::nullopt;
    stored.weight.push_back(static_cast<std::int16_t>(*value));
  }
  return stored;
}

SignMode signs_in(const auto& weights) {
  return sign_mode_of(
      std::any_of(weights.begin(), weights.end(), [](std::int32_t w) { return w > 0; }),
      std::any_of(weights.begin(), weights.end(), [](std::int32_t w) { return w < 0; }));
}

SignMode signs_of(const auto& form) { return signs_in(form.weight); }
SignMode signs_of(const DrawnConnectivity& drawn) {
  return sign_mode_of(drawn.inhibitory_fraction<1, drawn.inhibitory_fraction> 0);
}

}  // namespace

SignMode sign_mode_of(bool any_positive, bool any_negative) {
  if (!any_negative) return SignMode::Excitatory;
  return any_positive ? SignMode::Mixed : SignMode::Inhibitory;
}

SignMode sign_mode_of(std::span<const std::int32_t> weights) { return signs_in(weights); }

SignMode sign_mode_of(const Connectivity& connectivity) {
  return std::visit([](const auto& form) { return signs_of(form); }, connectivity);
}

std::int32_t WeightGrid::nearest(double weight) const {
  const double rounded = std::round(weight / step) * step;
  return static_cast<std::int32_t>(
      std::clamp(rounded, static_cast<double>(low), static_cast<double>(high)));
}

WeightGrid weight_grid(const Arithmetic& arithmetic, SignMode mode, std::uint32_t bits) {
  if (arithmetic.weight_format == WeightFormat::Signed) {
    const std::int32_t half = 1 << (bits - 1);
    return {-half, half - 1, 1};
  }
  const std::int32_t whole = 1 << arithmetic.weight_bits;
  const std::int32_t step = 1 << (arithmetic.weight_bits - bits);
  if (mode == SignMode::Mixed) return {-whole, whole - 2 * step, 2 * step};
  if (mode == SignMode::Inhibitory) return {-(whole - step), 0, step};
  return {0, whole - step, step};
}

void truncate_weights(std::span<std::int32_t> weights, std::uint32_t bits) {
  const SignMode mode = sign_mode_of(weights);
  const std::uint32_t vanishing = kLoihiWeightBits - bits + (mode == SignMode::Mixed ? 1 : 0);
  const auto cut = [&](std::int32_t weight) { return weight >> vanishing << vanishing; };
  for (std::int32_t& weight : weights)
    weight = mode == SignMode::Inhibitory ? -cut(-weight) : cut(weight);
}

std::optional<StoredWeights> store_weights(const Arithmetic& arithmetic,
                                           std::span<const std::int32_t> weights,
                                           std::int32_t exponent) {
  const WeightGrid grid = weight_grid(arithmetic, sign_mode_of(weights), arithmetic.weight_bits);
  const auto highest = static_cast<std::int32_t>(arithmetic.weight_exponent_max);
  const std::int32_t lowest = arithmetic.weight_exponent_min;
  for (std::int32_t change = 0; change <= highest - lowest; ++change)
    for (const std::int32_t shift : {change, -change}) {
      if (exponent + shift < lowest || exponent + shift > highest) continue;
      if (auto stored = store_shifted(grid, weights, exponent, shift)) return stored;
    }
  return std::nullopt;
}

std::string weights_held(const Arithmetic& arithmetic, SignMode mode) {
  const WeightGrid grid = weight_grid(arithmetic, mode, arithmetic.weight_bits);
  return std::string(grid.step == 2 ? "even numbers from " : "") + std::to_string(grid.low) +
         " to " + std::to_string(grid.high);
}

}  // namespace spikeloom
