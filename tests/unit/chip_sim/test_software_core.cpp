// The program of a software core, cycle by cycle, its arithmetic and the memory its tile shares.

#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/chip/shared_memory.hpp"
#include "sim/chip/software_neuron.hpp"
#include "sim/golden/spinnaker_neuron.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;
using chip_sim::SharedMemory;

Chip board(std::uint32_t width) {
  Chip chip = mesh(width, 1);
  chip.core.kind = CoreKind::Processor;
  return chip;
}

/// A neuron that spikes in every step in which its I_offset is positive.
SpinnakerProfile follower() {
  SpinnakerProfile profile;
  profile.v_threshold = 1;
  return profile;
}

CoreImage& add_software_core(Mapping& mapping, TileId tile, std::uint32_t neurons) {
  CoreImage& core =
      mapping.cores[add_core(mapping, tile, neurons, 10 * static_cast<std::uint32_t>(tile))];
  core.spinnaker.assign(core.profiles.size(), follower());
  return core;
}

void add_software_row(CoreImage& core, std::uint32_t words) {
  core.rows.push_back({static_cast<std::uint32_t>(core.words.size()), words, 0});
  for (std::uint32_t i = 0; i < words; ++i) core.words.push_back(ProcessorWord(0, 1, -1).stored());
}

/// Neuron 1 of a core of three on tile 0 sends to a row of five words on tile 1.
Mapping one_row(const Chip& chip) {
  Mapping mapping = blank(chip);
  CoreImage& source = add_software_core(mapping, TileId{0}, 3);
  source.bias[1] = source.sends[1] = 1;
  CoreImage& target = add_software_core(mapping, TileId{1}, 1);
  target.axons = {{0, kNeuronMask, 0}};
  for (int row = 0; row < 3; ++row) add_software_row(target, 5);
  route_tree(mapping, chip, 0, kNeuronMask, TileId{0}, {TileId{1}});
  return mapping;
}

TEST_CASE(
    "a packet takes the cycles of the program that sends it and of the one that receives it") {
  const Chip chip = board(2);
  const Mapping mapping = one_row(chip);
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run({}, 2);
  const ProcessorSpec& program = chip.core.processor;
  // Step, two neurons and a spike; output queue 2, router 2, link 1, router 2, core port 1. The
  // target's own update is over by then.
  const std::uint64_t way = 500 + 2 * 120 + 30 + 2 + 2 + 1 + 2 + 1;
  // A request is seen a cycle later; the barrier sees the end a cycle later.
  const std::uint64_t row = program.packet_cycles + program.lookup_cycles + 1 + 5 +
                            program.transfer_latency_cycles + program.row_cycles +
                            5 * program.synapse_cycles + 1;
  CHECK(run.step_cycles == std::vector<std::uint64_t>(2, way + row + 12));
  CHECK(run.reset_cycles == (16 + 4) * 3 + 12);
}

TEST_CASE("a program's cycles and the words it fetches are counted") {
  const Chip chip = board(2);
  const Mapping mapping = one_row(chip);
  ChipSimulator simulator(chip, mapping);
  simulator.run({}, 1);
  const ActionCounts& sender = simulator.tiles()[TileId{0}].actions;
  const ActionCounts& receiver = simulator.tiles()[TileId{1}].actions;
  CHECK(sender[Action::ProcessorCycle] == 20 * 3 + 500 + 3 * 120 + 30);
  CHECK(receiver[Action::ProcessorCycle] == 20 + 500 + 120 + 30 + 60 + 90 + 5 * 15);
  CHECK(receiver[Action::SharedMemoryWord] == 5);
  CHECK(receiver[Action::SynapticOperation] == 5);
  CHECK(receiver[Action::SynapticWordRead] == 0);
  CHECK(receiver[Action::AxonLookup] == 1);
}

TEST_CASE("an interrupt goes before row work, and row work before the update") {
  // The update of 100 neurons takes 12,500 cycles; packets of ten inputs come in between.
  const Chip chip = board(1);
  Mapping mapping = blank(chip);
  CoreImage& core = add_software_core(mapping, TileId{0}, 100);
  core.axons = {{kInputKeys, ~15U, 0}};
  for (int row = 0; row < 10; ++row) add_software_row(core, 5);
  mapping.inputs = {{PopulationId{1}, kInputKeys, elements(0, 10)}};
  route_tree(mapping, chip, kInputKeys, ~15U, TileId{0}, {TileId{0}});
  ChipSimulator simulator(chip, mapping);
  Sample sample;
  for (std::uint32_t i = 0; i < 10; ++i) sample.events.push_back({0, i, 1.0});
  const SampleRun run = simulator.run(sample, 2);
  const std::uint64_t update = 500 + 100 * 120, rows = 10 * (30 + 60 + 90 + 5 * 15);
  CHECK(run.step_cycles == std::vector<std::uint64_t>{update + rows + 1 + 12, update + 1 + 12});
}

