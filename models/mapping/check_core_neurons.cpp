#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/mapping/check_core.hpp"

namespace spikeloom {
namespace {

class NeuronCheck {
 public:
  NeuronCheck(const Chip& chip, std::size_t populations, const Refusal& refusal)
      : chip_(chip), populations_(populations), refusal_(refusal) {}

  void run(const CoreImage& core, const std::string& place) const {
    check_neurons(core, place);
    for (std::size_t i = 0; i < core.profiles.size(); ++i) {
      check_profile(core.profiles[i].neuron, place + "/profiles", i);
      check_resets(core.profiles[i], place + "/profiles", i);
    }
    check_software(core, place + "/spinnaker");
  }

 private:
  void check_neurons(const CoreImage& core, const std::string& place) const {
    refusal_.limit(place + "/profile_of", "neurons", core.neurons(), chip_.core.neurons);
    refusal_.limit(place + "/profiles", "profiles", core.profiles.size(), chip_.core.profiles);
    for (const auto& [name, size] : {std::pair<const char*, std::size_t>{"bias", core.bias.size()},
                                     {"sends", core.sends.size()},
                                     {"identity", core.identity.size()}})
      if (size != core.neurons())
        refusal_.fail(place + "/" + name,
                      fmt::format("{} values for a core of {} neurons", size, core.neurons()));
    for (std::size_t n = 0; n < core.profile_of.size(); ++n) check_neuron(core, place, n);
  }

  void check_neuron(const CoreImage& core, const std::string& place, std::size_t n) const {
    if (core.profile_of[n] >= core.profiles.size())
      refusal_.fail(place + "/profile_of",
                    fmt::format("neuron {} has profile {}, the core has {}",
                                n,
                                core.profile_of[n],
                                core.profiles.size()));
    if (!has_software() && nearest_bias(chip_.core.arithmetic, core.bias[n]) != core.bias[n])
      refusal_.fail(
          place + "/bias",
          fmt::format("neuron {} has bias {}, which is not representable", n, core.bias[n]));
    if (core.sends[n] > 1)
      refusal_.fail(place + "/sends",
                    fmt::format("neuron {} has {}, allowed are 0 and 1", n, core.sends[n]));
    if (index_of(core.identity[n].population) >= populations_)
      refusal_.fail(place + "/identity",
                    fmt::format("neuron {} is of population {}, there are {}",
                                n,
                                index_of(core.identity[n].population),
                                populations_));
  }

  void check_profile(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const Arithmetic& arithmetic = chip_.core.arithmetic;
    const std::uint32_t decay_max = arithmetic.no_memory();
    if (profile.decay_u > decay_max || profile.decay_v > decay_max)
      refusal_.fail(place,
                    fmt::format("profile {} has decays {} and {}, the largest is {}",
                                i,
                                profile.decay_u,
                                profile.decay_v,
                                decay_max));
    if (profile.threshold > arithmetic.threshold_max())
      refusal_.fail(place,
                    fmt::format("profile {} has threshold {}, the largest is {}",
                                i,
                                profile.threshold,
                                arithmetic.threshold_max()));
    if (profile.refractory_steps > 63)
      refusal_.fail(place,
                    fmt::format("profile {} is refractory for {} steps, the most is 63",
                                i,
                                profile.refractory_steps));
    check_spikes(profile, place, i);
  }

  void check_spikes(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const std::uint32_t most = chip_.core.max_spikes_per_step;
    if (profile.max_spikes_per_step < 1 || profile.max_spikes_per_step > most)
      refusal_.fail(place,
                    fmt::format("profile {} spikes up to {} times a step, allowed are 1 to {}",
                                i,
                                profile.max_spikes_per_step,
                                most));
    check_reset(profile, place, i);
    if (profile.max_spikes_per_step == 1) return;
    if (profile.reset != ResetRule::Subtract || profile.threshold == 0 ||
        profile.refractory_steps != 0)
      refusal_.fail(
          place,
          fmt::format("profile {} spikes several times a step, which needs a reset by subtraction, "
                      "a threshold above 0 and no refractory steps",
                      i));
  }

  void check_reset(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const bool before = profile.threshold_test == ThresholdTest::BeforeUpdate;
    if (before && profile.reset != ResetRule::Subtract)
      refusal_.fail(
          place,
          fmt::format("profile {} tests v before the update, which needs a reset by subtraction",
                      i));
    const bool later = profile.reset_time == ResetTime::NextStep;
    if (later && (before || profile.threshold == 0 || profile.refractory_steps != 0))
      refusal_.fail(
          place,
          fmt::format("profile {} resets in the next step, which needs a test after the update, a "
                      "threshold above 0 and no refractory steps",
                      i));
  }

  void check_resets(const CoreProfile& profile, const std::string& place, std::size_t i) const {
    if (profile.reset_offset >= std::max(profile.reset_period, 1U))
      refusal_.fail(place,
                    fmt::format("profile {} is reset with the offset {}, its period is {}",
                                i,
                                profile.reset_offset,
                                profile.reset_period));
  }

  void check_software(const CoreImage& core, const std::string& place) const {
    const std::size_t wanted = has_software() ? core.profiles.size() : 0;
    if (core.spinnaker.size() != wanted)
      refusal_.fail(place,
                    fmt::format("{} profiles of software neurons, a core of {} profiles has {}",
                                core.spinnaker.size(),
                                core.profiles.size(),
                                wanted));
    for (std::size_t i = 0; has_software() && i < core.rows.size(); ++i)
      if (core.rows[i].format != RowFormat::Sparse)
        refusal_.fail(place,
                      fmt::format("row {} is not sparse, as all rows of software cores are", i));
    for (std::size_t i = 0; i < core.spinnaker.size(); ++i)
      if (core.spinnaker[i].exc_shift > 15 || core.spinnaker[i].inh_shift > 15)
        refusal_.fail(place,
                      fmt::format("profile {} has the shifts {} and {}, the largest is 15",
                                  i,
                                  core.spinnaker[i].exc_shift,
                                  core.spinnaker[i].inh_shift));
  }

  bool has_software() const { return chip_.core.kind == CoreKind::Processor; }

  const Chip& chip_;
  const std::size_t populations_;
  const Refusal& refusal_;
};

}  // namespace

void check_neurons(const CoreImage& core,
                   const Chip& chip,
                   std::size_t populations,
                   const std::string& place,
                   const Refusal& refusal) {
  NeuronCheck(chip, populations, refusal).run(core, place);
}

}  // namespace spikeloom
