#include <doctest/doctest.h>

#include "sim/chip/chip_simulator.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

// docs/concepts/microarchitecture.md, "Closed forms".

namespace spikeloom {
namespace {

using namespace test;

struct Line {
  explicit Line(std::uint64_t seed) : draw(seed) {
    hops = draw.between(0, 5);
    chip = mesh(hops + 1, 1);
    draw_timing(chip, draw);
    chip.io.ports.front() = {0, 0};
    neurons = draw.between(1, 9);
    speaker = draw.between(0, neurons - 1);
    words = draw.between(0, 20);
    mapping = blank(chip);
  }

  /// A core at the end of the line that knows `key` and has one row per source.
  void add_listener(std::uint32_t key, std::uint32_t sources) {
    CoreImage& core = hops == 0 && mapping.cores.size() > 0
                          ? mapping.cores[CoreId{0}]
                          : mapping.cores[add_core(mapping, TileId{hops}, 1, 100)];
    core.axons = {{key, kNeuronMask, 0}};
    for (std::uint32_t i = 0; i < sources; ++i) add_row(core, words, chip.core.synapses_per_word);
    route_tree(mapping, chip, key, kNeuronMask, TileId{0}, {TileId{hops}});
  }

  /// From visible in the first router to the grant in the last.
  std::uint64_t links() const {
    const std::uint64_t hop =
        chip.link.latency_cycles + chip.link.cycles_per_packet - 1 + chip.router.pipeline_cycles;
    return chip.router.pipeline_cycles + hops * hop;
  }
  /// From visible in the first router to the core quiet again.
  std::uint64_t way() const {
    const std::uint64_t row = words == 0 ? 1 : words + 2;
    return links() + 1 + chip.core.lookup_cycles + row;
  }
  std::uint64_t silent(std::uint64_t local) const {
    return (local - 1) * chip.core.update_cycles_per_neuron + chip.core.update_latency_cycles;
  }

  Draw draw;
  Chip chip;
  Mapping mapping;
  std::uint32_t hops = 0, neurons = 0, speaker = 0, words = 0;
};

TEST_CASE("a step with one spike ends when its row has, or the last neuron") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Line line(seed);
    CoreImage& core = line.mapping.cores[add_core(line.mapping, TileId{0}, line.neurons)];
    core.bias[line.speaker] = 1 << 20;  // spikes whatever arrives
    core.sends[line.speaker] = 1;
    line.add_listener(0, line.neurons);
    ChipSimulator simulator(line.chip, line.mapping);
    const SampleRun run = simulator.run({}, 1);
    const CoreSpec& spec = line.chip.core;
    const std::uint64_t spike =
        line.speaker * spec.update_cycles_per_neuron + spec.update_latency_cycles + 1 + line.way();
    const std::uint64_t quiet = std::max(spike, line.silent(line.neurons));
    CHECK(run.step_cycles[0] == quiet + line.chip.barrier.latency_cycles);
  }
}

// With x' = at(x): core cycle x lies in router cycle ceil(x R / C).
TEST_CASE("with two clocks each part of a spike's way takes the cycles of its own clock") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Line line(seed);
    const std::uint64_t core_cycles = line.draw.between(1, 9),
                        router_cycles = line.draw.between(1, 9);
    line.chip.core_clock = {static_cast<std::uint32_t>(core_cycles),
                            static_cast<std::uint32_t>(router_cycles)};
    const auto at = [&](std::uint64_t core) {
      return (core * router_cycles + core_cycles - 1) / core_cycles;
    };
    const auto from = [&](std::uint64_t router) {
      return (router - 1) * core_cycles / router_cycles + 1;
    };
    CoreImage& core = line.mapping.cores[add_core(line.mapping, TileId{0}, line.neurons)];
    core.bias[line.speaker] = 1 << 20;
    core.sends[line.speaker] = 1;
    line.add_listener(0, line.neurons);
    ChipSimulator simulator(line.chip, line.mapping);
    const SampleRun run = simulator.run({}, 1);
    const CoreSpec& spec = line.chip.core;
    const std::uint64_t release = run.reset_cycles, first = from(release);
    const std::uint64_t exit =
        first + line.speaker * spec.update_cycles_per_neuron + spec.update_latency_cycles;
    const std::uint64_t start = from(at(exit) + 1 + line.links() + 1) + spec.lookup_cycles;
    const std::uint64_t spike =
        std::max(at(start) + 1, line.words == 0 ? 0 : at(start + line.words + 2));
    const std::uint64_t quiet = std::max(spike, at(first + line.silent(line.neurons)));
    CHECK(run.step_cycles[0] == quiet - release + line.chip.barrier.latency_cycles);
  }
}

