// Trees of shortest ways along x, then the diagonal, then y. Packets never return to an axis, so
// only the rings of a torus can close a circle; two virtual channels and a dateline in each ring
// open them (Dally and Seitz, "Deadlock-free message routing", 1987): no shortest way crosses a
// dateline of an axis twice.
//
// Of ways of the same length the one with the smallest (dx, dy), or the largest for every other
// source, is taken. Such an order of displacements is kept by addition, so the part of a way before
// a tile is the way to that tile: all ways of a source are a tree. (On triangular tori that are
// much longer than wide a way may have to be refused for its length around the short side; what is
// then no tree is not used.)

#include <array>
#include <cstdlib>
#include <vector>

#include "mapper/route/router.hpp"

namespace spikeloom {
namespace {

/// Signed links along each axis.
struct Way {
  int x = 0, diagonal = 0, y = 0;
  int links() const { return std::abs(x) + std::abs(diagonal) + std::abs(y); }
};

Way way_of(int dx, int dy, bool triangular) {
  if (!triangular || (dx > 0) != (dy > 0) || dx == 0 || dy == 0) return {dx, 0, dy};
  const int shared = std::min(std::abs(dx), std::abs(dy)) * (dx > 0 ? 1 : -1);
  return {dx - shared, shared, dy - shared};
}

TileId grow_axis(RouteTree& tree, TileId from, Port forward, int links) {
  return grow_straight(tree,
                       from,
                       links > 0 ? forward : opposite(forward),
                       static_cast<std::uint32_t>(std::abs(links)));
}

class DimensionOrderRouter : public Router {
 public:
  using Router::Router;

  std::optional<RouteTree> route(const RoutingTask& task) const override {
    const TilePosition at = chip_.position_of(task.source);
    const int sign = (at.x + at.y) % 2 == 0 ? 1 : -1;
    auto tree = route(task, sign);
    return tree ? std::move(tree) : route(task, -sign);
  }

 private:
  std::optional<RouteTree> route(const RoutingTask& task, int sign) const {
    RouteTree tree(grid_, task.source, task.entry);
    for (const TileId target : task.targets) {
      const Way way = shortest(task.source, target, sign);
      TileId at = grow_axis(tree, task.source, Port::East, way.x);
      at = grow_axis(tree, at, Port::NorthEast, way.diagonal);
      grow_axis(tree, at, Port::North, way.y);
      if (!tree.is_whole()) return std::nullopt;
    }
    return tree;
  }

  Way shortest(TileId source, TileId target, int sign) const {
    const Topology& topology = chip_.topology;
    const TilePosition a = topology.position_of(source), b = topology.position_of(target);
    std::optional<std::array<int, 3>> least;
    Way best;
    for (const int x : displacements(a.x, b.x, topology.width))
      for (const int y : displacements(a.y, b.y, topology.height)) {
        const Way way = way_of(x, y, topology.is_triangular());
        const std::array rank{way.links(), sign * x, sign * y};
        if (!least || rank < *least) best = way, least = rank;
      }
    return best;
  }

  /// Less than once around.
  std::vector<int> displacements(std::uint32_t from, std::uint32_t to, std::uint32_t side) const {
    const int straight = static_cast<int>(to) - static_cast<int>(from);
    if (!chip_.topology.wraps() || straight == 0) return {straight};
    return {straight, straight + (straight > 0 ? -1 : 1) * static_cast<int>(side)};
  }
};

}  // namespace

std::unique_ptr<Router> make_dimension_order_router(const Chip& chip) {
  return std::make_unique<DimensionOrderRouter>(chip);
}

}  // namespace spikeloom
