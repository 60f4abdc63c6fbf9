#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

Sample one_input(std::uint32_t step, std::uint32_t index, double count) {
  Sample sample;
  sample.events = {{step, index, count}};
  return sample;
}

TEST_CASE("a spike takes the cycles of its way, and the barrier follows the last of them") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = blank(chip);
  CoreImage& source = mapping.cores[add_core(mapping, TileId{0}, 3)];
  source.bias[1] = source.sends[1] = 1;
  CoreImage& target = mapping.cores[add_core(mapping, TileId{1}, 1, 3)];
  target.axons = {{0, kNeuronMask, 0}};
  for (int row = 0; row < 3; ++row) add_row(target, 5);
  route_tree(mapping, chip, 0, kNeuronMask, TileId{0}, {TileId{1}});
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run({}, 2);
  // Defaults: update 4, output queue 1, router 2, link 1, router 2, core port 1, lookup 2, row 5,
  // drain 2, barrier 12. Neuron 1 enters a cycle after neuron 0.
  const std::uint64_t way = 1 + 4 + 1 + 2 + 1 + 2 + 1 + 2;
  CHECK(run.step_cycles == std::vector<std::uint64_t>(2, way + 5 + 2 + 12));
  CHECK(run.reset_cycles == 16 * 3 + 12);
  CHECK(simulator.cycles() == run.reset_cycles + 2 * run.step_cycles[0]);
}

TEST_CASE("what a spike does is counted where it happens") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = blank(chip);
  CoreImage& source = mapping.cores[add_core(mapping, TileId{0}, 2)];
  source.bias[1] = source.sends[1] = 1;
  CoreImage& target = mapping.cores[add_core(mapping, TileId{1}, 1, 2)];
  target.axons = {{0, kNeuronMask, 0}};
  for (int row = 0; row < 2; ++row) add_row(target, 5);
  route_tree(mapping, chip, 0, kNeuronMask, TileId{0}, {TileId{1}});
  ChipSimulator simulator(chip, mapping);
  simulator.run({}, 1);
  const ActionCounts& sender = simulator.tiles()[TileId{0}].actions;
  const ActionCounts& receiver = simulator.tiles()[TileId{1}].actions;
  CHECK(sender[Action::NeuronUpdateActive] == 1);
  CHECK(sender[Action::NeuronUpdateInactive] == 1);
  CHECK(sender[Action::SpikeWithinTile] == 1);
  CHECK(sender[Action::HopEastWest] == 1);
  CHECK(sender[Action::RouteLookup] == 1);
  CHECK(sender[Action::QueueWrite] == 2);  // output queue, router
  CHECK(sender[Action::NeuronStateRead] == 2);
  CHECK(sender[Action::NeuronStateWrite] == 4);  // cleared, updated
  CHECK(sender[Action::RingRead] == 2);
  CHECK(sender[Action::RingWrite] == 2 * 16 + 2);
  CHECK(sender[Action::BarrierStep] == 2);   // after the clearing, after the step
  CHECK(receiver[Action::QueueWrite] == 2);  // router, core
  CHECK(receiver[Action::QueueRead] == 2);
  CHECK(receiver[Action::AxonLookup] == 1);
  CHECK(receiver[Action::RowPointerRead] == 1);
  CHECK(receiver[Action::SynapticWordRead] == 5);
  CHECK(receiver[Action::SynapticOperation] == 5);
  CHECK(receiver[Action::RingRead] == 5 + 1);
  CHECK(receiver[Action::RingWrite] == 16 + 5 + 1);
  CHECK(receiver[Action::BarrierStep] == 0);
  CHECK(simulator.tiles()[TileId{0}].sent_packets[0] == 1);
  CHECK(simulator.tiles()[TileId{1}].sent_packets[index_of(Port::Core)] == 1);
  CHECK(simulator.statistics().at("tile.0.router.hops").counter->value() == 1);
  CHECK(simulator.statistics().sum_of("packets_sent") == 1);
}

/// An input element that excites the only neuron, `delay` steps after.
Mapping input_to_neuron(const Chip& chip, std::uint32_t delay, std::uint32_t start) {
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 1)];
  core.profiles = {relay(start)};
  core.axons = {{kInputKeys, kNeuronMask, 0}};
  core.rows = {{0, 1, 0}};
  core.words = {SynapticWord(0, delay, 3)};
  mapping.inputs = {{PopulationId{1}, kInputKeys, {0}}};
  route_tree(mapping, chip, kInputKeys, kNeuronMask, TileId{0}, {TileId{0}});
  return mapping;
}

