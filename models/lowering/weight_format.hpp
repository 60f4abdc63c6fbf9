#pragma once
// Weights as a chip's synapses hold them (WeightFormat in arithmetic.hpp).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "models/network/arithmetic.hpp"

namespace spikeloom {

/// Signs that occur among a projection's weights; all zero counts as excitatory.
enum class SignMode { Excitatory, Inhibitory, Mixed };
SignMode sign_mode_of(bool any_positive, bool any_negative);
SignMode sign_mode_of(std::span<const std::int32_t> weights);
SignMode sign_mode_of(const Connectivity& connectivity);

/// The integers low, low + step .. high, of which 0 is one.
struct WeightGrid {
  std::int32_t low, high, step;

  bool holds(std::int64_t weight) const {
    return weight >= low && weight <= high && weight % step == 0;
  }
  /// Ties go away from zero; what lies outside goes to the end.
  std::int32_t nearest(double weight) const;
};

/// What synapses of `bits` (2 to the arithmetic's weight_bits) hold. Signed weights of fewer bits
/// cover less, those of Loihi are coarser.
WeightGrid weight_grid(const Arithmetic& arithmetic, SignMode mode, std::uint32_t bits);

/// Loihi's weights cut to `bits`: the lower bits vanish, of 8 bits for weights of one sign, of 9
/// for mixed ones, towards minus infinity (inhibitory ones towards zero); Lava's truncate_weights.
void truncate_weights(std::span<std::int32_t> weights, std::uint32_t bits);

/// Weights and the exponent they are stored with: weight << exponent is what was asked for.
struct StoredWeights {
  std::vector<std::int16_t> weight;
  std::int32_t exponent = 0;
};
/// Exactly these weights times 2^exponent in the arithmetic's formats: as they are, else with the
/// least change of the exponent. nullopt if there is none.
std::optional<StoredWeights> store_weights(const Arithmetic& arithmetic,
                                           std::span<const std::int32_t> weights,
                                           std::int32_t exponent);
/// The formats in words, for refusals: "-128 to 127", "even numbers from -256 to 254".
std::string weights_held(const Arithmetic& arithmetic, SignMode mode);

}  // namespace spikeloom
