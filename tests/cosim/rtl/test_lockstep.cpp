// RTL, chip model and golden model do the same, cycle by cycle: every packet on every port, every
// state of every neuron.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/cosim/lockstep.hpp"
#include "sim/golden/integer_engine.hpp"
#include "sim/rtl/build.hpp"
#include "sim/rtl/top.hpp"
#include "tests/property/chip/neuron_drawer.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kSteps = 30;

/// Small memories: Verilated ones are reset and built faster.
Chip small_chip(std::uint32_t width, std::uint32_t height) {
  Chip chip = mesh(width, height);
  chip.name = "small chip";
  chip.router.table_entries = 48;
  chip.core.neurons = 40;
  chip.core.profiles = 16;
  chip.core.axon_entries = 32;
  chip.core.rows = 512;
  chip.core.synaptic_words = 2048;
  return chip;
}

Chip slow_mesh() {
  Chip chip = small_chip(3, 2);
  chip.router.input_queue_packets = 2;
  chip.router.pipeline_cycles = 3;
  chip.router.cycles_per_packet = 2;
  chip.link = {.latency_cycles = 3, .cycles_per_packet = 2};
  chip.core.input_queue_packets = 3;
  chip.core.output_queue_packets = 1;
  chip.core.lookup_cycles = 4;
  chip.core.update_cycles_per_neuron = 2;
  chip.core.update_latency_cycles = 6;
  chip.core.synapses_per_word = 3;
  chip.core.delay_steps = 5;
  chip.core.max_spikes_per_step = 6;
  chip.core.arithmetic.weight_format = WeightFormat::Loihi;
  chip.core.arithmetic.sum_bits = 10;
  chip.core.arithmetic.u_bits = 12;
  chip.core.arithmetic.u_overflow = Overflow::Wrap;
  chip.core.arithmetic.v_bits = 13;
  chip.core.arithmetic.threshold_shift = 2;
  chip.barrier.latency_cycles = 3;
  chip.io.cycles_per_packet = 2;
  chip.io.ports = {{2, 0}, {0, 1}};
  return chip;
}

Chip graded_torus() {
  Chip chip = small_chip(4, 3);
  chip.topology.kind = TopologyKind::Torus;
  chip.topology.chip_width = 2;
  chip.router.virtual_channels = 2;
  chip.link.payload_cycles = 2;
  chip.chip_link = {.latency_cycles = 5, .cycles_per_packet = 3, .payload_cycles = 1};
  chip.core.synapses_per_word = 2;
  chip.core.max_spikes_per_step = 255;
  chip.core.spike_packets = SpikePackets::Graded;
  chip.io.input = InputPackets::Graded;
  chip.io.order = InputOrder::RoundRobin;
  return chip;
}

Chip triangular_torus() {
  Chip chip = small_chip(3, 3);
  chip.topology.kind = TopologyKind::TriangularTorus;
  chip.topology.cores_per_tile = 2;
  chip.topology.dead_cores = {{{1, 1}, 0}};
  chip.topology.dead_links = {{{0, 0}, Port::East}};
  chip.core.neurons = 12;
  chip.router.input_queue_packets = 1;
  chip.link.cycles_per_packet = 4;
  chip.router.blocked = BlockedSpec{.wait1_cycles = 3,
                                    .emergency = true,
                                    .wait2_cycles = 6,
                                    .reinjection = ReinjectionSpec{2, 9}};
  return chip;
}

Chip real_time(LatePackets late) {
  Chip chip = small_chip(2, 2);
  chip.core.neurons = 24;
  chip.link.cycles_per_packet = 3;
  chip.core.update_cycles_per_neuron = 3;
  chip.step = {.mode = StepMode::RealTime, .tick_cycles = 70, .late = late};
  return chip;
}

void explain(const Divergence& divergence) {
  for (const std::string& line : divergence.before) MESSAGE(line);
  FAIL_CHECK("cycle ",
             divergence.cycle,
             ": ",
             divergence.where,
             ": expected ",
             divergence.expected,
             ", found ",
             divergence.found);
}

/// Networks drawn for the chip, on one compiled chip. Where packets are lost or late the states are
/// those of the chip model, which then is no golden one.
LockstepCounts check(const Chip& chip, std::uint64_t seeds, bool is_lossless = true) {
  const auto library = rtl::build({SPIKELOOM_SOURCE_DIR "/hw", rtl::top_of(chip, "chip")});
  LockstepCounts all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    const LoweredNetwork network = NeuronDrawer(chip, draw).run();
    const Sample samples[] = {draw_sample(network, kSteps, draw),
                              draw_sample(network, kSteps, draw)};
    const MapperOptions options = read_mapper_options(Json::object(), JsonPlace{"test", ""});
    const Mapping mapping = map_network(network, chip, options, Seed{1}, "drawn network").mapping;
    rtl::Model model(library);
    model.configure(chip, mapping);
    for (const Sample& sample : samples) {
      SampleTrace expected = is_lossless
                                 ? IntegerEngine(network).run(sample, kSteps, true)
                                 : ChipSimulator(chip, mapping).run(sample, kSteps, true).trace;
      Lockstep lockstep(chip, mapping, model);
      const LockstepResult result = lockstep.run(sample, kSteps, expected);
      if (result.divergence) explain(*result.divergence);
      REQUIRE_FALSE(result.divergence);
      all += result.counts;
    }
  }
  MESSAGE(all.cycles,
          " cycles, ",
          all.moves,
          " moves, ",
          all.neuron_steps,
          " neuron steps, ",
          all.spikes,
          " spikes");
  return all;
}

}  // namespace

TEST_CASE("a mesh of the usual kind") {
  const LockstepCounts counts = check(small_chip(2, 2), 20);
  CHECK(counts.moves > 10'000);
  CHECK(counts.spikes > 2'000);
}

TEST_CASE("slow links, several lanes, several spikes a step, Loihi's weights, narrow sums") {
  const LockstepCounts counts = check(slow_mesh(), 20);
  CHECK(counts.moves > 10'000);
  CHECK(counts.spikes > 2'000);
}

TEST_CASE("graded packets on a torus of two chips") {
  const LockstepCounts counts = check(graded_torus(), 20);
  CHECK(counts.moves > 10'000);
  CHECK(counts.spikes > 2'000);
}

TEST_CASE("a triangular torus whose packets are dropped and go around") {
  const LockstepCounts counts = check(triangular_torus(), 20, false);
  CHECK(counts.moves > 10'000);
}

TEST_CASE("steps of a fixed length that are too short") {
  for (const LatePackets late : {LatePackets::Defer, LatePackets::Drop}) {
    const LockstepCounts counts = check(real_time(late), 10, false);
    CHECK(counts.moves > 1'000);
  }
}
