#pragma once
// NIR node groups as primitives, both ways.

#include <string>

#include "models/base/hdf5_reader.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/network/graph.hpp"

namespace spikeloom {

/// Reads the node group at `path`, which is not a nested graph.
Primitive read_primitive(const Hdf5Reader& file, const std::string& path);

/// Numbers that the primitive's tensors hold.
std::size_t parameter_count(const Primitive& primitive);

/// Writes a primitive as the node group at `path`.
void write_primitive(Hdf5Writer& file, const std::string& path, const Primitive& primitive);

}  // namespace spikeloom