TEST_CASE("an input spike of step t is integrated in step t + delay, relative to the start") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 2, 1);
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run(one_input(1, 0, 2), 4, true);
  REQUIRE(run.trace.spikes.size() == 2);
  CHECK(run.trace.spikes[0] == Spike{1, PopulationId{1}, 0, 2});
  CHECK(run.trace.spikes[1] == Spike{2, PopulationId{0}, 0, 1});
  CHECK(run.step_cycles.size() == 4 + 1);
  REQUIRE(run.trace.states.size() == 4);
  CHECK(run.trace.states[2].u == std::vector<double>{2.0 * 3 * 64});
  CHECK(run.trace.states[2].v == std::vector<double>{0});
  CHECK(run.trace.states[1].u == std::vector<double>{0});
  CHECK(simulator.actions()[Action::InputPacket] == 2);
  // Step 0 comes before the neuron's start: its slot is cleared, the neuron is not updated.
  CHECK(simulator.actions()[Action::NeuronStateRead] == 4);
  CHECK(simulator.actions()[Action::RingRead] == 5 + 2);
}

TEST_CASE("input before a neuron's start is lost with the slots cleared") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 1, 3);
  ChipSimulator simulator(chip, mapping);
  CHECK(simulator.run(one_input(0, 0, 1), 4).trace.spikes.size() == 1);  // the input's own
}

TEST_CASE("a sample's run does not depend on what ran before it") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 2, 0);
  ChipSimulator simulator(chip, mapping);
  const SampleRun first = simulator.run(one_input(0, 0, 3), 3, true);
  simulator.run(one_input(2, 0, 9), 3);  // leaves a sum in the ring
  const SampleRun again = simulator.run(one_input(0, 0, 3), 3, true);
  CHECK(first.trace.spikes == again.trace.spikes);
  CHECK(first.step_cycles == again.step_cycles);
  CHECK(first.trace.states[0].u == again.trace.states[0].u);
}

TEST_CASE("simulators live one after the other in a process") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 1, 0);
  for (int i = 0; i < 3; ++i) {
    ChipSimulator simulator(chip, mapping);
    CHECK(simulator.run(one_input(0, 0, 1), 2).trace.spikes.size() == 2);
  }
}

TEST_CASE("a simulator whose place was taken by a later one says so") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 1, 0);
  ChipSimulator first(chip, mapping);
  ChipSimulator second(chip, mapping);
  CHECK_THROWS_AS(first.run({}, 1), InternalError);
  CHECK(second.run({}, 1).step_cycles.size() == 1);
}

TEST_CASE("a packet that leaves by the io port leaves the chip") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{1}, 1)];
  core.bias[0] = core.sends[0] = 1;
  mapping.tables[TileId{1}] = {{1U << kNeuronBits, kNeuronMask, bit_of(Port::West)}};
  mapping.tables[TileId{0}] = {{1U << kNeuronBits, kNeuronMask, bit_of(Port::Io)}};
  ChipSimulator simulator(chip, mapping);
  simulator.run({}, 3);
  CHECK(simulator.actions()[Action::OutputPacket] == 3);
  CHECK(simulator.dropped_packets() == 0);
}

TEST_CASE("a packet without entry goes straight on and drops off the chip's edge") {
  const Chip chip = mesh(3, 1);
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 1)];
  core.bias[0] = core.sends[0] = 1;
  mapping.tables[TileId{0}] = {{0, kNeuronMask, bit_of(Port::East)}};
  ChipSimulator simulator(chip, mapping);
  simulator.run({}, 2);
  CHECK(simulator.tiles()[TileId{1}].sent_packets[0] == 2);
  CHECK(simulator.tiles()[TileId{2}].actions[Action::RouteLookup] == 2);
  CHECK(simulator.dropped_packets() == 2);
}

/// Four cores whose spikes all go twice around the corner of a 2 x 2 mesh, each in the other's way.
Mapping ring_of_four(const Chip& chip) {
  Mapping mapping = blank(chip);
  const std::array<std::uint32_t, 4> tiles = {0, 1, 3, 2};
  const std::array<Port, 4> ways = {Port::East, Port::North, Port::West, Port::South};
  for (std::size_t i = 0; i < 4; ++i) {
    CoreImage& core = mapping.cores[add_core(mapping, TileId{tiles[i]}, 30)];
    core.bias.assign(30, 1);
    core.sends.assign(30, 1);
    for (std::size_t hop = 0; hop < 4; ++hop) {
      const std::uint32_t route = bit_of(hop < 3 ? ways[(i + hop) % 4] : Port::Core);
      mapping.tables[TileId{tiles[(i + hop) % 4]}].push_back({core.key_base, kNeuronMask, route});
    }
  }
  return mapping;
}

