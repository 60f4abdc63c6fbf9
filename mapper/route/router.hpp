#pragma once
// Stage 3: the multicast tree of every packet group.
//
// All routers obey the west-first turn model (Glass and Ni, "The turn model for adaptive routing",
// 1992): a packet makes its hops to the west first and never turns to the west. So links can be
// numbered such that every packet goes from lower to higher numbers: no cycle of queues waits for
// itself. The copies of a fork leave independently and cores always take packets in, so the same
// holds for trees: the packet waiting for the highest link can always move.

#include "mapper/registry.hpp"
#include "mapper/route/route_tree.hpp"

namespace spikeloom {

struct RoutingTask {
  TileId source;
  Port entry;                         ///< core, or io for inputs
  std::vector<TilePosition> targets;  ///< tiles to reach, each once; may hold the source
};

class Router {
 public:
  virtual ~Router() = default;
  /// A tree that reaches all targets; nothing is delivered yet.
  virtual RouteTree route(const Chip& chip, const RoutingTask& task) const = 0;
};

std::unique_ptr<Router> make_xy_tree_router();
std::unique_ptr<Router> make_west_first_router();
Registry<Router> routers();

}  // namespace spikeloom
