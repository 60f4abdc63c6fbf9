#pragma once
// The neurons of one layer of a netx file.

#include "models/lowering/lowered_network.hpp"
#include "models/lowering/netx_fields.hpp"

namespace spikeloom {

/// Fills profiles and biases of `population`, whose name, shape and size are set. Without a
/// `neuron` group the layer is a read-out that adds up its input.
void read_netx_neurons(const NetxFields& layer,
                       const Arithmetic& arithmetic,
                       LoweredPopulation& population);
/// The same without bias, and with a current that is the input of the step (an input layer).
void read_netx_input_neurons(const NetxFields& layer,
                             const Arithmetic& arithmetic,
                             LoweredPopulation& population);

}  // namespace spikeloom
