#include "mapper/network_view.hpp"

#include <algorithm>
#include <limits>

#include "models/base/error.hpp"

namespace spikeloom {

NetworkView::NetworkView(const LoweredNetwork& network, const std::string& file)
    : network_(network), first_{0}, leaving_(network.populations.size()) {
  std::uint64_t total = 0;
  for (const LoweredPopulation& population : network.populations) {
    total += population.size;
    if (total > std::numeric_limits<std::uint32_t>::max())
      throw InputError(file, "", "has more than 4294967295 neurons and input elements");
    first_.push_back(static_cast<std::uint32_t>(total));
  }
  for (std::uint32_t p = 0; p < network.projections.size(); ++p)
    leaving_[network.projections[p].source].push_back(p);
}

PopulationId NetworkView::population_of(NeuronNumber number) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), number);
  return PopulationId{static_cast<std::uint32_t>(after - first_.begin() - 1)};
}

IncomingSynapses::IncomingSynapses(const NetworkView& view) : row(view.size() + std::size_t{1}) {
  const auto for_each_source = [&](const auto& visit) {
    for (const PopulationId id : ids_of(view.network().populations))
      for (std::uint32_t n = 0; n < view.network().populations[id].size; ++n)
        view.for_each_leaving(id, n, [&](const FlatSynapse& s) { visit(view.number(id, n), s); });
  };
  for_each_source([&](NeuronNumber, const FlatSynapse& s) { ++row[s.target]; });
  std::uint64_t end = 0;
  for (std::uint64_t& entry : row) entry = end += entry;
  source.resize(end);
  // Filled from the back, so that row[t] ends as the first synapse of t.
  for_each_source([&](NeuronNumber from, const FlatSynapse& s) { source[--row[s.target]] = from; });
}

}  // namespace spikeloom
