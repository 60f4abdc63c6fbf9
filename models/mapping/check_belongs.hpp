#pragma once
// Whether a mapping file was made for this network. Weights, tables and rows are not compared: what
// they do is what a run finds out.

#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// Every neuron of the network stands in the mapping once, with its population's start, and inputs
/// have their sizes. Throws InputError(file, HDF5 path, ...).
void check_belongs(const Mapping& mapping, const LoweredNetwork& network, const std::string& file);

}  // namespace spikeloom
