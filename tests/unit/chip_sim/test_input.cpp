#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/chip/input_feed.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::chip_sim {
namespace {

/// What an io block sends, and when.
struct Port {
  explicit Port(IoSpec spec) : block(0, spec, agenda, barrier) { block.connect_output(channel); }

  std::vector<InputSpikes> sent(Cycle cycles) {
    std::vector<InputSpikes> spikes;
    for (Cycle now = 0; now < cycles; ++now) {
      block.evaluate(now);
      block.commit(now);
      if (channel.eligible_at() > now) continue;
      const Packet& packet = channel.head();
      spikes.push_back({packet.key, now, packet.step, packet.payload});
      channel.pop(now);
    }
    return spikes;
  }

  Agenda agenda{2};
  Barrier barrier;
  Channel channel{{.depth = 4}, 0, 1, agenda, barrier};
  IoBlock block;
};

std::vector<std::uint32_t> keys(const std::vector<InputSpikes>& spikes) {
  std::vector<std::uint32_t> list;
  for (const InputSpikes& s : spikes) list.push_back(s.key);
  return list;
}

using Keys = std::vector<std::uint32_t>;

TEST_CASE("a port sends by key, or one packet of each key in turn") {
  const std::vector<InputSpikes> spikes = {{1, 3, 0}, {2, 1, 0}, {3, 2, 0}};
  IoSpec spec;
  Port by_key(spec);
  by_key.block.release(spikes, 0);
  CHECK(keys(by_key.sent(20)) == Keys{1, 1, 1, 2, 3, 3});
  CHECK(by_key.block.quiet());
  spec.order = InputOrder::RoundRobin;
  Port in_turn(spec);
  in_turn.block.release(spikes, 0);
  CHECK_FALSE(in_turn.block.quiet());
  CHECK(keys(in_turn.sent(20)) == Keys{1, 2, 3, 1, 3, 1});
  CHECK(in_turn.block.quiet());
  CHECK(in_turn.barrier.is_settled());
}

TEST_CASE("turns do not mix steps") {
  IoSpec spec;
  spec.order = InputOrder::RoundRobin;
  Port port(spec);
  port.block.release({{1, 3, 0}, {2, 3, 0}}, 0);
  CHECK(keys(port.sent(2)) == Keys{1});
  port.block.release({{1, 2, 1}, {3, 1, 1}}, 2);
  std::size_t waiting = 0;
  port.block.for_each_waiting([&](const Packet&) { ++waiting; });
  CHECK(waiting == 7);
  CHECK(keys(port.sent(20)) == Keys{2, 1, 2, 1, 2, 1, 3, 1});
  CHECK(port.block.quiet());
}

TEST_CASE("a port keeps its interval in either order") {
  for (const InputOrder order : {InputOrder::ByKey, InputOrder::RoundRobin}) {
    IoSpec spec;
    spec.order = order;
    spec.cycles_per_packet = 3;
    Port port(spec);
    port.block.release({{7, 4, 0}}, 0);
    const auto spikes = port.sent(20);
    REQUIRE(spikes.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(spikes[i].count == 1 + 3 * i);  // the cycle
  }
}

Mapping two_parts() {
  Mapping mapping;
  mapping.inputs = {{PopulationId{1}, 0x100, {5, 7, 2}, 1},
                    {PopulationId{1}, 0x80, {0, 1, 3, 6, 4}, 0}};
  return mapping;
}

TEST_CASE("every element enters at the port of its part, under its key there") {
  const Chip chip;
  const Mapping mapping = two_parts();
  InputFeed feed(chip, mapping);
  Sample sample;
  sample.events = {{1, 2, 2}, {0, 4, 1}, {0, 5, 3}, {2, 0, 1}};
  feed.begin(sample, 2);
  std::vector<std::array<std::uint64_t, 5>> taken;
  const auto take = [&](std::uint64_t step) {
    taken.clear();
    feed.take(step, [&](const InputFeed::Event& event, std::uint32_t port, InputSpikes spikes) {
      taken.push_back({event.index, port, spikes.key, spikes.count, spikes.payload});
    });
  };
  take(0);
  CHECK(taken ==
        std::vector<std::array<std::uint64_t, 5>>{{4, 0, 0x84, 1, 0}, {5, 1, 0x100, 3, 0}});
  take(1);
  CHECK(taken == std::vector<std::array<std::uint64_t, 5>>{{2, 1, 0x102, 2, 0}});
  take(2);
  CHECK(taken.empty());  // the run has two steps
  sample.events = {{0, 8, 1}};
  CHECK_THROWS_WITH_AS(feed.begin(sample, 2),
                       "input element 8 does not exist: the input population has 8",
                       InputError);
}

TEST_CASE("several events of an element are one graded packet where the chip says so") {
  Chip chip;
  chip.io.input = InputPackets::Graded;
  const Mapping mapping = two_parts();
  InputFeed feed(chip, mapping);
  Sample sample;
  sample.events = {{0, 0, 1}, {0, 1, 200}};
  feed.begin(sample, 1);
  std::vector<std::array<std::uint64_t, 3>> taken;
  feed.take(0, [&](const InputFeed::Event&, std::uint32_t, InputSpikes spikes) {
    taken.push_back({spikes.key, spikes.count, spikes.payload});
  });
  CHECK(taken == std::vector<std::array<std::uint64_t, 3>>{{0x80, 1, 0}, {0x81, 1, 200}});
}

/// A row of four tiles, a core at each end that listens to its half of eight input elements.
std::vector<std::uint64_t> step_with_ports(std::vector<TilePosition> ports, double count) {
  Chip chip = test::mesh(4, 1);
  chip.io.ports = std::move(ports);
  Mapping mapping = test::blank(chip);
  for (std::uint32_t half = 0; half < 2; ++half) {
    const TileId tile{3 * half};
    const std::uint32_t key = test::kInputKeys | half << 16;
    CoreImage& core = mapping.cores[test::add_core(mapping, tile, 1, half)];
    core.axons = {{key, test::kNeuronMask, 0}};
    for (int i = 0; i < 4; ++i) test::add_row(core, 1);
    const std::uint32_t port = chip.io.ports.size() == 1 ? 0 : half;
    const TileId entry = chip.tile_at(chip.io.ports[port]);
    test::route_tree(mapping, chip, key, test::kNeuronMask, entry, {tile});
    mapping.inputs.push_back({PopulationId{1}, key, test::elements(4 * half, 4), port});
  }
  Sample sample;
  for (std::uint32_t element = 0; element < 8; ++element)
    sample.events.push_back({0, element, count});
  ChipSimulator simulator(chip, mapping);
  const SampleRun run = simulator.run(sample, 1);
  CHECK(simulator.actions()[Action::InputPacket] == 8 * static_cast<std::uint64_t>(count));
  CHECK(simulator.actions()[Action::SynapticOperation] == 8 * static_cast<std::uint64_t>(count));
  return run.step_cycles;
}

TEST_CASE("two ports bring in the packets of a step in half the time") {
  const std::uint64_t one = step_with_ports({{0, 0}}, 10)[0];
  const std::uint64_t two = step_with_ports({{0, 0}, {3, 0}}, 10)[0];
  // 80 packets by one port, the last of them three links on; 40 by each, at home.
  CHECK(one == two + 40 + 3 * 3);
}

}  // namespace
}  // namespace spikeloom::chip_sim
