#include "mapper/partition/profile_ids.hpp"

#include <map>
#include <tuple>

namespace spikeloom {
namespace {

auto order_key(const CoreProfile& profile) {
  const NeuronProfile& n = profile.neuron;
  return std::make_tuple(n.decay_u,
                         n.decay_v,
                         n.threshold,
                         n.spikes,
                         n.comparison,
                         n.reset,
                         n.reset_value,
                         n.v_min,
                         n.refractory_steps,
                         n.bias_target,
                         n.max_spikes_per_step,
                         n.synapse_order,
                         n.threshold_test,
                         n.reset_time,
                         n.reset_decays,
                         profile.start,
                         profile.reset_period,
                         profile.reset_offset);
}

CoreProfile core_profile(const LoweredNetwork& network,
                         PopulationId id,
                         const NeuronProfile& neuron) {
  CoreProfile profile{neuron, network.populations[id].start};
  if (const auto offset = network.resets.offset_of(id)) {
    profile.reset_period = network.resets.period;
    profile.reset_offset = *offset;
  }
  return profile;
}

}  // namespace

ProfileIds::ProfileIds(const LoweredNetwork& network) : ids_(network.populations.size()) {
  std::map<decltype(order_key({})), std::uint32_t> known;
  for (const PopulationId id : ids_of(network.populations))
    for (const NeuronProfile& neuron : network.populations[id].profiles) {
      const CoreProfile profile = core_profile(network, id, neuron);
      const auto [entry, is_new] = known.try_emplace(order_key(profile), count());
      if (is_new) profiles_.push_back(profile);
      ids_[id].push_back(entry->second);
    }
}

std::uint32_t ProfileIds::id_of(const NetworkView& view, NeuronNumber number) const {
  const PopulationId id = view.population_of(number);
  const LoweredPopulation& population = view.network().populations[id];
  return ids_[id]
             [population.profile_of.empty() ? 0 : population.profile_of[number - view.first(id)]];
}

}  // namespace spikeloom
