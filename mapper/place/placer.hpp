#pragma once
// Stage 2: gives every core a tile.

#include "mapper/keys/key_plan.hpp"
#include "mapper/registry.hpp"
#include "models/base/random.hpp"

namespace spikeloom {

/// Packets between two places, if every neuron spiked once. Place c < cores is core c; place
/// `cores` is the io tile.
struct TrafficEdge {
  std::uint32_t place;
  double packets;
};

struct PlacementProblem {
  const Chip& chip;
  std::uint32_t cores;
  std::vector<std::vector<TrafficEdge>> traffic;  ///< per place, both directions summed
};

PlacementProblem placement_problem(const Chip& chip, const KeyPlan& plan, std::uint32_t cores);

/// Packets times Manhattan distance, over all pairs of places.
double placement_cost(const PlacementProblem& problem, const std::vector<TileId>& tile_of_core);

/// Every core gets a tile of its own.
class Placer {
 public:
  virtual ~Placer() = default;
  virtual std::vector<TileId> place(const PlacementProblem& problem, Seed seed) const = 0;
};

std::unique_ptr<Placer> make_row_major_placer();
std::unique_ptr<Placer> make_annealing_placer();
Registry<Placer> placers();

}  // namespace spikeloom
