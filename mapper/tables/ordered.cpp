// Minimization that uses the order of entries, as Ordered-Covering does (Mundy, Heathcote, Garside,
// "On-chip order-exploiting routing table minimization for a multicast supercomputer network",
// 2016): an entry may take keys of other routes if entries before it have taken them already.
//
// Routes are ordered by how many groups of keys have them, the rarest first. A route's entries only
// have to leave alone the keys of the routes that follow: a route that one group has costs one
// entry anywhere, and first it is in nobody's way; the most frequent one comes last, where a single
// entry may take all that is left. Entries of one route are supercubes of its groups, grown from
// every group towards its nearest ones, of which a greedy set cover takes the fewest (as Espresso's
// expand and irredundant steps, Brayton et al., 1984). Groups that go straight on either need no
// entry and are left alone by all, or count as routes of their own; what gives the smaller table
// is taken.

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {
namespace {

/// Bounds the work on one route: groups, squared, times those to leave alone.
constexpr double kMaxGrowthSteps = 2e7;

struct Cube {
  std::uint32_t key, mask;
};

Cube cube_of(const PassingKeys& keys) { return {keys.key, keys.mask}; }
bool intersects(Cube a, Cube b) { return ((a.key ^ b.key) & a.mask & b.mask) == 0; }
bool covers(Cube outer, Cube inner) {
  return intersects(outer, inner) && (outer.mask & ~inner.mask) == 0;
}
Cube supercube(Cube a, Cube b) {
  const std::uint32_t mask = a.mask & b.mask & ~(a.key ^ b.key);
  return {a.key & mask, mask};
}
int free_bits_of(Cube cube) { return std::popcount(~cube.mask); }

/// The entries of one route.
class RouteCover {
 public:
  RouteCover(const std::vector<Cube>& on, const std::vector<Cube>& off) : on_(on), off_(off) {
    const double steps = static_cast<double>(on.size()) * static_cast<double>(on.size()) *
                         static_cast<double>(off.size());
    reach_ =
        steps <= kMaxGrowthSteps
            ? on.size()
            : static_cast<std::size_t>(kMaxGrowthSteps / steps * static_cast<double>(on.size()));
  }

  std::vector<Cube> cubes() {
    if (off_.empty()) return {everything()};
    std::vector<Cube> candidates;
    for (const Cube cube : on_) candidates.push_back(grown(cube));
    return fewest(std::move(candidates));
  }

 private:
  Cube everything() const {
    Cube all = on_.front();
    for (const Cube cube : on_) all = supercube(all, cube);
    return all;
  }

  /// Takes in what is nearest first, as long as no other route's keys fall in.
  Cube grown(Cube cube) const {
    std::vector<std::pair<int, std::size_t>> nearest;
    for (std::size_t i = 0; i < on_.size(); ++i)
      nearest.emplace_back(free_bits_of(supercube(cube, on_[i])), i);
    const std::size_t looked_at = std::min(nearest.size(), reach_ + 1);
    std::partial_sort(
        nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(looked_at), nearest.end());
    for (std::size_t i = 0; i < looked_at; ++i) {
      const Cube wider = supercube(cube, on_[nearest[i].second]);
      if (wider.mask != cube.mask && is_free_of_others(wider)) cube = wider;
    }
    return cube;
  }

  bool is_free_of_others(Cube cube) const {
    return std::none_of(off_.begin(), off_.end(), [&](Cube o) { return intersects(cube, o); });
  }

  /// Greedy: the candidate that covers most of what is uncovered, until all is.
  std::vector<Cube> fewest(std::vector<Cube> candidates) const {
    const auto key = [](Cube c) { return std::pair(c.key, c.mask); };
    std::sort(
        candidates.begin(), candidates.end(), [&](Cube a, Cube b) { return key(a) < key(b); });
    candidates.erase(
        std::unique(
            candidates.begin(), candidates.end(), [&](Cube a, Cube b) { return key(a) == key(b); }),
        candidates.end());
    std::vector<Cube> open = on_, taken;
    while (!open.empty()) {
      const auto gain = [&](Cube cube) {
        return std::count_if(open.begin(), open.end(), [&](Cube o) { return covers(cube, o); });
      };
      std::size_t best = 0;
      std::ptrdiff_t most = 0;
      for (std::size_t i = 0; i < candidates.size(); ++i)
        if (const std::ptrdiff_t g = gain(candidates[i]); g > most) most = g, best = i;
      taken.push_back(candidates[best]);
      std::erase_if(open, [&](Cube o) { return covers(candidates[best], o); });
    }
    return taken;
  }

  const std::vector<Cube>& on_;
  const std::vector<Cube>& off_;
  std::size_t reach_;  ///< groups that a cube tries to take in
};

struct RouteGroups {
  std::uint32_t route;
  std::vector<Cube> cubes;
};

/// The rarest first.
std::vector<RouteGroups> by_frequency(const std::vector<PassingKeys>& passing,
                                      bool leave_defaults) {
  std::map<std::uint32_t, std::vector<Cube>> of_route;
  for (const PassingKeys& keys : passing)
    if (!leave_defaults || !is_default_route(keys)) of_route[keys.route].push_back(cube_of(keys));
  std::vector<RouteGroups> routes;
  for (auto& [route, cubes] : of_route) routes.push_back({route, std::move(cubes)});
  std::stable_sort(routes.begin(), routes.end(), [](const RouteGroups& a, const RouteGroups& b) {
    return a.cubes.size() < b.cubes.size();
  });
  return routes;
}

std::vector<RouteEntry> ordered_table(const std::vector<PassingKeys>& passing,
                                      bool leave_defaults) {
  const std::vector<RouteGroups> routes = by_frequency(passing, leave_defaults);
  std::vector<Cube> defaults;
  for (const PassingKeys& keys : passing)
    if (leave_defaults && is_default_route(keys)) defaults.push_back(cube_of(keys));
  std::vector<RouteEntry> table;
  for (std::size_t r = 0; r < routes.size(); ++r) {
    std::vector<Cube> off = defaults;
    for (std::size_t later = r + 1; later < routes.size(); ++later)
      off.insert(off.end(), routes[later].cubes.begin(), routes[later].cubes.end());
    for (const Cube cube : RouteCover(routes[r].cubes, off).cubes())
      table.push_back({cube.key, cube.mask, routes[r].route});
  }
  return table;
}

class OrderedTables : public TableMinimizer {
 public:
  std::vector<RouteEntry> minimize(const std::vector<PassingKeys>& passing) const override {
    std::vector<RouteEntry> best = make_merged_tables()->minimize(passing);
    if (best.size() <= 1) return best;
    for (const bool leave_defaults : {true, false}) {
      std::vector<RouteEntry> table = ordered_table(passing, leave_defaults);
      if (table.size() < best.size()) best = std::move(table);
    }
    return best;
  }
};

}  // namespace

std::unique_ptr<TableMinimizer> make_ordered_tables() { return std::make_unique<OrderedTables>(); }

}  // namespace spikeloom
