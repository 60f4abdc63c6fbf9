#include "models/mapping/hardware_neurons.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// The writes of one entry, a beat for each element of `beats`.
void add_entry(std::vector<ConfigurationWrite>& writes,
               HardwareMemory memory,
               std::size_t index,
               const std::vector<std::uint32_t>& beats) {
  for (std::uint32_t beat = 0; beat < beats.size(); ++beat)
    writes.push_back({memory, static_cast<std::uint32_t>(index), beat, beats[beat]});
}

std::int64_t least_v(const Arithmetic& arithmetic) { return -arithmetic.v_max() - 1; }

void require_v(std::int64_t value, const char* field, std::size_t profile, const CoreSpec& spec) {
  const std::int64_t least = least_v(spec.arithmetic);
  if (value >= least && value <= spec.arithmetic.v_max()) return;
  throw InputError("mapping",
                   "profiles",
                   fmt::format("profile {} has {} {}, allowed is {} to {} (v_bits = {})",
                               profile,
                               field,
                               value,
                               least,
                               spec.arithmetic.v_max(),
                               spec.arithmetic.v_bits));
}

void require_spikes(std::uint32_t value, std::size_t profile, const CoreSpec& spec) {
  if (value >= 1 && value <= spec.max_spikes_per_step) return;
  throw InputError("mapping",
                   "profiles",
                   fmt::format("profile {} has max_spikes_per_step {}, allowed is 1 to {}",
                               profile,
                               value,
                               spec.max_spikes_per_step));
}

std::uint32_t flags_of(const NeuronProfile& profile) {
  const bool flags[] = {profile.spikes,
                        profile.comparison == Comparison::GreaterOrEqual,
                        profile.reset == ResetRule::Subtract,
                        profile.bias_target == BiasTarget::Current,
                        profile.synapse_order == SynapseOrder::Old,
                        profile.threshold_test == ThresholdTest::BeforeUpdate,
                        profile.reset_time == ResetTime::NextStep,
                        profile.reset_decays};
  std::uint32_t bits = 0, bit = 0;
  for (const bool flag : flags) bits |= std::uint32_t{flag} << bit++;
  return bits;
}

std::vector<std::uint32_t> beats_of(const CoreProfile& profile,
                                    std::size_t index,
                                    const CoreSpec& spec) {
  const NeuronProfile& neuron = profile.neuron;
  const std::int64_t v_min = std::max<std::int64_t>(neuron.v_min, least_v(spec.arithmetic));
  require_v(neuron.reset_value, "reset_value", index, spec);
  require_v(v_min, "v_min", index, spec);
  require_spikes(neuron.max_spikes_per_step, index, spec);
  return {neuron.decay_u | neuron.decay_v << 16,
          neuron.threshold | flags_of(neuron) << 24,
          static_cast<std::uint32_t>(neuron.reset_value),
          static_cast<std::uint32_t>(v_min),
          neuron.refractory_steps,
          neuron.max_spikes_per_step,
          profile.start,
          profile.reset_period,
          profile.reset_offset};
}

}  // namespace

std::uint32_t bias_bits(const Arithmetic& arithmetic) {
  return std::min(arithmetic.bias_mantissa_bits + (1U << arithmetic.bias_exponent_bits) - 1U, 32U);
}

std::vector<ConfigurationWrite> hardware_neurons(const CoreImage& core, const CoreSpec& spec) {
  std::vector<ConfigurationWrite> writes;
  add_entry(writes, HardwareMemory::Control, 0, {core.neurons()});
  add_entry(writes, HardwareMemory::Control, 1, {core.key_base});
  for (std::size_t i = 0; i < core.profiles.size(); ++i)
    add_entry(writes, HardwareMemory::Profile, i, beats_of(core.profiles[i], i, spec));
  for (std::size_t n = 0; n < core.neurons(); ++n)
    add_entry(writes,
              HardwareMemory::Neuron,
              n,
              {static_cast<std::uint32_t>(core.bias[n]),
               core.profile_of[n] | std::uint32_t{core.sends[n]} << 16});
  return writes;
}

}  // namespace spikeloom
