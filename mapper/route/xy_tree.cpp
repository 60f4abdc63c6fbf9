// The baseline: dimension order. To every target along x first, then along y; common parts are
// shared.

#include "mapper/route/mesh_ways.hpp"
#include "mapper/route/router.hpp"

namespace spikeloom {
namespace {

class XyTreeRouter : public Router {
 public:
  using Router::Router;

  std::optional<RouteTree> route(const RoutingTask& task) const override {
    RouteTree tree(grid_, task.source, task.entry);
    const Topology& topology = chip_.topology;
    for (const TileId target : task.targets) {
      const TilePosition to = topology.position_of(target);
      const TileId corner = grow_along_x(tree, topology, task.source, to);
      if (!tree.is_whole()) return std::nullopt;
      grow_along_y(tree, topology, corner, to);
      if (!tree.is_whole()) return std::nullopt;
    }
    return tree;
  }
};

}  // namespace

std::unique_ptr<Router> make_xy_tree_router(const Chip& chip) {
  return std::make_unique<XyTreeRouter>(chip);
}

}  // namespace spikeloom
