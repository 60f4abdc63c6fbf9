// Everything that a core's neurons can do, drawn at random, corners preferred: the chip, the golden
// oracle and the fast golden engine must agree, spike for spike and state for state.

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapper/mapper.hpp"
#include "models/lowering/weight_format.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

constexpr std::uint32_t kSteps = 40;

Chip draw_chip(Draw& draw) {
  Chip chip = mesh(draw.between(2, 3), draw.between(2, 3));
  draw_timing(chip, draw);
  chip.core.neurons = 64;
  chip.core.max_spikes_per_step = draw.one_in(3) ? 255 : draw.between(1, 6);
  chip.core.spike_packets = draw.one_in(2) ? SpikePackets::Graded : SpikePackets::OneEach;
  Arithmetic& arithmetic = chip.core.arithmetic;
  arithmetic.weight_format = draw.one_in(2) ? WeightFormat::Loihi : WeightFormat::Signed;
  arithmetic.sum_bits = draw.one_in(2) ? draw.between(9, 12) : 21;
  arithmetic.input_shift = draw.between(0, 6);
  arithmetic.u_bits = draw.one_in(2) ? draw.between(8, 16) : 24;
  arithmetic.u_overflow = draw.one_in(2) ? Overflow::Wrap : Overflow::Saturate;
  arithmetic.v_bits = draw.one_in(2) ? draw.between(10, 16) : 24;
  arithmetic.threshold_shift = draw.between(0, 3);
  return chip;
}

class NetworkDrawer {
 public:
  NetworkDrawer(const Chip& chip, Draw& draw) : core_(chip.core), draw_(draw) {
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

Sample draw_sample(const LoweredNetwork& network, Draw& draw) {
  Sample sample;
  const std::uint32_t largest = draw.one_in(4) ? 40 : 3;
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t i = 0; i < network.populations[PopulationId{0}].size; ++i)
      if (draw.one_in(4))
        sample.events.push_back({step, i, static_cast<double>(draw.between(0, largest))});
  return sample;
}

bool same_states(const SampleTrace& a, const SampleTrace& b) {
  return std::equal(a.states.begin(),
                    a.states.end(),
                    b.states.begin(),
                    b.states.end(),
                    [](const StateFrame& x, const StateFrame& y) {
                      return x.step == y.step && x.population == y.population && x.u == y.u &&
                             x.v == y.v;
                    });
}

MapperOptions best_algorithms() {
  return read_mapper_options(Json::object(), JsonPlace{"test", ""});
}

std::uint64_t several(const SampleTrace& trace) {
  return static_cast<std::uint64_t>(
      std::count_if(trace.spikes.begin(), trace.spikes.end(), [](const Spike& spike) {
        return spike.population != PopulationId{0} && spike.value > 1;
      }));
}

}  // namespace

TEST_CASE("chip, oracle and fast engine agree on all that neurons can do, drawn at random") {
  std::uint64_t spikes = 0, together = 0, with_resets = 0;
  IntegerCounts counts;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    const Chip chip = draw_chip(draw);
    const LoweredNetwork network = NetworkDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, draw);
    const MappingResult mapped =
        map_network(network, chip, best_algorithms(), Seed{1}, "drawn network");
    IntegerEngine oracle(network);
    FastIntegerEngine fast(network);
    ChipSimulator simulator(chip, mapped.mapping);
    const SampleTrace expected = oracle.run(sample, kSteps, true);
    const SampleTrace found = simulator.run(sample, kSteps, true).trace;
    const SampleTrace quick = fast.run(sample, kSteps, true);
    CHECK(found.spikes == expected.spikes);
    CHECK(same_states(found, expected));
    CHECK(quick.spikes == expected.spikes);
    CHECK(same_states(quick, expected));
    CHECK(fast.counts() == oracle.counts());
    spikes += expected.spikes.size();
    together += several(expected);
    with_resets += network.resets.period > 0 ? 1 : 0;
    counts.sum_overflows += oracle.counts().sum_overflows;
    counts.u_overflows += oracle.counts().u_overflows;
    counts.v_overflows += oracle.counts().v_overflows;
    counts.spike_overflows += oracle.counts().spike_overflows;
  }
  CHECK(spikes > 30'000);
  CHECK(together > 3000);
  CHECK(with_resets > 40);
  CHECK(counts.sum_overflows > 1000);
  CHECK(counts.u_overflows > 1000);
  CHECK(counts.v_overflows > 1000);
  CHECK(counts.spike_overflows > 1000);
}

TEST_CASE("graded packets change packets and cycles, and no spike") {
  std::uint64_t one_each = 0, graded = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    Chip chip = draw_chip(draw);
    chip.core.max_spikes_per_step = 255;
    chip.core.spike_packets = SpikePackets::OneEach;
    const LoweredNetwork network = NetworkDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, draw);
    const Mapping mapping =
        map_network(network, chip, best_algorithms(), Seed{1}, "drawn network").mapping;
    ChipSimulator first(chip, mapping);
    const SampleTrace expected = first.run(sample, kSteps).trace;
    chip.core.spike_packets = SpikePackets::Graded;
    ChipSimulator second(chip, mapping);
    const SampleTrace found = second.run(sample, kSteps).trace;
    CHECK(found.spikes == expected.spikes);
    CHECK(second.cycles() <= first.cycles());
    one_each += first.actions()[Action::SpikeWithinTile];
    graded += second.actions()[Action::SpikeWithinTile];
  }
  CHECK(one_each > 2 * graded);
  CHECK(graded > 1000);
}

TEST_CASE("idle-skipping and block order change no cycle where neurons spike severally") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    Chip chip = draw_chip(draw);
    chip.core.max_spikes_per_step = 255;
    const LoweredNetwork network = NetworkDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, draw);
    const Mapping mapping =
        map_network(network, chip, best_algorithms(), Seed{1}, "drawn network").mapping;
    ChipSimulator reference(chip, mapping);
    const SampleRun expected = reference.run(sample, kSteps);
    HostOptions awake;
    awake.skip_idle = false;
    awake.shuffle_seed = 5;
    ChipSimulator plain(chip, mapping, awake);
    const SampleRun found = plain.run(sample, kSteps);
    CHECK(found.trace.spikes == expected.trace.spikes);
    CHECK(found.step_cycles == expected.step_cycles);
  }
}

}  // namespace spikeloom
