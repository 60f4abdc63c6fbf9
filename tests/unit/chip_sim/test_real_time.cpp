#include <doctest/doctest.h>

#include "sim/chip/chip_simulator.hpp"
#include "sim/chip/core_clock.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

// docs/concepts/microarchitecture.md, "Real time".

namespace spikeloom {
namespace {

using namespace test;

constexpr PopulationId kInput{1};

Chip ticking(std::uint64_t tick_cycles, LatePackets late = LatePackets::Defer) {
  Chip chip = mesh(1, 1);
  chip.step = {StepMode::RealTime, tick_cycles, late};
  return chip;
}

/// An input element whose row of `words` words makes a neuron spike a step later.
Mapping input_to_neuron(const Chip& chip, std::uint32_t words) {
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 1)];
  core.axons = {{kInputKeys, kNeuronMask, 0}};
  add_row(core, words);
  route_tree(mapping, chip, kInputKeys, kNeuronMask, TileId{0}, {TileId{0}});
  mapping.inputs = {{kInput, kInputKeys, {0}}};
  return mapping;
}

Sample one_input() {
  Sample sample;
  sample.events = {{0, 0, 1}};
  return sample;
}

/// The steps in which the neuron spiked.
std::vector<std::uint32_t> spike_steps(const SampleRun& run) {
  std::vector<std::uint32_t> steps;
  for (const Spike& spike : run.trace.spikes)
    if (spike.population != kInput) steps.push_back(spike.step);
  return steps;
}

using Events = std::vector<PacketEvent>;
Events events_of(const SampleRun& run) {
  return {run.log.events().begin(), run.log.events().end()};
}

}  // namespace

// The packet is in the core's queue in cycle 4, and its row starts in cycle 6.
TEST_CASE("a packet whose row starts before the tick belongs to its step") {
  const Chip chip = ticking(7);
  const Mapping mapping = input_to_neuron(chip, 1);
  const SampleRun run = ChipSimulator(chip, mapping).run(one_input(), 4);
  CHECK(spike_steps(run) == std::vector<std::uint32_t>{1});
  CHECK(run.log.is_empty());
  CHECK(run.real_time.late == 0);
}

TEST_CASE("a packet whose row starts at the tick is late by a step") {
  const Chip chip = ticking(6);
  const Mapping mapping = input_to_neuron(chip, 1);
  const SampleRun run = ChipSimulator(chip, mapping).run(one_input(), 4);
  CHECK(spike_steps(run) == std::vector<std::uint32_t>{2});
  CHECK(events_of(run) == Events{{0, kInput, 0, 1, CoreId{0}, 1, EventCause::Late}});
  CHECK(run.real_time.late == 1);
}

TEST_CASE("late packets are thrown away if the chip says so, but only from the core's queue") {
  const Chip chip = ticking(4, LatePackets::Drop);
  const Mapping mapping = input_to_neuron(chip, 1);
  const SampleRun run = ChipSimulator(chip, mapping).run(one_input(), 4);
  CHECK(spike_steps(run).empty());
  CHECK(events_of(run) ==
        Events{{0, kInput, 0, 1, CoreId{0}, PacketEvent::kLost, EventCause::Late}});
  CHECK(run.real_time.late == 1);
  // In cycle 3 the packet is still on its way from the router.
  const Chip faster = ticking(3, LatePackets::Drop);
  Sample sample = one_input();
  const SampleRun deferred = ChipSimulator(faster, mapping).run(sample, 1);
  CHECK(deferred.log.events().size() == 1);
}

// The row starts in cycle 6 and is in the ring in cycle 38; step 1 begins then, not in cycle 20.
TEST_CASE("a step waits for the row that is under way, and the row belongs to the step before") {
  const Chip chip = ticking(20);
  const Mapping mapping = input_to_neuron(chip, 30);
  const SampleRun run = ChipSimulator(chip, mapping).run(one_input(), 4);
  CHECK(spike_steps(run) == std::vector<std::uint32_t>{1});
  CHECK(run.real_time.late == 0);
  CHECK(run.real_time.overruns == 1);  // in cycle 40 the update of step 1 runs until 42
  CHECK(run.real_time.busy_cycles == std::vector<std::uint64_t>{20, 20, 6, 4});
  // A longer row is under way in cycle 40 still: step 2 comes due before step 1 has begun.
  const Mapping longer = input_to_neuron(chip, 50);
  CHECK(ChipSimulator(chip, longer).run(one_input(), 4).real_time.overruns == 2);
}

// Ten neurons take 13 cycles. Steps begin in cycles 0, 13, 26 and 39, and the run ends in cycle 50.
TEST_CASE("an update longer than a tick makes a core lag until steps are missing") {
  const Chip chip = ticking(10);
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 10)];
  core.bias[3] = 1;
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run({}, 5, true);
  CHECK(run.real_time.overruns == 4);
  CHECK(run.log.stopped_at(CoreId{0}) == 4);
  CHECK(spike_steps(run) == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(run.trace.states.size() == 5);
  CHECK(run.step_cycles == std::vector<std::uint64_t>(5, 10));
  CHECK(run.real_time.busy_cycles == std::vector<std::uint64_t>(5, 10));
  CHECK(simulator.cycles() == run.reset_cycles + 50);
}

