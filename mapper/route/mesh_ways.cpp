#include "mapper/route/mesh_ways.hpp"

namespace spikeloom {

TileId grow_along_x(RouteTree& tree, const Topology& topology, TileId from, TilePosition to) {
  const std::uint32_t x = topology.position_of(from).x;
  return to.x > x ? grow_straight(tree, from, Port::East, to.x - x)
                  : grow_straight(tree, from, Port::West, x - to.x);
}

TileId grow_along_y(RouteTree& tree, const Topology& topology, TileId from, TilePosition to) {
  const std::uint32_t y = topology.position_of(from).y;
  return to.y > y ? grow_straight(tree, from, Port::North, to.y - y)
                  : grow_straight(tree, from, Port::South, y - to.y);
}

}  // namespace spikeloom