TEST_CASE("a neuron that spikes several times holds up the pipeline a cycle for each packet more") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Line line(seed);
    line.chip.core.output_queue_packets = line.chip.router.input_queue_packets = 64;  // never full
    CoreSpec& spec = line.chip.core;
    const std::uint32_t spikes = line.draw.between(2, 40);
    spec.max_spikes_per_step = line.draw.between(1, 60);
    const bool graded = line.draw.one_in(2);
    spec.spike_packets = graded ? SpikePackets::Graded : SpikePackets::OneEach;
    CoreImage& core = line.mapping.cores[add_core(line.mapping, TileId{0}, line.neurons)];
    NeuronProfile& neuron = core.profiles[0].neuron;
    neuron.reset = ResetRule::Subtract;
    neuron.threshold = 1;  // << 6
    neuron.max_spikes_per_step = spec.max_spikes_per_step;
    core.bias[line.speaker] = static_cast<std::int32_t>(64 * spikes + 1);
    core.sends[line.speaker] = 1;
    ChipSimulator simulator(line.chip, line.mapping);
    const SampleRun run = simulator.run({}, 1);
    const std::uint32_t fired = std::min(spikes, spec.max_spikes_per_step);
    const std::uint32_t packets = graded ? 1 : fired;
    // No entry knows the key: each packet is lost when its route has been looked up.
    const std::uint64_t last = line.speaker * spec.update_cycles_per_neuron +
                               spec.update_latency_cycles + packets - 1 + 1 +
                               line.chip.router.pipeline_cycles + 1;
    const std::uint64_t quiet = std::max(last, line.silent(line.neurons) + packets - 1);
    CHECK(run.step_cycles[0] == quiet + line.chip.barrier.latency_cycles);
    CHECK(run.trace.spikes == std::vector<Spike>{{0, PopulationId{0}, line.speaker, fired}});
    CHECK(simulator.dropped_packets() == packets);
  }
}

TEST_CASE("an input packet takes the same way from the io port") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Line line(seed);
    line.add_listener(kInputKeys, 1);
    line.mapping.inputs = {{PopulationId{1}, kInputKeys, {0}}};
    Sample sample;
    sample.events = {{0, 0, 1}};
    ChipSimulator simulator(line.chip, line.mapping);
    const SampleRun run = simulator.run(sample, 1);
    const std::uint64_t quiet = std::max(1 + line.way(), line.silent(1));
    CHECK(run.step_cycles[0] == quiet + line.chip.barrier.latency_cycles);
  }
}

TEST_CASE("a silent step takes the update pipeline and the barrier, clearing its memories") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Line line(seed);
    add_core(line.mapping, TileId{0}, line.neurons);
    ChipSimulator simulator(line.chip, line.mapping);
    const SampleRun run = simulator.run({}, 2);
    const std::uint64_t barrier = line.chip.barrier.latency_cycles;
    const CoreSpec& spec = line.chip.core;
    const std::uint64_t ring_words =
        (spec.delay_steps + 1) *
        ((line.neurons + spec.synapses_per_word - 1) / spec.synapses_per_word);
    CHECK(run.reset_cycles == std::max<std::uint64_t>(line.neurons, ring_words) + barrier);
    CHECK(run.step_cycles == std::vector<std::uint64_t>(2, line.silent(line.neurons) + barrier));
  }
}

}  // namespace
}  // namespace spikeloom
