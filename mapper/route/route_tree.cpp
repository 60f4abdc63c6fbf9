#include "mapper/route/route_tree.hpp"

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

TilePosition step(TilePosition at, Port link) {
  switch (link) {
    case Port::East:
      return {at.x + 1, at.y};
    case Port::North:
      return {at.x, at.y + 1};
    case Port::West:
      return {at.x - 1, at.y};
    default:
      return {at.x, at.y - 1};
  }
}

}  // namespace

RouteTree::RouteTree(const Chip& chip, TileId root, Port entry)
    : chip_(chip),
      width_(chip.topology.width),
      nodes_{{root, entry, 0}},
      node_at_(chip.tile_count(), kNone) {
  node_at_[index_of(chip.position_of(root))] = 0;
}

TilePosition RouteTree::grow(TilePosition from, Port link) {
  const TilePosition to = step(from, link);
  nodes_[node_at_[index_of(from)]].route |= bit_of(link);
  std::uint32_t& node = node_at_[index_of(to)];
  if (node == kNone) {
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({chip_.tile_at(to), opposite(link), 0});
  }
  SPIKELOOM_CHECK(nodes_[node].arrival == opposite(link), "a tile of a tree is entered once");
  return to;
}

void RouteTree::deliver(TilePosition at, Port port) {
  nodes_[node_at_[index_of(at)]].route |= bit_of(port);
}

TilePosition grow_straight(RouteTree& tree, TilePosition from, Port link, std::uint32_t count) {
  for (; count > 0; --count) from = tree.grow(from, link);
  return from;
}

TilePosition grow_along_x(RouteTree& tree, TilePosition from, TilePosition to) {
  return to.x > from.x ? grow_straight(tree, from, Port::East, to.x - from.x)
                       : grow_straight(tree, from, Port::West, from.x - to.x);
}

TilePosition grow_along_y(RouteTree& tree, TilePosition from, TilePosition to) {
  return to.y > from.y ? grow_straight(tree, from, Port::North, to.y - from.y)
                       : grow_straight(tree, from, Port::South, from.y - to.y);
}

}  // namespace spikeloom