TEST_CASE("a deadlock is ended with the cycle of waiting packets") {
  Chip chip = mesh(2, 2);
  chip.router.input_queue_packets = 1;
  const Mapping mapping = ring_of_four(chip);
  for (const bool skip_idle : {true, false}) {
    ChipSimulator simulator(chip, mapping, {.skip_idle = skip_idle, .shuffle_seed = {}});
    CHECK_THROWS_WITH_AS(simulator.run({}, 1),
                         "the chip is deadlocked in step 0: 120 packets wait for each other: tile "
                         "(0,0) north -> tile (1,0) west -> tile (1,1) south -> tile (0,1) east -> "
                         "tile (0,0) north",
                         InputError);
    CHECK_THROWS_AS(simulator.run({}, 1), InternalError);
  }
}

TEST_CASE("a deadlock does not keep steps of a fixed length from ending") {
  Chip chip = mesh(2, 2);
  chip.router.input_queue_packets = 1;
  chip.step = {StepMode::RealTime, 1000, LatePackets::Defer};
  const Mapping mapping = ring_of_four(chip);
  ChipSimulator simulator(chip, mapping);
  for (int sample = 0; sample < 2; ++sample) {
    const SampleRun run = simulator.run({}, 3);
    CHECK(run.step_cycles == std::vector<std::uint64_t>(3, 1000));
    CHECK(run.real_time.busy_cycles == run.step_cycles);
    CHECK(run.real_time.overruns > 0);
  }
}

/// Cores along a ring of three tiles, each sending to the one after the next by `link`.
struct Ring {
  Ring(TopologyKind kind, Port link) {
    chip = mesh(3, 3);
    chip.topology.kind = kind;
    chip.router.input_queue_packets = 1;
    mapping = blank(chip);
    const Grid grid(chip.topology);
    TileId tile = chip.tile_at({0, 0});
    for (int i = 0; i < 3; ++i, tile = *grid.neighbour(tile, link)) {
      CoreImage& core = mapping.cores[add_core(mapping, tile, 30)];
      core.bias.assign(30, 1);
      core.sends.assign(30, 1);
      const TileId next = *grid.neighbour(tile, link), last = *grid.neighbour(next, link);
      mapping.tables[tile].push_back({core.key_base, kNeuronMask, bit_of(link)});
      mapping.tables[next].push_back({core.key_base, kNeuronMask, bit_of(link)});
      mapping.tables[last].push_back({core.key_base, kNeuronMask, bit_of(Port::Core)});
    }
  }
  Chip chip;
  Mapping mapping;
};

TEST_CASE("a ring of a torus deadlocks with one channel, and neither with two nor with loss") {
  for (const auto& [kind, link, cycle] :
       {std::tuple{TopologyKind::Torus,
                   Port::East,
                   "tile (0,0) west -> tile (1,0) west -> tile (2,0) west -> tile (0,0) west"},
        {TopologyKind::Torus,
         Port::South,
         "tile (0,0) north -> tile (0,2) north -> tile (0,1) north -> tile (0,0) north"},
        {TopologyKind::TriangularTorus,
         Port::NorthEast,
         "tile (0,0) south_west -> tile (1,1) south_west -> tile (2,2) south_west -> tile (0,0) "
         "south_west"}}) {
    Ring ring(kind, link);
    CHECK_THROWS_WITH_AS(
        ChipSimulator(ring.chip, ring.mapping).run({}, 1), doctest::Contains(cycle), InputError);
    ring.chip.router.virtual_channels = 2;
    ChipSimulator with_channels(ring.chip, ring.mapping);
    with_channels.run({}, 1);
    CHECK(with_channels.actions()[Action::AxonLookup] == 90);
    ring.chip.router.virtual_channels = 1;
    ring.chip.router.blocked = {.wait1_cycles = 20};
    ChipSimulator with_loss(ring.chip, ring.mapping);
    with_loss.run({}, 1);
    CHECK(with_loss.actions()[Action::AxonLookup] < 90);
    CHECK(with_loss.tiles()[TileId{0}].blocked.lost > 0);
  }
}

TEST_CASE("a deadlock on a chip with two channels names them") {
  Chip chip = mesh(2, 2);
  chip.router.input_queue_packets = 1;
  chip.router.virtual_channels = 2;
  const Mapping mapping = ring_of_four(chip);
  CHECK_THROWS_WITH_AS(ChipSimulator(chip, mapping).run({}, 1),
                       doctest::Contains("tile (0,0) north channel 0 -> tile (1,0) west channel 0"),
                       InputError);
}

