#include <algorithm>

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

/// Adds up edges to the same end.
void sum_edges(std::vector<TrafficEdge>& edges) {
  std::stable_sort(
      edges.begin(), edges.end(), [](TrafficEdge a, TrafficEdge b) { return a.end < b.end; });
  std::size_t kept = 0;
  for (const TrafficEdge edge : edges) {
    if (kept > 0 && edges[kept - 1].end == edge.end)
      edges[kept - 1].packets += edge.packets;
    else
      edges[kept++] = edge;
  }
  edges.resize(kept);
}

}  // namespace

PlacementProblem::PlacementProblem(const Chip& chip, const UsableCores& usable, std::uint32_t cores)
    : chip_(chip),
      usable_(usable),
      cores_(cores),
      traffic_(cores + chip.io.ports.size() + 1),
      distance_(chip),
      to_nearest_port_(chip.tile_count()) {
  for (const TileId tile : ids_of(to_nearest_port_)) {
    const auto cost_to = [&](std::uint32_t port) {
      return distance_(chip.position_of(tile), chip.io.ports[port]);
    };
    double& least = to_nearest_port_[tile] = cost_to(usable.ports().front());
    for (const std::uint32_t port : usable.ports()) least = std::min(least, cost_to(port));
  }
}

void PlacementProblem::add_traffic(std::uint32_t from, std::uint32_t to, double packets) {
  if (from == to) return;
  traffic_[from].push_back({to, packets});
  traffic_[to].push_back({from, packets});
}

void PlacementProblem::sum_traffic() {
  for (auto& edges : traffic_) sum_edges(edges);
}

std::vector<TilePosition> PlacementProblem::fixed_positions() const {
  std::vector<TilePosition> positions(ends(), first_port());
  for (std::uint32_t port = 0; port < chip_.io.ports.size(); ++port)
    positions[end_of_port(port)] = chip_.io.ports[port];
  return positions;
}

PlacementProblem placement_problem(const Chip& chip,
                                   const UsableCores& usable,
                                   const KeyPlan& plan,
                                   std::uint32_t cores) {
  PlacementProblem problem(chip, usable, cores);
  for (const PacketGroup& group : plan.groups) {
    const std::uint32_t from = group.source < cores
                                   ? group.source
                                   : problem.end_of_port(plan.inputs[group.source - cores].port);
    for (const std::uint32_t core : group.cores) problem.add_traffic(from, core, group.senders);
    if (group.to_io) problem.add_traffic(from, problem.nearest_port(), group.senders);
  }
  problem.sum_traffic();
  return problem;
}

double placement_cost(const PlacementProblem& problem,
                      const std::vector<CorePlace>& place_of_core) {
  std::vector<TilePosition> positions = problem.fixed_positions();
  for (std::uint32_t core = 0; core < problem.cores(); ++core)
    positions[core] = problem.chip().position_of(place_of_core[core].tile);
  double cost = 0;  // of edges to other cores, which both ends see, twice
  for (std::uint32_t core = 0; core < problem.cores(); ++core)
    for (const TrafficEdge edge : problem.traffic(core))
      cost += edge.packets * problem.distance(positions[core], edge.end, positions) *
              (edge.end < problem.cores() ? 1 : 2);
  return cost / 2;
}

}  // namespace spikeloom
