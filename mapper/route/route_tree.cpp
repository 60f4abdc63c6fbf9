#include "mapper/route/route_tree.hpp"

namespace spikeloom {

RouteTree::RouteTree(const Grid& grid, TileId root, Port entry)
    : grid_(&grid), nodes_{{root, entry, 0}}, node_at_(grid.tiles(), kNone) {
  node_at_[root] = 0;
}

TileId RouteTree::grow(TileId from, Port link) {
  const auto to = grid_->neighbour(from, link);
  whole_ = whole_ && to.has_value();
  if (!whole_) return from;
  std::uint32_t& node = node_at_[*to];
  if (node == kNone) {
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({*to, opposite(link), 0});
  }
  whole_ = nodes_[node].arrival == opposite(link);
  if (!whole_) return from;
  nodes_[node_at_[from]].route |= bit_of(link);
  return *to;
}

void RouteTree::deliver(TileId at, Port port) { nodes_[node_at_[at]].route |= bit_of(port); }

TileId grow_straight(RouteTree& tree, TileId from, Port link, std::uint32_t count) {
  for (; count > 0; --count) from = tree.grow(from, link);
  return from;
}

}  // namespace spikeloom
