#include <algorithm>
#include <cstdlib>

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

/// Adds up edges to the same place.
void sum_edges(std::vector<TrafficEdge>& edges) {
  std::stable_sort(
      edges.begin(), edges.end(), [](TrafficEdge a, TrafficEdge b) { return a.place < b.place; });
  std::size_t kept = 0;
  for (const TrafficEdge edge : edges) {
    if (kept > 0 && edges[kept - 1].place == edge.place)
      edges[kept - 1].packets += edge.packets;
    else
      edges[kept++] = edge;
  }
  edges.resize(kept);
}

}  // namespace

PlacementProblem placement_problem(const Chip& chip, const KeyPlan& plan, std::uint32_t cores) {
  PlacementProblem problem{chip, cores, std::vector<std::vector<TrafficEdge>>(cores + 1)};
  const auto add = [&](std::uint32_t from, std::uint32_t to, std::uint32_t packets) {
    if (from == to) return;
    problem.traffic[from].push_back({to, static_cast<double>(packets)});
    problem.traffic[to].push_back({from, static_cast<double>(packets)});
  };
  for (const PacketGroup& group : plan.groups) {
    const std::uint32_t from = std::min(group.source, cores);  // inputs enter at the io tile
    for (const std::uint32_t core : group.cores) add(from, core, group.senders);
    if (group.to_io) add(from, cores, group.senders);
  }
  for (auto& edges : problem.traffic) sum_edges(edges);
  return problem;
}

double placement_cost(const PlacementProblem& problem, const std::vector<TileId>& tile_of_core) {
  const auto position = [&](std::uint32_t place) {
    return place == problem.cores ? problem.chip.io.ports.front()
                                  : problem.chip.position_of(tile_of_core[place]);
  };
  double cost = 0;
  for (std::uint32_t place = 0; place <= problem.cores; ++place)
    for (const TrafficEdge edge : problem.traffic[place]) {
      const TilePosition a = position(place), b = position(edge.place);
      cost += edge.packets *
              (std::abs(static_cast<double>(a.x) - b.x) + std::abs(static_cast<double>(a.y) - b.y));
    }
  return cost / 2;  // every pair is seen from both ends
}

}  // namespace spikeloom
