// Up*/down* routing (Schroeder et al., "Autonet: a high-speed, self-configuring local area network
// using point-to-point links", 1991) for multicast trees. Tiles are numbered breadth-first from a
// root. A packet goes to smaller numbers first, then only to larger ones: no circle of links can
// wait for itself, whatever the topology and its faults, with one virtual channel.
//
// Trees join their nearest target first. Where that leads into a corner, the tree is part of the
// spanning tree by which the tiles were numbered: up to a tile that is above all targets, then
// down.

#include <algorithm>
#include <array>

#include "mapper/route/tree_search.hpp"
#include "mapper/usable_cores.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kNoOrder = 0xFFFFFFFFU;
constexpr std::size_t kSampledTasks = 64;  ///< by which a root is judged

struct SpanningTree {
  TileOrder order;                      ///< from 0
  IdVector<TileId, Port> towards_root;  ///< by this link; a core port at a root
};

/// Numbers all tiles; those that `root` does not reach follow, from roots of their own.
SpanningTree span(const Grid& grid, TileId root) {
  SpanningTree tree{TileOrder(grid.tiles(), kNoOrder),
                    IdVector<TileId, Port>(grid.tiles(), Port::Core)};
  std::vector<TileId> found;
  const auto explore_from = [&](TileId start) {
    if (tree.order[start] != kNoOrder) return;
    std::size_t next = found.size();
    tree.order[start] = static_cast<std::uint32_t>(next);
    found.push_back(start);
    for (; next < found.size(); ++next)
      for (std::uint32_t link = 0; link < kLinkCount; ++link) {
        const auto tile = grid.neighbour(found[next], static_cast<Port>(link));
        if (!tile || tree.order[*tile] != kNoOrder) continue;
        tree.order[*tile] = static_cast<std::uint32_t>(found.size());
        tree.towards_root[*tile] = opposite(static_cast<Port>(link));
        found.push_back(*tile);
      }
  };
  explore_from(root);
  for (const TileId tile : ids_of(tree.order)) explore_from(tile);
  return tree;
}

/// Trees under the order that begins at one root.
class RootedTrees {
 public:
  RootedTrees(const Chip& chip, const Grid& grid, TileId root)
      : grid_(grid),
        spanning_(span(grid, root)),
        search_(grid, whole_chip_link_cost(chip), spanning_.order) {}

  std::optional<RouteTree> route(const RoutingTask& task) const {
    auto tree = search_.join_nearest_first(task);
    return tree ? std::move(tree) : along_spanning_tree(task);
  }

  /// Of trees for some of the tasks; those without a way count nothing.
  std::size_t summed_links(const std::vector<RoutingTask>& tasks) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < tasks.size(); i += tasks.size() / kSampledTasks + 1)
      if (const auto tree = route(tasks[i])) sum += tree->links();
    return sum;
  }

 private:
  std::optional<RouteTree> along_spanning_tree(const RoutingTask& task) const {
    RouteTree tree(grid_, task.source, task.entry);
    for (const TileId target : task.targets) {
      const auto down = way_below(task.source, target);
      if (!down) return std::nullopt;
      TileId at = climb_to_common(tree, task.source, target);
      for (const Port link : *down) at = tree.grow(at, link);
    }
    return tree;
  }

  std::optional<TileId> above(TileId tile) const {
    const Port link = spanning_.towards_root[tile];
    return is_link(link) ? grid_.neighbour(tile, link) : std::nullopt;
  }

  /// The lowest tile that both lie below, if there is one.
  std::optional<TileId> common(TileId a, TileId b) const {
    std::optional<TileId> x = a, y = b;
    while (x && y && *x != *y)
      (spanning_.order[*x] > spanning_.order[*y] ? x : y) =
          spanning_.order[*x] > spanning_.order[*y] ? above(*x) : above(*y);
    return x && y ? x : std::nullopt;
  }

  TileId climb_to_common(RouteTree& tree, TileId source, TileId target) const {
    const TileId top = *common(source, target);
    TileId at = source;
    while (at != top) at = tree.grow(at, spanning_.towards_root[at]);
    return at;
  }

  /// Links from the common tile of both down to the target.
  std::optional<std::vector<Port>> way_below(TileId source, TileId target) const {
    const auto top = common(source, target);
    if (!top) return std::nullopt;
    std::vector<Port> links;
    for (TileId at = target; at != *top; at = *above(at))
      links.push_back(opposite(spanning_.towards_root[at]));
    std::reverse(links.begin(), links.end());
    return links;
  }

  const Grid& grid_;
  SpanningTree spanning_;
  TreeSearch search_;
};

class UpDownRouter : public Router {
 public:
  explicit UpDownRouter(const Chip& chip)
      : Router(chip), trees_(std::make_unique<RootedTrees>(chip, grid_, roots().front())) {}

  void prepare(const std::vector<RoutingTask>& tasks) override {
    std::size_t least = SIZE_MAX;
    for (const TileId root : roots()) {
      auto trees = std::make_unique<RootedTrees>(chip_, grid_, root);
      const std::size_t links = trees->summed_links(tasks);
      if (links < least) trees_ = std::move(trees), least = links;
    }
  }

  std::optional<RouteTree> route(const RoutingTask& task) const override {
    return trees_->route(task);
  }

 private:
  /// A corner makes all ways of a whole mesh shortest, a tile in the middle those of others short,
  /// a port those of cores that were placed around it.
  std::array<TileId, 3> roots() const {
    const UsableCores usable(chip_);
    std::vector<TileId> tiles;
    for (std::uint32_t tile = 0; tile < grid_.tiles(); ++tile)
      if (usable.is_reached(TileId{tile})) tiles.push_back(TileId{tile});
    return {tiles.front(),
            nearest_to_middle(tiles),
            chip_.tile_at(chip_.io.ports[usable.ports().front()])};
  }

  TileId nearest_to_middle(const std::vector<TileId>& tiles) const {
    const Topology& topology = chip_.topology;
    const TilePosition middle{topology.width / 2, topology.height / 2};
    return *std::min_element(tiles.begin(), tiles.end(), [&](TileId a, TileId b) {
      return grid_.distance(topology.position_of(a), middle) <
             grid_.distance(topology.position_of(b), middle);
    });
  }

  std::unique_ptr<RootedTrees> trees_;
};

}  // namespace

std::unique_ptr<Router> make_up_down_router(const Chip& chip) {
  return std::make_unique<UpDownRouter>(chip);
}

}  // namespace spikeloom
