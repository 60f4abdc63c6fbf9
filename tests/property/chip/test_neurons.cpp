// Everything that a core's neurons can do, drawn at random, corners preferred: the chip, the golden
// oracle and the fast golden engine must agree, spike for spike and state for state.

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/property/chip/neuron_drawer.hpp"

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
    const LoweredNetwork network = NeuronDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, kSteps, draw);
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
    const LoweredNetwork network = NeuronDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, kSteps, draw);
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
    const LoweredNetwork network = NeuronDrawer(chip, draw).run();
    const Sample sample = draw_sample(network, kSteps, draw);
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
