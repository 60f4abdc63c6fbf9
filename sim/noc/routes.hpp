#pragma once
// Routing tables of synthetic traffic: unicast by destination, multicast by source.

#include "models/mapping/mapping.hpp"
#include "sim/noc/traffic.hpp"

namespace spikeloom::noc {

struct Routes {
  IdVector<TileId, std::vector<RouteEntry>> tables;
  /// Channels of which packets on these ways can wait for each other in a circle, in words; empty
  /// if there are none (models/mapping/deadlock.hpp).
  std::string circle;
};

/// Tables that route the traffic's packets over shortest ways, first along x, then along the
/// diagonal of a triangular topology, then along y, and around what is dead; of two ways around a
/// ring that are alike, the eastward or northward one. A multicast tree is the union of its ways.
/// Throws InputError if a node cannot be reached or a router's table has too few entries.
Routes find_routes(const Chip& chip, const Traffic& traffic);

}  // namespace spikeloom::noc
