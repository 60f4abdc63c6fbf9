#pragma once
// The trees of all packet groups of a layout, with deliveries.

#include "mapper/keys/key_plan.hpp"
#include "mapper/route/router.hpp"
#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {

/// What is routed; everything outlives the call.
struct RoutingProblem {
  const Chip& chip;
  const UsableCores& usable;
  const KeyPlan& plan;
  const std::vector<CorePlace>& place_of_core;
  const std::vector<std::uint32_t>& key_base;  ///< per source of the plan
  const std::string& file;                     ///< for errors
};

struct GroupRoutes {
  std::string router;  ///< the one that was taken
  IdVector<TileId, std::vector<PassingKeys>> passing;
};

/// Routes with the router of that name; kAutomatic takes the one usual for the chip, which is
///   - `steiner`, where routers drop packets that wait too long;
///   - `west_first` on a mesh, `dimension_order` on other topologies.
/// Where that one meets dead links or lets packets wait in a circle on a lossless chip, all others
/// are tried, and the one whose trees take the fewest links without such a circle is taken;
/// `up_down` always is without. InputError (with `file`) if a router that was asked for by name
/// finds no way, naming source and router.
GroupRoutes route_groups(const RoutingProblem& problem, const std::string& router);

}  // namespace spikeloom
