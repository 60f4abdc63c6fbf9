#include "mapper/network_view.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/base/error.hpp"

namespace spikeloom {

NetworkView::NetworkView(const LoweredNetwork& network,
                         const std::string& file,
                         std::vector<bool> shared)
    : network_(network),
      first_{0},
      leaving_(network.populations.size()),
      arriving_(network.populations.size()),
      shared_(std::move(shared)),
      has_shared_(std::find(shared_.begin(), shared_.end(), true) != shared_.end()) {
  std::uint64_t total = 0;
  for (const LoweredPopulation& population : network.populations) {
    total += population.size;
    if (total > std::numeric_limits<std::uint32_t>::max())
      throw InputError(file, "", "has more than 4294967295 neurons and input elements");
    first_.push_back(static_cast<std::uint32_t>(total));
  }
  for (std::uint32_t p = 0; p < network.projections.size(); ++p) {
    leaving_[network.projections[p].source].push_back(p);
    arriving_[network.projections[p].target].push_back(p);
  }
}

PopulationId NetworkView::population_of(NeuronNumber number) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), number);
  return PopulationId{static_cast<std::uint32_t>(after - first_.begin() - 1)};
}

bool NetworkView::has_target(PopulationId population, std::uint32_t neuron) const {
  return std::any_of(
      leaving_[population].begin(), leaving_[population].end(), [&](std::uint32_t p) {
        return fan_out_of(network_.projections[p].connectivity, neuron) > 0;
      });
}

namespace {

/// Calls visit(source, FlatSynapse) for every stored synapse, by ascending source.
template <typename Visit>
void for_each_stored_of(const NetworkView& view, const Visit& visit) {
  for (const PopulationId id : ids_of(view.network().populations))
    for (std::uint32_t n = 0; n < view.network().populations[id].size; ++n)
      view.for_each_stored(id, n, [&](const FlatSynapse& s) { visit(view.number(id, n), s); });
}

}  // namespace

FanIn::FanIn(const NetworkView& view) : count_(view.size()) {
  for_each_stored_of(view, [&](NeuronNumber, const FlatSynapse& s) { ++count_[s.target]; });
  for (const std::uint32_t count : count_) total_ += count;
}

IncomingSynapses::IncomingSynapses(const NetworkView& view,
                                   const FanIn& fan_in,
                                   std::span<const NeuronNumber> targets)
    : row_{0} {
  constexpr std::uint64_t kNoTarget = ~std::uint64_t{0};
  std::vector<std::uint64_t> next(view.size(), kNoTarget);
  for (const NeuronNumber target : targets) {
    next[target] = row_.back();
    row_.push_back(row_.back() + fan_in[target]);
  }
  sources_.resize(row_.back());
  delays_.resize(row_.back());
  for_each_stored_of(view, [&](NeuronNumber from, const FlatSynapse& s) {
    if (next[s.target] == kNoTarget) return;
    sources_[next[s.target]] = from;
    delays_[next[s.target]++] = static_cast<std::uint8_t>(s.delay);
  });
}

}  // namespace spikeloom
