#include "models/lowering/retime.hpp"

#include <algorithm>
#include <optional>

#include "models/base/error.hpp"
#include "models/lowering/fold.hpp"

namespace spikeloom {
namespace {

struct DelayRange {
  std::int64_t shortest, longest;
};

DelayRange delays_of(const DenseConnectivity& dense) { return {dense.delay, dense.delay}; }
DelayRange delays_of(const ConvConnectivity& conv) { return {conv.delay, conv.delay}; }
DelayRange delays_of(const SparseConnectivity& sparse) {
  if (sparse.delay.empty()) return {1, 1};  // no synapse asks for anything
  const auto [shortest, longest] = std::minmax_element(sparse.delay.begin(), sparse.delay.end());
  return {*shortest, *longest};
}
DelayRange delays_of(const DrawnConnectivity& drawn) { return {drawn.delay_min, drawn.delay_max}; }
DelayRange delays_of(const Projection& projection) {
  return std::visit([](const auto& form) { return delays_of(form); }, projection.connectivity);
}

// Longest paths by Bellman and Ford.
class Retiming {
 public:
  Retiming(const LoweredNetwork& network, const std::string& origin)
      : network_(network),
        origin_(origin),
        start_(network.populations.size()),
        cause_(network.populations.size()) {
    for (const Projection& projection : network.projections)
      delays_.push_back(delays_of(projection));
  }

  const IdVector<PopulationId, std::int64_t>& solve() {
    std::optional<std::size_t> changed = 0;
    for (std::size_t round = 0; round <= start_.size() && changed; ++round) changed = relax();
    if (changed) refuse_cycle(network_.projections[*changed].target);
    return start_;
  }

 private:
  // One round over all projections; the last one that moved a start.
  std::optional<std::size_t> relax() {
    std::optional<std::size_t> changed;
    for (std::size_t i = 0; i < network_.projections.size(); ++i) {
      const auto [source, target] =
          std::pair(network_.projections[i].source, network_.projections[i].target);
      const std::int64_t earliest = start_[source] + 1 - delays_[i].shortest;
      if (start_[target] >= earliest) continue;
      start_[target] = earliest;
      cause_[target] = i;
      changed = i;
    }
    return changed;
  }

  [[noreturn]] void refuse_cycle(PopulationId on_or_behind) const {
    // As many steps back as there are populations lead onto the cycle.
    PopulationId at = on_or_behind;
    for (std::size_t i = 0; i < start_.size(); ++i) at = network_.projections[*cause_[at]].source;
    std::vector<std::size_t> cycle;
    const PopulationId first = at;
    do {
      cycle.push_back(*cause_[at]);
      at = network_.projections[cycle.back()].source;
    } while (at != first);
    std::reverse(cycle.begin(), cycle.end());
    std::string names = "'" + network_.populations[first].name + "'";
    std::int64_t delay = 0;
    for (const std::size_t i : cycle) {
      names += " -> '" + network_.populations[network_.projections[i].target].name + "'";
      delay += delays_[i].shortest;
    }
    throw InputError(origin_,
                     network_.populations[first].name,
                     "the cycle " + names + " has " + std::to_string(cycle.size()) +
                         " edges but only " + std::to_string(delay) +
                         " steps of delay; every edge needs one on a chip");
  }

  const LoweredNetwork& network_;
  const std::string& origin_;
  IdVector<PopulationId, std::int64_t> start_;
  IdVector<PopulationId, std::optional<std::size_t>> cause_;
  std::vector<DelayRange> delays_;
};

void shift(Projection& projection, std::int64_t steps, const std::string& origin) {
  const std::int64_t longest = delays_of(projection).longest + steps;
  if (longest > std::int64_t{kLongestLoweredDelay})
    throw InputError(origin,
                     projection.name,
                     "needs a delay of " + std::to_string(longest) + " steps, allowed are " +
                         std::to_string(kLongestLoweredDelay));
  shift_delays(projection.connectivity, steps);
}

}  // namespace

void retime(LoweredNetwork& network, const std::string& origin) {
  const IdVector<PopulationId, std::int64_t> starts = Retiming(network, origin).solve();
  for (const PopulationId id : ids_of(network.populations)) {
    network.populations[id].start = static_cast<std::uint32_t>(starts[id]);
    network.deepest_start = std::max(network.deepest_start, network.populations[id].start);
  }
  for (Projection& projection : network.projections) {
    shift(projection, starts[projection.target] - starts[projection.source], origin);
    network.max_delay =
        std::max(network.max_delay, static_cast<std::uint32_t>(delays_of(projection).longest));
  }
}

}  // namespace spikeloom
