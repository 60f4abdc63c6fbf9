#pragma once
// One population and the projections into it, from real numbers to those of SpiNNaker's software
// neurons (spinnaker_arithmetic.hpp).

#include "models/lowering/quantize.hpp"

namespace spikeloom {

/// Refuses (InputError at the node) what the software neuron does not do: neurons without leak,
/// a threshold that must be passed, resets by subtraction, several spikes a step, bounds, late
/// resets and tests, a start elsewhere than at v_leak.
void check_spinnaker_node(const Node& node, const Semantics& semantics, const std::string& origin);

/// Fills profiles, I_offset and scales of `population` and gives the connectivities, parallel to
/// `real.chains` (kernels become rows). v is kept in 2^s of the float v, s such that the largest of
/// threshold, reset value and v_leak lies in 32 to 64, and r_membrane is 1, so that a current is
/// what it adds to v at rest. A weight w becomes round(W 2^(15 - shift)), W the height its spikes
/// give the current; per synapse type, the shift is the least at which the largest weight fits
/// weight_bits, and the weights into each neuron, one spike each, fit the ring buffer's 16 bits.
/// Decays are exp(-dt/tau), rounded to the nearest. Refuses numbers that s16.15 cannot hold.
std::vector<Connectivity> quantize_for_spinnaker(RealPopulation& real,
                                                 const FormatSpec& spec,
                                                 LoweredPopulation& population,
                                                 QuantizationLoss& loss);

}  // namespace spikeloom
