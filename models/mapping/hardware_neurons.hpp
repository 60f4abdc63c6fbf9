#pragma once
// The computing half of a core as its configuration bus loads it: control registers, neurons and
// profiles. docs/developer/rtl.md has the table.

#include <vector>

#include "models/mapping/configuration_write.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// Bits of a neuron's bias in hardware: those of the largest representable one, at most 32.
std::uint32_t bias_bits(const Arithmetic& arithmetic);

/// All that a digital core's neurons need, in the order of the bus. A lower bound of v below what
/// v_bits hold is none, and is written as their least number. Throws InputError where a profile's
/// reset value or lower bound does not fit v_bits, or its max_spikes_per_step not `spec`.
std::vector<ConfigurationWrite> hardware_neurons(const CoreImage& core, const CoreSpec& spec);

}  // namespace spikeloom
