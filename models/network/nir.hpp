#pragma once
// NIR files (HDF5), version 0.1 to 1.0: github.com/neuromorphs/NIR.

#include <string>

#include "models/network/graph.hpp"

namespace spikeloom {

/// Reads a NIR file, with shapes inferred. A faulty file is refused with its HDF5 path
/// (InputError). Unknown primitives, dangling edges, shape mismatches, values that are not finite
/// and absurd sizes are faults. Nested graphs are flattened: names joined by '/'.
Graph read_nir(const std::string& path);

/// Writes the graph so that read_nir gives an equal one, but for the names of nested nodes, whose
/// '/' becomes '.' (HDF5 allows no '/'; two equal names are refused). The file appears complete or
/// not at all.
void write_nir(const Graph& graph, const std::string& path);

}  // namespace spikeloom
