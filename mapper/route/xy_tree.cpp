// The baseline: dimension order. To every target along x first, then along y; common parts are
// shared.

#include "mapper/route/router.hpp"

namespace spikeloom {
namespace {

class XyTreeRouter : public Router {
 public:
  RouteTree route(const Chip& chip, const RoutingTask& task) const override {
    RouteTree tree(chip, task.source, task.entry);
    const TilePosition source = chip.position_of(task.source);
    for (const TilePosition target : task.targets)
      grow_along_y(tree, grow_along_x(tree, source, target), target);
    return tree;
  }
};

}  // namespace

std::unique_ptr<Router> make_xy_tree_router() { return std::make_unique<XyTreeRouter>(); }

}  // namespace spikeloom
