#pragma once
// Ways along the axes of a mesh.

#include "mapper/route/route_tree.hpp"

namespace spikeloom {

/// Steps along x (or y) until the coordinate is that of `to`, never over a wrap-around link.
TileId grow_along_x(RouteTree& tree, const Topology& topology, TileId from, TilePosition to);
TileId grow_along_y(RouteTree& tree, const Topology& topology, TileId from, TilePosition to);

}  // namespace spikeloom
