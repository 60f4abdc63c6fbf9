// Simulated annealing (Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science
// 1983) on packets times the cost of their ways. A move takes a core to another place and what is
// there to the place of the core. Half of the places are drawn around an end that the core talks
// to, half around the core itself, in a window that shrinks as in VPR (Betz and Rose, "VPR: a new
// packing, placement and routing tool for FPGA research", 1997): so the work follows the cores and
// not the tiles. Starts at the first port, or from the baseline where that is better, and never
// returns a placement worse than its start.

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kTemperatures = 100;
constexpr double kEndOverStart = 1e-3;  ///< of the temperature
/// Bounds the work: moves times edges looked at, over the whole run.
constexpr double kMaxEdgeVisits = 1.5e8;
constexpr double kMovesPerCore = 100;  ///< and temperature
constexpr std::uint32_t kDrawsPerMove = 7;
constexpr std::uint32_t kEmpty = 0xFFFFFFFFU;  ///< nobody's place; no end has this number

/// Row by row, rows and the tiles of a row from the first port outwards.
std::vector<CorePlace> order_from_port(const PlacementProblem& problem) {
  const TilePosition port = problem.first_port();
  const auto key = [&](CorePlace place) {
    const TilePosition at = problem.chip().position_of(place.tile);
    return std::tuple(problem.distance({port.x, at.y}, port),
                      problem.distance({at.x, port.y}, port),
                      place.tile,
                      place.slot);
  };
  std::vector<CorePlace> places = problem.places();
  std::sort(
      places.begin(), places.end(), [&](CorePlace a, CorePlace b) { return key(a) < key(b); });
  places.resize(problem.cores());
  return places;
}

std::vector<CorePlace> best_start(const PlacementProblem& problem, Seed seed) {
  std::vector<CorePlace> baseline = make_row_major_placer()->place(problem, seed);
  std::vector<CorePlace> at_port = order_from_port(problem);
  return placement_cost(problem, at_port) < placement_cost(problem, baseline) ? at_port : baseline;
}

class Annealing {
 public:
  Annealing(const PlacementProblem& problem, Seed seed)
      : problem_(problem),
        topology_(problem.chip().topology),
        random_(seed, "place.anneal"),
        first_place_(problem.chip().tile_count() + std::size_t{1}),
        core_at_(problem.places().size(), kEmpty),
        place_of_(problem.cores()),
        position_(problem.fixed_positions()) {
    for (const CorePlace place : problem.places()) ++first_place_[index_of(place.tile) + 1];
    for (std::size_t tile = 1; tile < first_place_.size(); ++tile)
      first_place_[tile] += first_place_[tile - 1];
    const std::vector<CorePlace> start = best_start(problem, seed);
    for (std::uint32_t core = 0; core < problem.cores(); ++core)
      move_core(core, number_of(start[core]));
  }

  std::vector<CorePlace> run() {
    if (problem_.cores() > 0 && core_at_.size() > 1) cool_down();
    if (!best_) best_ = undone();
    std::vector<CorePlace> places;
    for (const std::uint32_t place : *best_) places.push_back(problem_.places()[place]);
    return places;
  }

 private:
  static bool is_core(std::uint32_t core) { return core != kEmpty; }
  TilePosition position_of(std::uint32_t place) const {
    return topology_.position_of(problem_.places()[place].tile);
  }
  std::uint32_t number_of(CorePlace place) const {
    std::uint32_t number = first_place_[index_of(place.tile)];
    while (problem_.places()[number].slot != place.slot) ++number;
    return number;
  }

  void move_core(std::uint32_t core, std::uint32_t place) {
    core_at_[place] = core;
    if (!is_core(core)) return;
    place_of_[core] = place;
    position_[core] = position_of(place);
  }

  std::uint32_t moves_per_temperature() const {
    std::size_t edges = 0;
    for (std::uint32_t core = 0; core < problem_.cores(); ++core)
      edges += problem_.traffic(core).size();
    const double degree = 2.0 * static_cast<double>(edges) / problem_.cores() + 1;
    return static_cast<std::uint32_t>(std::max(
        1.0, std::min(kMovesPerCore * problem_.cores(), kMaxEdgeVisits / kTemperatures / degree)));
  }

  void cool_down() {
    const std::uint32_t moves = moves_per_temperature();
    const double factor = std::pow(kEndOverStart, 1.0 / kTemperatures);
    reach_ = widest_reach();
    double temperature = start_temperature();
    for (std::uint32_t step = 1; step <= kTemperatures; ++step, temperature *= factor) {
      reach_ = std::max(1U, widest_reach() * (kTemperatures - step) / kTemperatures);
      for (std::uint32_t move = 0; move < moves; ++move) try_move(step, move, temperature);
    }
  }

  /// Twice the side of a square that holds all cores, at most the board.
  std::uint32_t widest_reach() const {
    const double tiles = static_cast<double>(problem_.cores()) / topology_.cores_per_tile;
    const auto side = static_cast<std::uint32_t>(2 * std::sqrt(tiles)) + 2;
    return std::min(side, std::max(topology_.width, topology_.height));
  }

  /// The mean change of cost over random moves: most are accepted at first.
  double start_temperature() {
    constexpr std::uint32_t kSamples = 64;
    double sum = 0;
    for (std::uint32_t i = 0; i < kSamples; ++i) {
      const auto [core, place] = draw_move(0, i);
      if (place) sum += std::abs(change_of_exchange(core, *place));
    }
    return sum / kSamples + 1e-9;
  }

