#pragma once
// Stage 2: gives every core a place.

#include "mapper/keys/key_plan.hpp"
#include "mapper/place/tile_distance.hpp"
#include "mapper/registry.hpp"
#include "mapper/usable_cores.hpp"
#include "models/base/random.hpp"

namespace spikeloom {

/// Packets between two ends, if every neuron spiked once. End c < cores is core c; then come the
/// chip's ports, and last the port that is nearest to the other end.
struct TrafficEdge {
  std::uint32_t end;
  double packets;
};

class PlacementProblem {
 public:
  /// Without traffic. `chip` and `usable` outlive the problem.
  PlacementProblem(const Chip& chip, const UsableCores& usable, std::uint32_t cores);

  const Chip& chip() const { return chip_; }
  /// Where cores may be: at least as many places as cores.
  const std::vector<CorePlace>& places() const { return usable_.places(); }
  std::uint32_t cores() const { return cores_; }
  std::uint32_t end_of_port(std::uint32_t port) const { return cores_ + port; }
  std::uint32_t nearest_port() const { return static_cast<std::uint32_t>(traffic_.size()) - 1; }
  std::uint32_t ends() const { return static_cast<std::uint32_t>(traffic_.size()); }
  /// Of one end, both directions summed.
  const std::vector<TrafficEdge>& traffic(std::uint32_t end) const { return traffic_[end]; }

  void add_traffic(std::uint32_t from, std::uint32_t to, double packets);
  /// Makes one edge of those between the same ends. After all traffic has been added.
  void sum_traffic();

  /// Where the ends are that do not move: nearest_port() is at the first used port, by name only.
  std::vector<TilePosition> fixed_positions() const;
  /// Cost of a packet between a tile and an end, where `positions` are those of all ends.
  double distance(TilePosition at,
                  std::uint32_t end,
                  const std::vector<TilePosition>& positions) const {
    return end == nearest_port() ? to_nearest_port_[chip_.tile_at(at)]
                                 : distance_(at, positions[end]);
  }
  double distance(TilePosition a, TilePosition b) const { return distance_(a, b); }
  TilePosition first_port() const { return chip_.io.ports[usable_.ports().front()]; }

 private:
  const Chip& chip_;
  const UsableCores& usable_;
  std::uint32_t cores_;
  std::vector<std::vector<TrafficEdge>> traffic_;
  TileDistance distance_;
  IdVector<TileId, double> to_nearest_port_;
};

PlacementProblem placement_problem(const Chip& chip,
                                   const UsableCores& usable,
                                   const KeyPlan& plan,
                                   std::uint32_t cores);

/// Packets times the cost of their ways, over all pairs of ends.
double placement_cost(const PlacementProblem& problem, const std::vector<CorePlace>& place_of_core);

/// Every core gets a place of its own.
class Placer {
 public:
  virtual ~Placer() = default;
  virtual std::vector<CorePlace> place(const PlacementProblem& problem, Seed seed) const = 0;
};

std::unique_ptr<Placer> make_row_major_placer();
std::unique_ptr<Placer> make_annealing_placer();
Registry<Placer> placers();

}  // namespace spikeloom
