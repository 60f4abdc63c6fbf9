#pragma once
// The number formats a chip computes in. All values are two's complement integers.
//
// One step of a neuron (the parameterized CUBA-LIF of Loihi's arithmetic; Lava PyLifModelBitAcc):
//   dec(x, d) = sgn(x) * ((|x| * (2^decay_bits - d)) >> decay_bits)        (towards zero)
//   a = sum of (weight << weight_exponent) arriving now, kept modulo 2^sum_bits, read as signed
//   u = dec(u, decay_u) + (a << input_shift) [+ bias]     wraps or saturates at u_bits
//   v = dec(v, decay_v) + u [+ bias]                      saturates at v_bits
//   spike = v > (threshold << threshold_shift)            (or >=)
//   on a spike: v := reset_value, or v := v - n * (threshold << threshold_shift)
//   v = max(v, v_min), last
// Each right-hand side is computed exactly and wrapped or saturated once. A wrapped value lies in
// -2^(bits-1) .. 2^(bits-1)-1, a saturated one in -(2^(bits-1)-1) .. 2^(bits-1)-1 (symmetric, as on
// Loihi). The bias enters u or v, as the profile says.
// n = 1, or with max_spikes_per_step = m above 1 the largest n of 1 to m for which
// v - (n - 1) * (threshold << threshold_shift) still spikes. The neuron then spikes n times in the
// step, and each target sums n times the weight. That needs a reset by subtraction, a threshold
// above 0 and no refractory steps.
// With synapse_order old, the u of the step before enters v. With threshold_test before_update, the
// v of the step before is tested and reset, and the reset is a term of the update:
//   v = dec(v, decay_v) - n * threshold + u [+ bias], or with reset_decays
//   v = dec(v - n * threshold, decay_v) + u [+ bias]
// With reset_time next_step the new v is tested, and that term follows in the next step; a reset to
// a value then is v = dec(reset_value, decay_v) + u [+ bias].
// Refractory: after a spike in step t, in the steps t+1 .. t+refractory_steps u is updated as
// always, v is reset_value and the threshold is not tested. Read-outs (spikes = false) are never
// tested nor reset.
// decay = 2^decay_bits means no memory; decay_u of it makes a plain LIF, decay_v of 0 an IF.

#include <cstdint>
#include <optional>

#include "models/base/json_reader.hpp"

namespace spikeloom {

enum class Overflow { Wrap, Saturate };

/// Which integers a synapse of `weight_bits` = b bits holds.
enum class WeightFormat {
  Signed,  ///< -2^(b-1) .. 2^(b-1)-1
  /// Chosen per projection by the signs of its weights (Lava's SignMode): 0 .. 2^b-1, or
  /// -(2^b-1) .. 0, or for mixed signs the even ones of -2^b .. 2^b-2. Of fewer bits n, each form
  /// keeps its range in steps 2^(b-n) times as large.
  Loihi,
};

struct Arithmetic {
  std::uint32_t weight_bits = 8;  ///< 2 to 10
  WeightFormat weight_format = WeightFormat::Signed;
  std::int32_t weight_exponent_min = 0;   ///< -8 to 0
  std::uint32_t weight_exponent_max = 7;  ///< 0 to 7
  std::uint32_t sum_bits = 18;            ///< delay-ring slot, 8 to 32; wraps
  std::uint32_t input_shift = 6;          ///< 0 to 8
  std::uint32_t u_bits = 24;              ///< 8 to 32
  Overflow u_overflow = Overflow::Saturate;
  std::uint32_t v_bits = 24;              ///< 8 to 32; saturates
  std::uint32_t decay_bits = 12;          ///< 4 to 15
  std::uint32_t threshold_bits = 17;      ///< unsigned mantissa, 1 to 24
  std::uint32_t threshold_shift = 6;      ///< 0 to 8
  std::uint32_t bias_mantissa_bits = 13;  ///< signed, 2 to 24
  std::uint32_t bias_exponent_bits = 3;   ///< 0 to 4: bias = mantissa << exponent

  bool operator==(const Arithmetic&) const = default;

  /// Of signed weights.
  std::int64_t weight_max() const { return (std::int64_t{1} << (weight_bits - 1)) - 1; }
  std::int64_t v_max() const { return (std::int64_t{1} << (v_bits - 1)) - 1; }
  std::int64_t u_max() const { return (std::int64_t{1} << (u_bits - 1)) - 1; }
  std::int64_t threshold_max() const { return (std::int64_t{1} << threshold_bits) - 1; }
  std::uint32_t no_memory() const { return 1U << decay_bits; }
};

/// The `arithmetic` object of a chip's core; every field has the default above.
Arithmetic read_arithmetic(const Json& object, const JsonPlace& place);
Json to_json(const Arithmetic& arithmetic);

/// The representable bias nearest to `value` (ties away from zero), or nullopt if out of range.
/// Representable: mantissa << exponent, with the smallest exponent that fits, within 32 bits.
std::optional<std::int32_t> nearest_bias(const Arithmetic& arithmetic, double value);

}  // namespace spikeloom
