#include <doctest/doctest.h>

#include "sim/chip/chip_simulator.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

std::string text(const PacketMoved& m) {
  return std::to_string(m.cycle) + " " + name_of(m.move) + " " + std::to_string(m.key) + " " +
         std::to_string(index_of(m.tile)) + " " + name_of(m.port);
}

std::vector<std::string> moves(const Chip& chip,
                               const Mapping& mapping,
                               const Sample& sample,
                               HostOptions options = {}) {
  std::vector<std::string> list;
  options.packets = [&](const PacketMoved& moved) { list.push_back(text(moved)); };
  ChipSimulator simulator(chip, mapping, options);
  simulator.run(sample, 3);
  return list;
}

TEST_CASE("a trace tells every move of a packet, and the copy that is lost") {
  const Chip chip = mesh(2, 1);
  Mapping mapping = blank(chip);
  CoreImage& source = mapping.cores[add_core(mapping, TileId{1}, 1)];
  source.key_base = 9;
  source.bias[0] = source.sends[0] = 1;
  // To its own core, to the west and out of the chip, and to the east, where there is nothing.
  mapping.tables[TileId{1}] = {
      {9, ~0U, bit_of(Port::Core) | bit_of(Port::West) | bit_of(Port::East)}};
  mapping.tables[TileId{0}] = {{9, ~0U, bit_of(Port::Io)}};
  ChipSimulator timing(chip, mapping);
  const SampleRun run = timing.run({}, 3);
  const auto list = moves(chip, mapping, {});
  REQUIRE(list.size() == 5 * 3);
  const auto at = [&](std::uint64_t cycle) { return std::to_string(run.reset_cycles + cycle); };
  // Update 4, output queue; then the router's 2, the link's 1, the next router's 2.
  CHECK(list[0] == at(4) + " inject 9 1 core");
  CHECK(list[1] == at(7) + " hop 9 1 west");
  CHECK(list[2] == at(7) + " deliver 9 1 core");
  CHECK(list[3] == at(7) + " drop 9 1 core");
  CHECK(list[4] == at(10) + " leave 9 0 io");
}

TEST_CASE("neither the order of blocks nor evaluating idle ones changes a trace") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    Chip chip = mesh(draw.between(1, 4), draw.between(1, 4));
    draw_timing(chip, draw);
    const RandomTraffic traffic = random_traffic(chip, draw);
    Sample sample;
    for (std::uint32_t index = 0; index < traffic.inputs; ++index)
      sample.events.push_back({0, index, 2});
    const auto plain = moves(chip, traffic.mapping, sample);
    HostOptions every_cycle;
    every_cycle.skip_idle = false;
    CHECK(plain == moves(chip, traffic.mapping, sample, every_cycle));
    HostOptions shuffled;
    shuffled.shuffle_seed = static_cast<std::uint32_t>(seed);
    CHECK(plain == moves(chip, traffic.mapping, sample, shuffled));
  }
}

}  // namespace
}  // namespace spikeloom
