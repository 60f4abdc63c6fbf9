#include "models/lowering/lowered_network.hpp"

#include <algorithm>

namespace spikeloom {
namespace {

// What could arrive at one neuron: inhibition and excitation need not coincide.
struct Extremes {
  std::uint64_t positive = 0, negative = 0;
  void add(std::int64_t input) {
    (input > 0 ? positive : negative) += static_cast<std::uint64_t>(input > 0 ? input : -input);
  }
  std::uint64_t worst() const { return std::max(positive, negative); }
};

void add_extremes(const Projection& projection,
                  std::uint32_t sources,
                  std::uint32_t spikes,
                  std::vector<Extremes>& extremes) {
  const std::int64_t unit = std::int64_t{spikes} << std::max(projection.weight_exponent, 0);
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

std::uint32_t most_spikes(const NeuronProfile& profile, const Arithmetic& arithmetic) {
  const std::int64_t threshold = std::int64_t{profile.threshold} << arithmetic.threshold_shift;
  if (profile.max_spikes_per_step == 1 || threshold == 0) return 1;
  const std::int64_t room = std::max<std::int64_t>(arithmetic.v_max() / threshold, 1);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(room, profile.max_spikes_per_step));
}

std::uint32_t most_spikes(const LoweredPopulation& population, const Arithmetic& arithmetic) {
  std::uint32_t most = 1;
  for (const NeuronProfile& profile : population.profiles)
    most = std::max(most, most_spikes(profile, arithmetic));
  return most;
}

IdVector<PopulationId, std::uint64_t> worst_case_sum(const LoweredNetwork& network) {
  IdVector<PopulationId, std::uint64_t> worst(network.populations.size());
  for (const PopulationId id : ids_of(network.populations)) {
    std::vector<Extremes> extremes(network.populations[id].size);
    for (const Projection& projection : network.projections) {
      if (projection.target != id) continue;
      const LoweredPopulation& source = network.populations[projection.source];
      add_extremes(projection, source.size, most_spikes(source, network.arithmetic), extremes);
    }
    for (const Extremes& neuron : extremes) worst[id] = std::max(worst[id], neuron.worst());
  }
  return worst;
}

}  // namespace spikeloom