TEST_CASE("a mapping with anything on dead parts is refused") {
  Chip chip = mesh(2, 1);
  chip.topology.dead_tiles = {{1, 0}};
  Mapping mapping = blank(chip);
  mapping.tables[TileId{1}] = {{0, 0, bit_of(Port::West)}};
  CHECK_THROWS_WITH_AS(ChipSimulator(chip, mapping),
                       "mapping#/tables/1: the tile is dead, allowed is an empty table",
                       InputError);
  chip.topology.dead_tiles.clear();
  chip.topology.dead_cores = {{{1, 0}, 0}};
  add_core(mapping, TileId{1}, 1);
  CHECK_THROWS_WITH_AS(
      ChipSimulator(chip, mapping), "mapping#/cores/0: the core is dead", InputError);
}

TEST_CASE("a packet that runs in circles is named") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = blank(chip);
  CoreImage& core = mapping.cores[add_core(mapping, TileId{0}, 1)];
  core.bias[0] = core.sends[0] = 1;
  mapping.tables[TileId{0}] = {{0, 0, bit_of(Port::East)}};
  mapping.tables[TileId{1}] = {{0, 0, bit_of(Port::West)}};
  ChipSimulator simulator(chip, mapping);
  CHECK_THROWS_WITH_AS(
      simulator.run({}, 1), "packet with key 0 runs in circles: it crossed 9 links", InputError);
}

TEST_CASE("input the chip cannot take is refused") {
  const Chip chip = mesh(1, 1);
  const Mapping mapping = input_to_neuron(chip, 1, 0);
  ChipSimulator simulator(chip, mapping);
  CHECK_THROWS_WITH_AS(simulator.run(one_input(0, 1, 1), 1),
                       "input element 1 does not exist: the input population has 1",
                       InputError);
  CHECK_THROWS_WITH_AS(simulator.run(one_input(0, 0, 0.5), 1),
                       "input element 0 in step 0 has value 0.500000; a chip takes whole counts "
                       "from 0 to 65535",
                       InputError);
}

TEST_CASE("input that drives nothing, or comes after the last step, sends no packet") {
  const Chip chip = mesh(1, 1);
  const Mapping without = blank(chip);
  ChipSimulator silent(chip, without);
  silent.run(one_input(0, 0, 1), 1);
  CHECK(silent.actions()[Action::InputPacket] == 0);
  const Mapping mapping = input_to_neuron(chip, 1, 0);
  ChipSimulator simulator(chip, mapping);
  const SampleRun late = simulator.run(one_input(1, 0, 1), 1);
  CHECK(simulator.actions()[Action::InputPacket] == 0);
  CHECK(late.trace.spikes.empty());
  simulator.run(one_input(0, 0, 1), 1);
  CHECK(simulator.actions()[Action::InputPacket] == 1);
}

TEST_CASE("a mapping that does not fit the chip is refused") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = input_to_neuron(chip, 1, 0);
  const auto refused = [&](const std::string& message) {
    CHECK_THROWS_WITH_AS(ChipSimulator(chip, mapping), message.c_str(), InputError);
  };
  SUBCASE("another size") {
    mapping.width = 3;
    refused("mapping: made for 3 x 1 tiles, the chip has 2 x 1");
  }
  SUBCASE("two cores on a tile") {
    add_core(mapping, TileId{0}, 1);
    refused("mapping#/cores/1: two images share a core");
  }
  SUBCASE("a tile outside") {
    mapping.cores[CoreId{0}].tile = TileId{2};
    refused("mapping#/cores/0: the core's tile does not exist");
  }
  SUBCASE("a row outside") {
    mapping.cores[CoreId{0}].rows = {{0, 2, 0}};
    refused("mapping#/cores/0: a row ends behind the synaptic memory");
  }
  SUBCASE("a weight exponent too large") {
    mapping.cores[CoreId{0}].rows = {{0, 1, 8}};
    refused("mapping#/cores/0: a row's weight exponent is too large");
  }
  SUBCASE("a target outside") {
    mapping.cores[CoreId{0}].words[0] = SynapticWord(1, 1, 1);
    refused("mapping#/cores/0: a synapse's target does not exist");
  }
  SUBCASE("a delay too long") {
    mapping.cores[CoreId{0}].words[0] = SynapticWord(0, 16, 1);
    refused("mapping#/cores/0: a synapse's delay is 16, allowed is 1 to 15");
  }
  SUBCASE("a profile missing") {
    mapping.cores[CoreId{0}].profile_of[0] = 1;
    refused("mapping#/cores/0: a neuron's profile does not exist");
  }
  SUBCASE("a bias missing") {
    mapping.cores[CoreId{0}].bias.clear();
    refused("mapping#/cores/0: bias, sends and identity must have one element per neuron");
  }
  SUBCASE("a table missing") {
    mapping.tables.resize(1);
    refused("mapping#/tables: must have one table per tile");
  }
}

}  // namespace
}  // namespace spikeloom
