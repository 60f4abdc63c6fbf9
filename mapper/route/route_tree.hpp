#pragma once
// A multicast tree over the tiles of a chip.

#include <vector>

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
  /// `entry`: the port by which packets enter at `root` (a core or io). `grid` outlives the tree.
  RouteTree(const Grid& grid, TileId root, Port entry);

  bool has(TileId tile) const { return node_at_[tile] != kNone; }
  /// The node of a tile of the tree.
  const TreeNode& at(TileId tile) const { return nodes_[node_at_[tile]]; }
  /// Steps over `link` from a tile of the tree; returns where it leads, which joins the tree if it
  /// was not part of it. Where there is no such link, or its tile was reached by another way
  /// already, the tree breaks and grows no more.
  TileId grow(TileId from, Port link);
  /// False once it broke.
  bool is_whole() const { return whole_; }
  /// Adds a core or io to the route of a tile of the tree.
  void deliver(TileId at, Port port);

  /// Parents before children.
  const std::vector<TreeNode>& nodes() const { return nodes_; }
  std::size_t links() const { return nodes_.size() - 1; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  const Grid* grid_;
  std::vector<TreeNode> nodes_;
  IdVector<TileId, std::uint32_t> node_at_;
  bool whole_ = true;
};

/// Steps `count` tiles in one direction.
TileId grow_straight(RouteTree& tree, TileId from, Port link, std::uint32_t count);

}  // namespace spikeloom
