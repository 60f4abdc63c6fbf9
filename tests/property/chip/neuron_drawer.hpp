#pragma once
// Draws networks with everything that a core's neurons can do, corners preferred, and input for
// them.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "models/lowering/lowered_network.hpp"
#include "models/lowering/weight_format.hpp"
#include "models/network/recording.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::test {

/// A few populations between an input and, now and then, read-outs, all connected at random.
class NeuronDrawer {
 public:
  NeuronDrawer(const Chip& chip, Draw& draw) : core_(chip.core), draw_(draw) {
    network_.arithmetic = core_.arithmetic;
  }

  LoweredNetwork run() {
    add_population({.name = "input", .size = draw_.between(2, 12), .is_input = true});
    const std::uint32_t populations = draw_.between(1, 3);
    for (std::uint32_t i = 0; i < populations; ++i) add_neurons(i);
    const auto count = static_cast<std::uint32_t>(network_.populations.size());
    const bool read_out = draw_.one_in(4);
    if (read_out)
      for (NeuronProfile& profile : network_.populations[PopulationId{count - 1}].profiles)
        profile.spikes = false;
    for (std::uint32_t source = 0; source < count - (read_out ? 1 : 0); ++source)
      for (std::uint32_t target = 1; target < count; ++target)
        if (source + 1 == target || draw_.one_in(2))
          connect(PopulationId{source}, PopulationId{target});
    draw_resets();
    return std::move(network_);
  }

 private:
  void add_population(LoweredPopulation population) {
    population.shape = {population.size};
    network_.populations.push_back(std::move(population));
  }

  void add_neurons(std::uint32_t number) {
    LoweredPopulation population{.name = "p" + std::to_string(number),
                                 .size = draw_.between(1, 30),
                                 .is_output = true,
                                 .start = draw_.one_in(2) ? 0 : draw_.between(1, 4)};
    const std::uint32_t profiles = draw_.between(1, 3);
    for (std::uint32_t i = 0; i < profiles; ++i) population.profiles.push_back(draw_profile());
    for (std::uint32_t n = 0; n < population.size; ++n) {
      population.profile_of.push_back(static_cast<std::uint16_t>(draw_.between(0, profiles - 1)));
      population.bias.push_back(draw_.one_in(3) ? signed_below(300) : 0);
    }
    network_.deepest_start = std::max(network_.deepest_start, population.start);
    add_population(std::move(population));
  }

  std::int32_t signed_below(std::uint32_t bound) {
    return static_cast<std::int32_t>(draw_.between(0, 2 * bound)) -
           static_cast<std::int32_t>(bound);
  }

  std::uint32_t draw_decay() {
    const std::uint32_t all = core_.arithmetic.no_memory();
    return draw_.one_in(3) ? 0 : draw_.one_in(3) ? all : draw_.between(0, all);
  }

  NeuronProfile draw_profile() {
    NeuronProfile profile;
    profile.decay_u = draw_decay();
    profile.decay_v = draw_decay();
    profile.threshold = draw_.between(0, 60);
    profile.comparison = draw_.one_in(2) ? Comparison::Greater : Comparison::GreaterOrEqual;
    profile.reset = draw_.one_in(2) ? ResetRule::ToValue : ResetRule::Subtract;
    profile.reset_value = draw_.one_in(2) ? 0 : signed_below(50);
    if (draw_.one_in(3))
      profile.v_min = profile.reset_value - static_cast<std::int32_t>(draw_.between(0, 200));
    if (draw_.one_in(3)) profile.refractory_steps = draw_.between(1, 5);
    profile.bias_target = draw_.one_in(2) ? BiasTarget::Current : BiasTarget::Membrane;
    if (core_.max_spikes_per_step > 1 && draw_.one_in(2)) spike_severally(profile);
    if (draw_.one_in(4)) profile.synapse_order = SynapseOrder::Old;
    if (draw_.one_in(3)) reset_in_update(profile);
    return profile;
  }

  void spike_severally(NeuronProfile& profile) {
    profile.reset = ResetRule::Subtract;
    profile.refractory_steps = 0;
    profile.threshold = std::max(profile.threshold, 1U);
    profile.max_spikes_per_step = draw_.between(2, core_.max_spikes_per_step);
  }

  void reset_in_update(NeuronProfile& profile) {
    profile.reset_decays = draw_.one_in(2);
    if (draw_.one_in(2)) {
      profile.threshold_test = ThresholdTest::BeforeUpdate;
      profile.reset = ResetRule::Subtract;
    } else {
      profile.reset_time = ResetTime::NextStep;
      profile.refractory_steps = 0;
      profile.threshold = std::max(profile.threshold, 1U);
    }
  }

  void connect(PopulationId source, PopulationId target) {
    const auto signs = static_cast<SignMode>(draw_.between(0, 2));
    const WeightGrid grid = weight_grid(core_.arithmetic, signs, core_.arithmetic.weight_bits);
    const std::uint32_t targets = network_.populations[target].size;
    SparseConnectivity rows;
    rows.row.push_back(0);
    for (std::uint32_t s = 0; s < network_.populations[source].size; ++s) {
      const std::uint32_t fan_out = draw_.between(0, 8);
      for (std::uint32_t i = 0; i < fan_out; ++i) {
        rows.target.push_back(draw_.between(0, targets - 1));
        rows.delay.push_back(static_cast<std::uint8_t>(draw_.between(1, core_.delay_steps)));
        rows.weight.push_back(draw_weight(grid));
      }
      rows.row.push_back(rows.target.size());
    }
    network_.max_delay = std::max(network_.max_delay, core_.delay_steps);
    network_.projections.push_back({source, target, "", std::move(rows), kExponent});
  }

  // The ends of the format as often as anything else.
  std::int16_t draw_weight(const WeightGrid& grid) {
    const std::uint32_t end = draw_.between(0, 9);
    const double weight =
        end == 0   ? grid.low
        : end == 1 ? grid.high
                   : grid.low + static_cast<double>(draw_.between(
                                    0, static_cast<std::uint32_t>(grid.high - grid.low)));
    return static_cast<std::int16_t>(grid.nearest(weight));
  }

  void draw_resets() {
    if (draw_.one_in(2)) return;
    network_.resets.period = draw_.between(1, 9);
    for (std::size_t p = 0; p < network_.populations.size(); ++p)
      network_.resets.offset.push_back(
          draw_.one_in(4) ? std::nullopt
                          : std::optional(draw_.between(0, network_.resets.period - 1)));
  }

  static constexpr std::int32_t kExponent = 1;
  const CoreSpec& core_;
  Draw& draw_;
  LoweredNetwork network_;
};

/// Up to 3 or up to 40 events of an input element in a step.
inline Sample draw_sample(const LoweredNetwork& network, std::uint32_t steps, Draw& draw) {
  Sample sample;
  const std::uint32_t largest = draw.one_in(4) ? 40 : 3;
  for (std::uint32_t step = 0; step < steps; ++step)
    for (std::uint32_t i = 0; i < network.populations[PopulationId{0}].size; ++i)
      if (draw.one_in(4))
        sample.events.push_back({step, i, static_cast<double>(draw.between(0, largest))});
  return sample;
}

}  // namespace spikeloom::test
