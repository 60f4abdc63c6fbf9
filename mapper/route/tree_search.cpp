#include "mapper/route/tree_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>
#include <tuple>

#include "mapper/place/tile_distance.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kFar = 0xFFFFFFFFU;

/// A tile together with what a packet may still do there: state 2 * tile, or 2 * tile + 1 once it
/// has gone down.
using State = std::uint32_t;

constexpr State state_of(TileId tile, bool down) {
  return 2 * static_cast<std::uint32_t>(tile) + (down ? 1 : 0);
}
constexpr TileId tile_of(State state) { return TileId{state / 2}; }
constexpr bool is_down(State state) { return state % 2 != 0; }

}  // namespace

std::uint32_t whole_chip_link_cost(const Chip& chip) {
  return static_cast<std::uint32_t>(std::lround(std::min(16.0, chip_link_cost(chip))));
}

/// Dijkstra's search from a tree outwards.
class TreeSearch::Wave {
 public:
  Wave(const TreeSearch& search, const RoutingTask& task)
      : search_(search),
        rotation_(static_cast<std::uint32_t>(task.source)),
        tree_(search.grid_, task.source, task.entry),
        ways_(2 * std::size_t{search.grid_.tiles()}),
        wanted_(search.grid_.tiles()) {
    for (const TileId target : task.targets) want(target);
    down_.resize(search.grid_.tiles());
  }

  std::optional<RouteTree> join_all() {
    while (open_targets_ > 0) {
      restart();
      const auto reached = run([&](State state) { return wanted_[tile_of(state)] != 0; });
      if (!reached) return std::nullopt;
      join(*reached);
    }
    return std::move(tree_);
  }

  std::optional<RouteTree> join_all_at_once(const RoutingTask& task) {
    restart();
    run([](State) { return false; });
    for (const TileId target : task.targets) {
      const State state = nearer_state(target);
      if (ways_[state].cost == kFar) return std::nullopt;
      join(state);
    }
    return std::move(tree_);
  }

 private:
  struct Way {
    std::uint32_t cost = kFar;
    State from = 0;
    Port link = Port::Core;  ///< taken from there; a core: where the wave began
  };
  struct Front {
    std::uint32_t cost;
    std::uint32_t number;  ///< first come, first served
    State state;
    bool operator>(const Front& other) const {
      return std::tie(cost, number) > std::tie(other.cost, other.number);
    }
  };

  void want(TileId target) {
    if (tree_.has(target) || wanted_[target] != 0) return;
    wanted_[target] = 1;
    ++open_targets_;
  }

  State nearer_state(TileId tile) const {
    const State up = state_of(tile, false), down = state_of(tile, true);
    return ways_[down].cost < ways_[up].cost ? down : up;
  }

  void restart() {
    for (const State state : touched_) ways_[state] = {};
    touched_.clear();
    front_ = {};
    for (const TreeNode& node : tree_.nodes())
      reach(state_of(node.tile, down_[node.tile] != 0), {0, 0, Port::Core});
  }

  void reach(State state, Way way) {
    if (way.cost >= ways_[state].cost) return;
    if (ways_[state].cost == kFar) touched_.push_back(state);
    ways_[state] = way;
    front_.push({way.cost, number_++, state});
  }

  /// Until `is_wanted` likes a state; the wave stops there.
  template <typename IsWanted>
  std::optional<State> run(const IsWanted& is_wanted) {
    while (!front_.empty()) {
      const Front next = front_.top();
      front_.pop();
      if (next.cost != ways_[next.state].cost) continue;
      if (is_wanted(next.state)) return next.state;
      for (std::uint32_t i = 0; i < kLinkCount; ++i)
        leave(next.state, static_cast<Port>((i + rotation_) % kLinkCount));
    }
    return std::nullopt;
  }

  void leave(State state, Port link) {
    const TileId tile = tile_of(state);
    const auto next = search_.grid_.neighbour(tile, link);
    if (!next || tree_.has(*next)) return;
    const bool ordered = !search_.order_.empty();
    const bool goes_up = ordered && search_.order_[*next] < search_.order_[tile];
    if (goes_up && is_down(state)) return;
    const std::uint32_t cost =
        search_.grid_.is_between_chips(tile, link) ? search_.chip_link_cost_ : 1;
    const std::uint32_t sum = ways_[state].cost + cost;
    const bool down = ordered && !goes_up;
    // Whoever may still go up can do all that others can.
    if (down && ways_[state_of(*next, false)].cost <= sum) return;
    reach(state_of(*next, down), {sum, state, link});
  }

  void join(State target) {
    path_.clear();
    for (State at = target; is_link(ways_[at].link); at = ways_[at].from) path_.push_back(at);
    std::reverse(path_.begin(), path_.end());
    for (const State at : path_) {
      const TileId tile = tree_.grow(tile_of(ways_[at].from), ways_[at].link);
      down_[tile] = is_down(at) ? 1 : 0;
      if (wanted_[tile] == 0) continue;
      wanted_[tile] = 0;
      --open_targets_;
    }
  }

  const TreeSearch& search_;
  std::uint32_t rotation_;  ///< of the links' order, so that equal ways are shared out
  RouteTree tree_;
  std::vector<Way> ways_;  ///< per state
  IdVector<TileId, std::uint8_t> wanted_;
  IdVector<TileId, std::uint8_t> down_;  ///< per tile of the tree
  std::uint32_t open_targets_ = 0;
  std::vector<State> touched_, path_;
  std::priority_queue<Front, std::vector<Front>, std::greater<>> front_;
  std::uint32_t number_ = 0;
};

TreeSearch::TreeSearch(const Grid& grid, std::uint32_t chip_link_cost, TileOrder order)
    : grid_(grid), chip_link_cost_(chip_link_cost), order_(std::move(order)) {}

std::optional<RouteTree> TreeSearch::join_nearest_first(const RoutingTask& task) const {
  return Wave(*this, task).join_all();
}

std::optional<RouteTree> TreeSearch::shortest_ways(const RoutingTask& task) const {
  return Wave(*this, task).join_all_at_once(task);
}

}  // namespace spikeloom