TEST_CASE(
    "the arithmetic of a software core is that of the golden neuron, to the ends of its range") {
  Draw draw(5);
  const auto any = [&] { return static_cast<std::int32_t>(draw.between(0, 0xFFFFFFFF)); };
  IntegerCounts ignored;
  for (int i = 0; i < 20000; ++i) {
    SpinnakerProfile profile;
    const bool wild = draw.one_in(3);
    profile.v_rest = wild ? any() : static_cast<std::int32_t>(draw.between(0, 1 << 20));
    profile.v_reset = wild ? any() : 0;
    profile.v_threshold = wild ? any() : 40 << 15;
    profile.r_membrane = wild ? any() : 1 << 15;
    profile.exp_tc = wild ? any() : static_cast<std::int32_t>(draw.between(0, 1 << 15));
    profile.refractory_ticks = draw.between(0, 2);
    profile.shaped = draw.one_in(2);
    profile.exc_decay = draw.between(0, 0xFFFFFFFF);
    profile.inh_decay = draw.between(0, 0xFFFFFFFF);
    profile.exc_init = draw.between(0, 0xFFFFFFFF);
    profile.inh_init = draw.between(0, 0xFFFFFFFF);
    profile.exc_shift = draw.between(0, 15);
    profile.inh_shift = draw.between(0, 15);
    chip_sim::SoftwareNeuron ours;
    SpinnakerNeuron golden;
    ours.v = golden.v = profile.v_rest;
    CAPTURE(i);
    for (int tick_number = 0; tick_number < 5; ++tick_number) {
      const std::int32_t offset =
          wild ? any() : static_cast<std::int32_t>(draw.between(0, 1 << 22));
      const std::uint32_t exc = draw.between(0, 65535), inh = draw.between(0, 65535);
      const bool spikes = chip_sim::step_neuron(
          ours, profile, offset, static_cast<std::uint16_t>(exc), static_cast<std::uint16_t>(inh));
      REQUIRE(spikes == tick(golden, profile, offset, {exc, inh}, ignored));
      REQUIRE(ours.v == golden.v);
      REQUIRE(ours.driven_by == golden.drive);
      REQUIRE(ours.excitation == golden.exc);
      REQUIRE(ours.inhibition == golden.inh);
      REQUIRE(ours.resting_ticks == golden.refractory_left);
    }
  }
}

TEST_CASE("a shared memory serves one request at a time, in turn") {
  ProcessorSpec spec;
  spec.words_per_transfer_cycle = 4;
  spec.transfer_latency_cycles = 100;
  SharedMemory memory(3, spec, chip_sim::CoreClock({3, 2}));
  for (const std::uint32_t slot : {0U, 1U, 2U}) memory.request(slot, 10, 20);
  CHECK_FALSE(memory.turn_of(0, 20).is_granted);  // not before the next cycle
  CHECK(memory.turn_of(0, 21).is_granted);
  CHECK_FALSE(memory.turn_of(1, 21).is_granted);
  // Router cycle 21 begins with core cycle 31; ten words take three.
  CHECK(memory.turn_of(1, 21).ask_again == 23);
  CHECK(memory.grant(0, 21) == 31 + 3 + 100);
  memory.request(0, 10, 21);
  CHECK(memory.turn_of(1, 22).ask_again == 23);
  CHECK(memory.turn_of(1, 23).is_granted);  // before core 0, which has been served
  CHECK_FALSE(memory.turn_of(0, 23).is_granted);
  CHECK(memory.grant(1, 23) == 34 + 3 + 100);
  CHECK(memory.turn_of(2, 25).is_granted);
}

TEST_CASE("the shipped program keeps up with 5,000 to 10,800 synaptic events a millisecond") {
  // sPyNNaker's published bounds for a core of 255 neurons at 200 MHz.
  const ProcessorSpec program;
  const double free_cycles = 200000.0 - program.step_cycles - 255.0 * program.neuron_cycles;
  const auto events = [&](double synapses) {
    const double row = program.packet_cycles + program.lookup_cycles + program.row_cycles +
                       synapses * program.synapse_cycles;
    return free_cycles / row * synapses;
  };
  CHECK(events(10) > 5000);
  CHECK(events(255) > 10000);
  CHECK(events(255) < 10800);
}

TEST_CASE("profiles of software neurons belong to software cores") {
  Mapping mapping = one_row(board(2));
  mapping.cores[CoreId{0}].spinnaker.clear();
  const Chip chip = board(2);
  CHECK_THROWS_WITH_AS(ChipSimulator(chip, mapping),
                       "mapping#/cores/0: software cores, and they alone, have a profile of "
                       "SpiNNaker's for each profile",
                       InputError);
}

}  // namespace
}  // namespace spikeloom
