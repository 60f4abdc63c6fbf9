#include "models/lowering/lowered_network.hpp"

#include <algorithm>

namespace spikeloom {
namespace {

// What could arrive at one neuron: inhibition and excitation need not coincide.
struct Extremes {
  std::uint64_t positive = 0, negative = 0;
  void add(std::int64_t weight) {
    (weight > 0 ? positive : negative) += static_cast<std::uint64_t>(weight > 0 ? weight : -weight);
  }
  std::uint64_t worst() const { return std::max(positive, negative); }
};

void add_extremes(const Projection& projection,
                  std::uint32_t sources,
                  std::vector<Extremes>& extremes) {
  const std::int64_t unit = std::int64_t{1} << std::max(projection.weight_exponent, 0);
  const std::int32_t down = std::max(-projection.weight_exponent, 0);
  for (std::uint32_t source = 0; source < sources; ++source)
    for_each_synapse(projection.connectivity, source, [&](const Synapse& synapse) {
      extremes[synapse.target].add((synapse.weight * unit) >> down);
    });
}

}  // namespace

std::uint64_t synapse_count(const LoweredNetwork& network) {
  std::uint64_t count = 0;
  for (const Projection& projection : network.projections)
    count += count_synapses(projection.connectivity, network.populations[projection.source].size);
  return count;
}

std::uint64_t neuron_count(const LoweredNetwork& network) {
  std::uint64_t count = 0;
  for (const LoweredPopulation& population : network.populations)
    if (!population.is_input) count += population.size;
  return count;
}

IdVector<PopulationId, std::uint64_t> worst_case_sum(const LoweredNetwork& network) {
  IdVector<PopulationId, std::uint64_t> worst(network.populations.size());
  for (const PopulationId id : ids_of(network.populations)) {
    std::vector<Extremes> extremes(network.populations[id].size);
    for (const Projection& projection : network.projections)
      if (projection.target == id)
        add_extremes(projection, network.populations[projection.source].size, extremes);
    for (const Extremes& neuron : extremes) worst[id] = std::max(worst[id], neuron.worst());
  }
  return worst;
}

}  // namespace spikeloom
