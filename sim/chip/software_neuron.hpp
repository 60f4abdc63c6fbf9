#pragma once
// One tick of SpiNNaker's software neuron (models/network/spinnaker_arithmetic.hpp states the
// equations). Written here for itself: the chip and the golden model witness each other.

#include "models/network/spinnaker_arithmetic.hpp"

namespace spikeloom::chip_sim {

/// What the core's own memory holds of a neuron, in units of 2^-15.
struct SoftwareNeuron {
  std::int32_t v = 0;
  std::int32_t excitation = 0, inhibition = 0;  ///< currents, as shaped for the next tick
  std::int32_t driven_by = 0;                   ///< their difference as v last saw it
  std::uint32_t resting_ticks = 0;              ///< refractory ticks that are left
};

/// Steps `neuron` with what its two ring-buffer slots held. Returns whether it spikes.
bool step_neuron(SoftwareNeuron& neuron,
                 const SpinnakerProfile& profile,
                 std::int32_t i_offset,
                 std::uint16_t excitatory,
                 std::uint16_t inhibitory);

}  // namespace spikeloom::chip_sim
