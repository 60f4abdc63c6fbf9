#include "mapper/partition/profile_ids.hpp"

#include <map>
#include <tuple>

namespace spikeloom {
namespace {

auto order_key(const SpinnakerProfile& s) {
  return std::make_tuple(s.v_rest,
                         s.v_reset,
                         s.v_threshold,
                         s.r_membrane,
                         s.exp_tc,
                         s.refractory_ticks,
                         s.shaped,
                         s.exc_decay,
                         s.inh_decay,
                         s.exc_init,
                         s.inh_init,
                         s.exc_shift,
                         s.inh_shift);
}

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
  const auto key = [](const CoreProfile& profile, const SpinnakerProfile& spinnaker) {
    return std::pair(order_key(profile), order_key(spinnaker));
  };
  std::map<decltype(key({}, {})), std::uint32_t> known;
  for (const PopulationId id : ids_of(network.populations)) {
    const LoweredPopulation& population = network.populations[id];
    for (std::size_t i = 0; i < population.profiles.size(); ++i) {
      const CoreProfile profile = core_profile(network, id, population.profiles[i]);
      const SpinnakerProfile spinnaker =
          network.is_spinnaker ? population.spinnaker[i] : SpinnakerProfile{};
      const auto [entry, is_new] = known.try_emplace(key(profile, spinnaker), count());
      ids_[id].push_back(entry->second);
      if (!is_new) continue;
      profiles_.push_back(profile);
      if (network.is_spinnaker) spinnaker_.push_back(spinnaker);
    }
  }
}

std::uint32_t ProfileIds::id_of(const NetworkView& view, NeuronNumber number) const {
  const PopulationId id = view.population_of(number);
  const LoweredPopulation& population = view.network().populations[id];
  return ids_[id]
             [population.profile_of.empty() ? 0 : population.profile_of[number - view.first(id)]];
}

}  // namespace spikeloom
