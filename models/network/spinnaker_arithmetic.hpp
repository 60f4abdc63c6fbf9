#pragma once
// The numbers sPyNNaker computes its current-based LIF neurons in on SpiNNaker's ARM cores: REAL is
// s16.15 (32 bits, unit 2^-15), decay factors are u0.32 (unit 2^-32), weights have 16 bits.
//
// One tick t of a neuron, in integers; sums and differences wrap at 32 bits:
//   scaled(x, f) = (x * f) >> 32                                  (towards minus infinity)
//   round(x, y)  = (x * y + 2^14) >> 15                           saturates at 32 bits
//   ring slot of t, of each synapse type: min(65535, sum of the weights that arrived)
//   exc += scaled(ring_exc << exc_shift, exc_init)                (unshaped: exc = ring << shift)
//   inh += scaled(ring_inh << inh_shift, inh_init)
//   if refractory_left > 0:  --refractory_left
//   else:  alpha = round(exc - inh + i_offset, r_membrane) + v_rest
//          v     = alpha - round(exp_tc, alpha - v)
//   spike = v >= v_threshold;  then v = v_reset, refractory_left = refractory_ticks
//   exc = scaled(exc, exc_decay);  inh = scaled(inh, inh_decay)   (unshaped: 0)
// Source: SpiNNakerManchester/sPyNNaker, neural_modelling/src/neuron: neuron_model_lif_impl.h,
// synapse_types_exponential_impl.h, exp_synapse_utils.h, decay.h, synapses.c, synapse_row.h,
// threshold_type_static.h; SpiNNakerManchester/spinn_common, include/round.h, stdfix-full-iso.h.

#include <cstdint>

#include "models/base/json_reader.hpp"

namespace spikeloom {

struct SpinnakerArithmetic {
  std::uint32_t weight_bits = 15;  ///< of a weight's magnitude, 2 to 15; its sign is a synapse type
  bool operator==(const SpinnakerArithmetic&) const = default;
};

/// The `spinnaker` object of a semantics block; every field has the default above.
SpinnakerArithmetic read_spinnaker_arithmetic(const Json& object, const JsonPlace& place);
Json to_json(const SpinnakerArithmetic& arithmetic);

/// Parameters shared by many neurons; what they do is stated above.
struct SpinnakerProfile {
  std::int32_t v_rest = 0, v_reset = 0, v_threshold = 0;  ///< s16.15
  std::int32_t r_membrane = 1 << 15;                      ///< s16.15
  std::int32_t exp_tc = 0;                                ///< s16.15, factor kept per tick
  std::uint32_t refractory_ticks = 0;
  bool shaped = false;                         ///< currents decay; else they last one tick
  std::uint32_t exc_decay = 0, inh_decay = 0;  ///< u0.32
  std::uint32_t exc_init = 0, inh_init = 0;    ///< u0.32
  std::uint32_t exc_shift = 0, inh_shift = 0;  ///< 0 to 15: weight unit 2^(shift - 15)
  bool operator==(const SpinnakerProfile&) const = default;
};

}  // namespace spikeloom
