// Simulated annealing (Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science
// 1983) on packets times Manhattan distance. A move exchanges the contents of two tiles, one of
// which may be empty. Starts at the io tile, or from the baseline where that is better, and never
// returns a placement worse than its start.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kTemperatures = 100;
constexpr double kEndOverStart = 1e-3;  ///< of the temperature
/// Bounds the work: moves times edges looked at, over the whole run.
constexpr double kMaxEdgeVisits = 1.5e8;
constexpr double kMovesPerTile = 40;  ///< and temperature

int distance(TilePosition a, TilePosition b) {
  return std::abs(static_cast<int>(a.x) - static_cast<int>(b.x)) +
         std::abs(static_cast<int>(a.y) - static_cast<int>(b.y));
}

/// Row by row, rows and the tiles of a row from the io tile outwards.
std::vector<TileId> order_from_io(const PlacementProblem& problem) {
  const TilePosition io = problem.chip.io.ports.front();
  const auto key = [&](TileId tile) {
    const TilePosition at = problem.chip.position_of(tile);
    return std::tuple(distance({io.x, at.y}, io), distance({at.x, io.y}, io), tile);
  };
  std::vector<TileId> tiles;
  for (std::uint32_t tile = 0; tile < problem.chip.tile_count(); ++tile)
    tiles.push_back(TileId{tile});
  std::sort(tiles.begin(), tiles.end(), [&](TileId a, TileId b) { return key(a) < key(b); });
  tiles.resize(problem.cores);
  return tiles;
}

std::vector<TileId> best_start(const PlacementProblem& problem, Seed seed) {
  std::vector<TileId> baseline = make_row_major_placer()->place(problem, seed);
  std::vector<TileId> at_io = order_from_io(problem);
  return placement_cost(problem, at_io) < placement_cost(problem, baseline) ? at_io : baseline;
}

class Annealing {
 public:
  Annealing(const PlacementProblem& problem, Seed seed)
      : problem_(problem),
        random_(seed, "place.anneal"),
        tiles_(problem.chip.tile_count()),
        core_at_(tiles_, problem.cores + 1),
        position_(problem.cores + std::size_t{1}) {
    const std::vector<TileId> start = best_start(problem, seed);
    for (std::uint32_t core = 0; core < problem.cores; ++core)
      move_core(core, static_cast<std::uint32_t>(index_of(start[core])));
    position_[problem.cores] = problem.chip.io.ports.front();
    best_ = position_;
  }

  std::vector<TileId> run() {
    if (problem_.cores > 0 && tiles_ > 1) cool_down();
    std::vector<TileId> tiles;
    for (std::uint32_t core = 0; core < problem_.cores; ++core)
      tiles.push_back(problem_.chip.tile_at(best_[core]));
    return tiles;
  }

 private:
  bool is_core(std::uint32_t core) const { return core < problem_.cores; }

  void move_core(std::uint32_t core, std::uint32_t tile) {
    core_at_[tile] = core;
    if (is_core(core)) position_[core] = problem_.chip.position_of(TileId{tile});
  }

  std::uint32_t moves_per_temperature() const {
    std::size_t edges = 0;
    for (const auto& list : problem_.traffic) edges += list.size();
    const double degree = 2.0 * static_cast<double>(edges) / problem_.cores + 1;
    return static_cast<std::uint32_t>(
        std::max(1.0, std::min(kMovesPerTile * tiles_, kMaxEdgeVisits / kTemperatures / degree)));
  }

  void cool_down() {
    const std::uint32_t moves = moves_per_temperature();
    double temperature = start_temperature();
    const double factor = std::pow(kEndOverStart, 1.0 / kTemperatures);
    for (std::uint32_t step = 1; step <= kTemperatures; ++step, temperature *= factor)
      for (std::uint32_t move = 0; move < moves; ++move) try_move(step, move, temperature);
  }

  /// The mean change of cost over random moves: most are accepted at first.
  double start_temperature() {
    constexpr std::uint32_t kSamples = 64;
    double sum = 0;
    for (std::uint32_t i = 0; i < kSamples; ++i) {
      const auto [a, b] = draw_tiles(0, i);
      if (a != b) sum += std::abs(change_of_exchange(a, b));
    }
    return sum / kSamples + 1e-9;
  }

  std::pair<std::uint32_t, std::uint32_t> draw_tiles(std::uint32_t step, std::uint32_t move) const {
    return {random_.below(tiles_, 3 * move, step), random_.below(tiles_, 3 * move + 1, step)};
  }

  void try_move(std::uint32_t step, std::uint32_t move, double temperature) {
    const auto [a, b] = draw_tiles(step, move);
    if (a == b || (!is_core(core_at_[a]) && !is_core(core_at_[b]))) return;
    const double change = change_of_exchange(a, b);
    if (change > 0 && random_.unit(3 * move + 2, step) >= std::exp(-change / temperature)) return;
    exchange(a, b);
    cost_ += change;
    if (cost_ >= best_cost_) return;
    best_cost_ = cost_;
    best_ = position_;
  }

  void exchange(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t at_a = core_at_[a], at_b = core_at_[b];
    move_core(at_a, b);
    move_core(at_b, a);
  }

  /// Positions of other places do not change, and the distance between the two stays the same.
  double change_of_exchange(std::uint32_t a, std::uint32_t b) const {
    const TilePosition at_a = problem_.chip.position_of(TileId{a});
    const TilePosition at_b = problem_.chip.position_of(TileId{b});
    return change_of_move(core_at_[a], core_at_[b], at_a, at_b) +
           change_of_move(core_at_[b], core_at_[a], at_b, at_a);
  }

  double change_of_move(std::uint32_t core,
                        std::uint32_t partner,
                        TilePosition from,
                        TilePosition to) const {
    if (!is_core(core)) return 0;
    double change = 0;
    for (const TrafficEdge edge : problem_.traffic[core])
      if (edge.place != partner)
        change += edge.packets *
                  (distance(to, position_[edge.place]) - distance(from, position_[edge.place]));
    return change;
  }

  const PlacementProblem& problem_;
  RandomStream random_;
  std::uint32_t tiles_;
  std::vector<std::uint32_t> core_at_;  ///< per tile; above `cores`: empty
  std::vector<TilePosition> position_;  ///< per place
  std::vector<TilePosition> best_;
  double cost_ = 0, best_cost_ = 0;  ///< relative to the start
};

class AnnealingPlacer : public Placer {
 public:
  std::vector<TileId> place(const PlacementProblem& problem, Seed seed) const override {
    return Annealing(problem, seed).run();
  }
};

}  // namespace

std::unique_ptr<Placer> make_annealing_placer() { return std::make_unique<AnnealingPlacer>(); }

}  // namespace spikeloom
