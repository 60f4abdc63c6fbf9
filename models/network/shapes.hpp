#pragma once
// Shape arithmetic shared by inference and the NIR reader.

#include <optional>
#include <string>

#include "models/network/graph.hpp"

namespace spikeloom {

/// The most elements all nodes of a graph may give out together.
inline constexpr std::size_t kMaxGraphElements = std::size_t{1} << 25;

/// HDF5 path of a node, from its name.
std::string nir_path_of(const std::string& node_name);

/// The shape after flattening dimensions start_dim to end_dim (negative: from the end), or nullopt
/// if they do not exist in `shape`. As NIR's reference does: no batch dimension is counted.
std::optional<Shape> flattened(const Shape& shape, std::int64_t start_dim, std::int64_t end_dim);

}  // namespace spikeloom
