#pragma once
// Stage 3: the multicast tree of every packet group.
//
// On lossless chips trees must not make packets wait for each other in a circle. Three routers see
// to it, each in its way: by a turn model, by the order of axes, by an order of tiles. The copies
// of a fork leave independently and cores always take packets in, so what holds for single ways
// holds for trees: the packet that waits for the highest link can always move.

#include <optional>

#include "mapper/registry.hpp"
#include "mapper/route/route_tree.hpp"
#include "models/chip/chip.hpp"

namespace spikeloom {

struct RoutingTask {
  TileId source;
  Port entry;                   ///< a core, or io for inputs
  std::vector<TileId> targets;  ///< tiles to reach, each once; may hold the source
};

class Router {
 public:
  /// `chip` outlives the router.
  explicit Router(const Chip& chip) : chip_(chip), grid_(chip.topology) {}
  virtual ~Router() = default;
  /// Fits the router to the tasks that it is going to get, before the first of them.
  virtual void prepare(const std::vector<RoutingTask>&) {}
  /// A tree that reaches all targets, nothing delivered yet; it lives no longer than the router.
  /// nullopt if the router finds none, because of dead links.
  virtual std::optional<RouteTree> route(const RoutingTask& task) const = 0;

 protected:
  const Chip& chip_;
  const Grid grid_;
};

/// Dimension order, x then y, as if the chip were a mesh.
std::unique_ptr<Router> make_xy_tree_router(const Chip& chip);
/// Small trees under the west-first turn model, as if the chip were a mesh.
std::unique_ptr<Router> make_west_first_router(const Chip& chip);
/// Shortest ways by x, diagonal, y, in this order, over wrap-around links where that is shorter.
std::unique_ptr<Router> make_dimension_order_router(const Chip& chip);
/// Up*/down*: towards the first tiles of an order first, then away from them.
std::unique_ptr<Router> make_up_down_router(const Chip& chip);
/// Small trees over any links that work.
std::unique_ptr<Router> make_steiner_router(const Chip& chip);
/// Trees of shortest ways over any links that work.
std::unique_ptr<Router> make_shortest_router(const Chip& chip);

using RouterRegistry = Registry<Router, const Chip&>;
RouterRegistry routers();
/// All that may be asked for, first kAutomatic, the one that fits the chip best (route_groups()).
std::vector<std::string> router_names();

}  // namespace spikeloom
