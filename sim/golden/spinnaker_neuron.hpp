#pragma once
// One software neuron of SpiNNaker, tick by tick: the equations of spinnaker_arithmetic.hpp.

#include "models/network/spinnaker_arithmetic.hpp"
#include "sim/golden/integer_counts.hpp"

namespace spikeloom {

/// All in units of 2^-15.
struct SpinnakerNeuron {
  std::int32_t v = 0;
  std::int32_t exc = 0, inh = 0;  ///< synaptic currents, as shaped for the next tick
  std::int32_t drive = 0;         ///< exc - inh as the last tick read them
  std::uint32_t refractory_left = 0;
};

/// Weights that arrived for one tick, summed exactly per synapse type.
struct SpinnakerArrivals {
  std::uint64_t exc = 0, inh = 0;
};

/// One tick; true if the neuron spikes. `i_offset` is in s16.15. Counts in `counts` what did not
/// fit: ring-buffer slots that saturated (sum), currents that wrapped (u), and products that
/// saturated or sums that wrapped on the way to v (v).
bool tick(SpinnakerNeuron& neuron,
          const SpinnakerProfile& profile,
          std::int32_t i_offset,
          const SpinnakerArrivals& arrivals,
          IntegerCounts& counts);

}  // namespace spikeloom