// Forty neurons take 43 cycles; the input of step 1 arrives in cycle 14, in step 0.
TEST_CASE("a packet that comes early has the receiver's overrun as its cause") {
  Chip chip = ticking(10);
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 40)];
  core.axons = {{kInputKeys, kNeuronMask, 0}};
  add_row(core, 1);
  route_tree(mapping, chip, kInputKeys, kNeuronMask, TileId{0}, {TileId{0}});
  mapping.inputs = {{kInput, kInputKeys, {0}}};
  Sample sample;
  sample.events = {{1, 0, 1}};
  const SampleRun run = ChipSimulator(chip, mapping).run(sample, 6);
  CHECK(events_of(run) == Events{{1, kInput, 0, 1, CoreId{0}, -1, EventCause::Overrun}});
  CHECK(run.real_time.early == 1);
  // Thrown away when its step begins, because it waited behind a long row: no packet of before.
  chip.step.late = LatePackets::Drop;
  add_row(core, 50);
  core.axons[0].row_base = 1;
  sample.events[0].value = 2;
  const SampleRun dropped = ChipSimulator(chip, mapping).run(sample, 8);
  CHECK(events_of(dropped) ==
        Events{{1, kInput, 0, 1, CoreId{0}, -1, EventCause::Overrun},
               {1, kInput, 0, 1, CoreId{0}, PacketEvent::kLost, EventCause::Overrun}});
}

// The sender's spike of step 0 leaves in cycle 43 and later, when its step 1 is long due.
TEST_CASE("a packet that comes late has its sender's overrun as its cause") {
  Chip chip = mesh(2, 1);
  chip.step = {StepMode::RealTime, 10, LatePackets::Defer};
  Mapping mapping = blank(chip);
  CoreImage& sender = mapping.cores[add_core(mapping, TileId{0}, 40)];
  sender.bias[39] = 1;
  sender.sends[39] = 1;
  const std::uint32_t keys = sender.key_base;
  CoreImage& receiver = mapping.cores[add_core(mapping, TileId{1}, 1, 64)];
  receiver.axons = {{keys, kNeuronMask, 0}};
  for (int row = 0; row < 40; ++row) add_row(receiver, 1);
  route_tree(mapping, chip, keys, kNeuronMask, TileId{0}, {TileId{1}});
  const SampleRun run = ChipSimulator(chip, mapping).run({}, 6);
  REQUIRE(run.log.events().size() >= 1);
  const PacketEvent& first = run.log.events().front();
  CHECK(first.step == 0);
  CHECK(first.shift == 5);
  CHECK(first.cause == EventCause::Overrun);
}

TEST_CASE("what is under way when a run ends is lost, wherever it is") {
  const Chip chip = ticking(2);
  const Mapping mapping = input_to_neuron(chip, 1);
  Sample sample = one_input();
  sample.events[0].value = 9;
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run(sample, 2);
  CHECK(events_of(run) ==
        Events{{0, kInput, 0, 9, CoreId{0}, PacketEvent::kLost, EventCause::Late}});
  CHECK(run.real_time.late == 9);
  const SampleRun again = simulator.run(sample, 2);
  CHECK(events_of(again) == events_of(run));
}

TEST_CASE("input packets of a step queue behind those that are left of the step before") {
  Chip chip = ticking(40);
  chip.io.cycles_per_packet = 30;
  const Mapping mapping = input_to_neuron(chip, 1);
  Sample sample;
  sample.events = {{0, 0, 3}, {1, 0, 1}};
  const SampleRun run = ChipSimulator(chip, mapping).run(sample, 4);
  // Sent in cycles 0, 30, 60 and 90: the third is a step late, and so is the fourth.
  CHECK(run.real_time.late == 2);
  CHECK(events_of(run) == Events{{0, kInput, 0, 1, CoreId{0}, 1, EventCause::Late},
                                 {1, kInput, 0, 1, CoreId{0}, 1, EventCause::Late}});
}

TEST_CASE("core cycles lie in the first router cycle that does not begin before them") {
  const chip_sim::CoreClock slow(ClockRatio{1, 3}), fast(ClockRatio{3, 2}), same(ClockRatio{2, 2});
  CHECK(slow.router_cycle(2) == 6);
  CHECK(slow.first_at(6) == 2);
  CHECK(slow.first_at(7) == 3);
  std::vector<chip_sim::Cycle> cycles;
  for (chip_sim::Cycle i = 0; i < 7; ++i) cycles.push_back(fast.router_cycle(i));
  CHECK(cycles == std::vector<chip_sim::Cycle>{0, 1, 2, 2, 3, 4, 4});
  for (chip_sim::Cycle c = 0; c < 50; ++c)
    for (const chip_sim::CoreClock& clock : {slow, fast, same}) {
      const chip_sim::Cycle first = clock.first_at(c);
      CHECK(clock.router_cycle(first) >= c);
      if (first > 0) CHECK(clock.router_cycle(first - 1) < c);
    }
  CHECK(slow.router_cycle(chip_sim::kNever) == chip_sim::kNever);
}

}  // namespace spikeloom
