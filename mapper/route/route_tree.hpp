#pragma once
// A multicast tree over the tiles of a mesh.

#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/grid.hpp"

namespace spikeloom {

struct TreeNode {
  TileId tile;
  Port arrival;         ///< the port packets come in by
  std::uint32_t route;  ///< mask over Port
};

/// Grows from its root, link by link; a tile is entered once.
class RouteTree {
 public:
  /// `entry`: the port by which packets enter at `root` (core or io).
  RouteTree(const Chip& chip, TileId root, Port entry);

  bool has(TilePosition position) const { return node_at_[index_of(position)] != kNone; }
  /// Steps over `link` from a tile of the tree; returns where it leads, which joins the tree if it
  /// was not part of it. InternalError if it was, but is reached by another way.
  TilePosition grow(TilePosition from, Port link);
  /// Adds core or io to the route of a tile of the tree.
  void deliver(TilePosition at, Port port);

  const std::vector<TreeNode>& nodes() const { return nodes_; }
  std::size_t links() const { return nodes_.size() - 1; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
  std::size_t index_of(TilePosition position) const {
    return std::size_t{position.y} * width_ + position.x;
  }

  const Chip& chip_;
  std::uint32_t width_;
  std::vector<TreeNode> nodes_;
  std::vector<std::uint32_t> node_at_;  ///< per tile
};

/// Steps `count` tiles in one direction.
TilePosition grow_straight(RouteTree& tree, TilePosition from, Port link, std::uint32_t count);
/// Steps along x (or y) until the coordinate is that of `to`.
TilePosition grow_along_x(RouteTree& tree, TilePosition from, TilePosition to);
TilePosition grow_along_y(RouteTree& tree, TilePosition from, TilePosition to);

}  // namespace spikeloom