  struct Move {
    std::uint32_t core;
    std::optional<std::uint32_t> place;  ///< none: nothing can be there
  };

  Move draw_move(std::uint32_t step, std::uint32_t move) const {
    const auto below = [&](std::uint32_t bound, std::uint32_t draw) {
      return random_.below(bound, kDrawsPerMove * move + draw, step);
    };
    const std::uint32_t core = below(problem_.cores(), 0);
    const auto& edges = problem_.traffic(core);
    const bool to_partner = !edges.empty() && below(2, 1) == 0;
    const TilePosition centre =
        to_partner ? position_[edges[below(static_cast<std::uint32_t>(edges.size()), 2)].end]
                   : position_[core];
    const std::uint32_t reach = to_partner ? std::min(reach_, 2U) : reach_;
    const auto tile = tile_near(centre, reach, below(2 * reach + 1, 3), below(2 * reach + 1, 4));
    if (!tile) return {core, {}};
    const std::uint32_t first = first_place_[index_of(*tile)];
    const std::uint32_t places = first_place_[index_of(*tile) + 1] - first;
    if (places == 0) return {core, {}};
    const std::uint32_t place = first + below(places, 5);
    return {core, place == place_of_[core] ? std::nullopt : std::optional(place)};
  }

  /// The tile of a window of 2 reach + 1 tiles a side around `centre`, if it is on the board.
  std::optional<TileId> tile_near(TilePosition centre,
                                  std::uint32_t reach,
                                  std::uint32_t column,
                                  std::uint32_t row) const {
    const auto along = [&](std::uint32_t at, std::uint32_t offset, std::uint32_t side) {
      const std::uint32_t shifted = at + offset + side * (reach / side + 1) - reach;
      const bool inside = at + offset >= reach && at + offset - reach < side;
      return inside || topology_.wraps() ? std::optional(shifted % side) : std::nullopt;
    };
    const auto x = along(centre.x, column, topology_.width);
    const auto y = along(centre.y, row, topology_.height);
    return x && y ? std::optional(topology_.tile_at({*x, *y})) : std::nullopt;
  }

  void try_move(std::uint32_t step, std::uint32_t move, double temperature) {
    const auto [core, place] = draw_move(step, move);
    if (!place) return;
    const double change = change_of_exchange(core, *place);
    if (change > 0 &&
        random_.unit(kDrawsPerMove * move + 6, step) >= std::exp(-change / temperature))
      return;
    note({place_of_[core], *place});
    exchange(place_of_[core], *place);
    cost_ += change;
    if (cost_ >= best_cost_) return;
    best_cost_ = cost_;
    best_.reset();
    since_best_.clear();
  }

  void exchange(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t at_a = core_at_[a], at_b = core_at_[b];
    move_core(at_a, b);
    move_core(at_b, a);
  }

  // The best placement is known by what was exchanged since; when that is longer than a placement,
  // by a copy. So a move costs its edges, however many cores there are.
  void note(std::pair<std::uint32_t, std::uint32_t> exchanged) {
    if (best_) return;
    if (since_best_.size() >= problem_.cores()) {
      best_ = undone();
      since_best_.clear();
      return;
    }
    since_best_.push_back(exchanged);
  }

  /// Places of the cores before what was exchanged since the best placement.
  std::vector<std::uint32_t> undone() const {
    std::vector<std::uint32_t> core_at = core_at_;
    for (auto it = since_best_.rbegin(); it != since_best_.rend(); ++it)
      std::swap(core_at[it->first], core_at[it->second]);
    std::vector<std::uint32_t> places(problem_.cores());
    for (std::uint32_t place = 0; place < core_at.size(); ++place)
      if (is_core(core_at[place])) places[core_at[place]] = place;
    return places;
  }

  /// Positions of other ends do not change, and the distance between the two stays the same.
  double change_of_exchange(std::uint32_t core, std::uint32_t place) const {
    const TilePosition from = position_[core], to = position_of(place);
    if (from == to) return 0;
    const std::uint32_t other = core_at_[place];
    return change_of_move(core, other, from, to) + change_of_move(other, core, to, from);
  }

  double change_of_move(std::uint32_t core,
                        std::uint32_t partner,
                        TilePosition from,
                        TilePosition to) const {
    if (!is_core(core)) return 0;
    double change = 0;
    for (const TrafficEdge edge : problem_.traffic(core))
      if (edge.end != partner)
        change += edge.packets * (problem_.distance(to, edge.end, position_) -
                                  problem_.distance(from, edge.end, position_));
    return change;
  }

  const PlacementProblem& problem_;
  const Topology& topology_;
  RandomStream random_;
  std::vector<std::uint32_t> first_place_;  ///< per tile, and one past the last
  std::vector<std::uint32_t> core_at_;      ///< per place
  std::vector<std::uint32_t> place_of_;     ///< per core
  std::vector<TilePosition> position_;      ///< per end
  std::uint32_t reach_ = 1;                 ///< of moves, in tiles
  double cost_ = 0, best_cost_ = 0;         ///< relative to the start
  std::vector<std::pair<std::uint32_t, std::uint32_t>> since_best_;
  std::optional<std::vector<std::uint32_t>> best_;
};

class AnnealingPlacer : public Placer {
 public:
  std::vector<CorePlace> place(const PlacementProblem& problem, Seed seed) const override {
    return Annealing(problem, seed).run();
  }
};

}  // namespace

std::unique_ptr<Placer> make_annealing_placer() { return std::make_unique<AnnealingPlacer>(); }

}  // namespace spikeloom
