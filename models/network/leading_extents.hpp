#pragma once
// NIR shapes count neither samples nor steps, but exporters that pass on the shape of a PyTorch
// tensor put batch and time in front: (1, 12), (32, 100, 12) where a layer takes (12).

#include "models/network/graph.hpp"

namespace spikeloom {

/// The shape without the extents of 1 that it begins with; one of them stays where all are 1.
Shape without_leading_ones(const Shape& shape);
/// Whether two shapes differ at most in extents of 1 in front.
bool alike(const Shape& a, const Shape& b);

/// Drops what is too much in front of an Input's shape, where the first layer behind it that says
/// what it takes (a matrix, a convolution, a pool, a Flatten before a matrix) takes fewer
/// dimensions and the others fit. Returns the volumes that were dropped, in ascending order: an
/// Output or a Flatten may state them too.
std::vector<std::size_t> drop_leading_extents(Graph& graph);

}  // namespace spikeloom
