// A greedy Steiner tree under the west-first turn model.
//
// First a trunk of all hops to the west, from the source to the column of the westernmost target.
// Every target then lies in or east of the column of some tile of the trunk. Then, again and again,
// the target nearest to the tree is joined to its nearest tile that is not east of it, by hops to
// the east, north and south only. No tile of such a path is in the tree already: it would have been
// nearer. So the result is a tree, and no packet turns back or to the west. Of this tree and the
// dimension-ordered one, which obeys the same model, the smaller is taken.
//
// The model is that of Glass and Ni, "The turn model for adaptive routing", 1992: a packet makes
// its hops to the west first and never turns to the west. So links can be numbered such that every
// packet goes from lower to higher numbers.

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "mapper/route/mesh_ways.hpp"
#include "mapper/route/router.hpp"

namespace spikeloom {
namespace {

std::uint32_t distance(TilePosition a, TilePosition b) {
  return static_cast<std::uint32_t>(std::abs(static_cast<int>(a.x) - static_cast<int>(b.x)) +
                                    std::abs(static_cast<int>(a.y) - static_cast<int>(b.y)));
}

class SteinerTree {
 public:
  SteinerTree(const Grid& grid, const RoutingTask& task)
      : topology_(grid.topology()),
        tree_(grid, task.source, task.entry),
        source_(topology_.position_of(task.source)) {
    for (const TileId target : task.targets)
      open_.push_back({topology_.position_of(target), kFar, source_});
  }

  RouteTree grow() {
    TilePosition west = source_;
    for (const Open& open : open_) west.x = std::min(west.x, open.target.x);
    grow_along_x(tree_, topology_, topology_.tile_at(source_), west);
    note_new_tiles();
    while (!open_.empty() && tree_.is_whole()) join_nearest();
    return std::move(tree_);
  }

 private:
  static constexpr std::uint32_t kFar = std::numeric_limits<std::uint32_t>::max();
  struct Open {
    TilePosition target;
    std::uint32_t nearest_distance;
    TilePosition nearest;  ///< tile of the tree, not east of the target
  };

  /// Lets every open target look at the tiles that joined the tree.
  void note_new_tiles() {
    for (; noted_ < tree_.nodes().size(); ++noted_) {
      const TilePosition tile = topology_.position_of(tree_.nodes()[noted_].tile);
      for (Open& open : open_) {
        if (tile.x > open.target.x || distance(tile, open.target) >= open.nearest_distance)
          continue;
        open.nearest_distance = distance(tile, open.target);
        open.nearest = tile;
      }
    }
  }

  void join_nearest() {
    const auto next =
        std::min_element(open_.begin(), open_.end(), [](const Open& a, const Open& b) {
          return a.nearest_distance < b.nearest_distance;
        });
    const Open open = *next;
    open_.erase(next);
    const TileId nearest = topology_.tile_at(open.nearest);
    if (x_first_is_better(open))
      grow_along_y(
          tree_, topology_, grow_along_x(tree_, topology_, nearest, open.target), open.target);
    else
      grow_along_x(
          tree_, topology_, grow_along_y(tree_, topology_, nearest, open.target), open.target);
    note_new_tiles();
  }

  /// Both bends are as long; the better one passes nearer to the targets that are still open.
  bool x_first_is_better(const Open& open) const {
    const TilePosition x_first{open.target.x, open.nearest.y},
        y_first{open.nearest.x, open.target.y};
    return gain_of(x_first) > gain_of(y_first);
  }

  std::uint64_t gain_of(TilePosition bend) const {
    std::uint64_t gain = 0;
    for (const Open& open : open_)
      if (bend.x <= open.target.x && distance(bend, open.target) < open.nearest_distance)
        gain += open.nearest_distance - distance(bend, open.target);
    return gain;
  }

  const Topology& topology_;
  RouteTree tree_;
  TilePosition source_;
  std::vector<Open> open_;
  std::size_t noted_ = 0;
};

class WestFirstRouter : public Router {
 public:
  explicit WestFirstRouter(const Chip& chip) : Router(chip), xy_(make_xy_tree_router(chip)) {}

  std::optional<RouteTree> route(const RoutingTask& task) const override {
    RouteTree steiner = SteinerTree(grid_, task).grow();
    std::optional<RouteTree> xy = xy_->route(task);
    if (!steiner.is_whole()) return xy;
    return xy && xy->links() < steiner.links() ? std::move(xy) : std::optional(std::move(steiner));
  }

 private:
  std::unique_ptr<Router> xy_;
};

}  // namespace

std::unique_ptr<Router> make_west_first_router(const Chip& chip) {
  return std::make_unique<WestFirstRouter>(chip);
}

}  // namespace spikeloom
