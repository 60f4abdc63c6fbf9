#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/mapping/check_mapping.hpp"
#include "models/mapping/deadlock.hpp"
#include "models/mapping/mapping_quality.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

Chip ring_chip(std::uint32_t width, std::uint32_t channels) {
  Chip chip = test::make_chip(width, 1, 4);
  chip.topology.kind = TopologyKind::Torus;
  chip.router.virtual_channels = channels;
  return chip;
}

/// On a ring of tiles every core sends one key `hops` tiles to the east.
Mapping ring_mapping(const Chip& chip, std::uint32_t hops) {
  const std::uint32_t width = chip.topology.width;
  Mapping mapping;
  mapping.width = width;
  mapping.height = 1;
  mapping.population_names = {"ring"};
  mapping.tables.resize(width);
  for (std::uint32_t tile = 0; tile < width; ++tile) {
    CoreImage core;
    core.tile = TileId{tile};
    core.key_base = tile;
    core.profiles = {CoreProfile{}};
    core.profile_of = {0};
    core.bias = {0};
    core.sends = {1};
    core.identity = {{PopulationId{0}, tile}};
    core.axons = {{(tile + width - hops) % width, ~0U, 0}};
    core.rows = {Row{0, 0, 0}};
    mapping.cores.push_back(core);
    mapping.tables[TileId{tile}].push_back({tile, ~0U, bit_of(Port::East)});
    mapping.tables[TileId{(tile + hops) % width}].push_back({tile, ~0U, bit_of(Port::Core)});
  }
  return mapping;
}

}  // namespace

TEST_CASE("packets that go around a ring wait for each other, and the circle is named") {
  const Chip chip = ring_chip(4, 1);
  CHECK_THROWS_WITH_AS(
      check_legal(ring_mapping(chip, 2), chip, "m.h5"),
      "m.h5#/tiles: packets can wait for each other for ever: tile (3, 0) east, tile (0, 0) east, "
      "tile (1, 0) east, tile (2, 0) east; map with router up_down, or give the chip 2 "
      "virtual_channels or a rule for blocked packets",
      InputError);
  CHECK(measure_quality(ring_mapping(chip, 2), chip).waiting_circle ==
        "tile (3, 0) east, tile (0, 0) east, tile (1, 0) east, tile (2, 0) east");
}

TEST_CASE("packets of one link each never wait for each other") {
  const Chip chip = ring_chip(4, 1);
  CHECK_NOTHROW(check_legal(ring_mapping(chip, 1), chip, "m.h5"));
  CHECK(measure_quality(ring_mapping(chip, 1), chip).waiting_circle.empty());
}

TEST_CASE("two virtual channels open the circle of a ring, even for the longest ways") {
  const Chip chip = ring_chip(5, 2);
  for (const std::uint32_t hops : {2U, 3U, 4U}) {
    CAPTURE(hops);
    CHECK_NOTHROW(check_legal(ring_mapping(chip, hops), chip, "m.h5"));
  }
}

TEST_CASE("where routers drop packets a circle is a warning") {
  Chip chip = ring_chip(4, 1);
  chip.router.blocked = BlockedSpec{};
  const Mapping mapping = ring_mapping(chip, 2);
  CHECK_NOTHROW(check_legal(mapping, chip, "m.h5"));
  CHECK(deadlock_warnings(measure_quality(mapping, chip)) ==
        std::vector<std::string>{
            "packets can wait for each other in a circle until the routers drop them: tile (3, 0) "
            "east, tile (0, 0) east, tile (1, 0) east, tile (2, 0) east"});
}

struct Turn {
  TilePosition at;
  Port arrival, link;
};

/// The circle that packets with these turns can form on a triangular mesh of 3 x 2 tiles.
std::string triangular_circle(const std::vector<Turn>& turns, const BlockedSpec& blocked) {
  Chip chip = test::make_chip(3, 2, 1);
  chip.topology.kind = TopologyKind::TriangularMesh;
  chip.router.blocked = blocked;
  const Grid grid(chip.topology);
  ChannelDependencies dependencies(chip, grid);
  for (const Turn& turn : turns)
    dependencies.add(chip.topology.tile_at(turn.at), turn.arrival, 0, turn.link);
  return describe(dependencies.cycle(), chip);
}

const BlockedSpec kDetours = {.wait1_cycles = 8, .emergency = true, .wait2_cycles = 8};

TEST_CASE("a packet that goes around a blocked link waits for both legs of its way") {
  const std::vector<Turn> turns = {{{0, 0}, Port::Core, Port::East},
                                   {{1, 0}, Port::North, Port::West},
                                   {{0, 0}, Port::East, Port::NorthEast}};
  CHECK(triangular_circle(turns, kDetours) ==
        "tile (1, 0) west, tile (0, 0) north_east, tile (1, 1) south");
  CHECK(triangular_circle(turns, {.wait1_cycles = 8, .wait2_cycles = 8}).empty());
  CHECK(triangular_circle(turns, {.wait1_cycles = 8, .emergency = true}).empty());
}

TEST_CASE("behind a detour a packet waits for what it would behind the link") {
  const std::vector<Turn> turns = {{{1, 0}, Port::West, Port::East},
                                   {{2, 0}, Port::West, Port::North},
                                   {{2, 1}, Port::South, Port::West},
                                   {{1, 1}, Port::East, Port::South}};
  // Around the link east, which brings the circle even closer.
  CHECK(triangular_circle(turns, kDetours) ==
        "tile (1, 1) south, tile (1, 0) north_east, tile (2, 1) west");
  CHECK(triangular_circle(turns, {.wait1_cycles = 8, .wait2_cycles = 8}).empty());
}

TEST_CASE("a circle is opened by a second channel only where rings have one") {
  Chip chip = ring_chip(4, 1);
  CHECK(cure_of_circles(chip) == "give the chip 2 virtual_channels or a rule for blocked packets");
  chip.router.virtual_channels = 2;
  CHECK(cure_of_circles(chip) == "give the chip a rule for blocked packets");
}

TEST_CASE("of a long circle the first channels are named, with their virtual channel") {
  Chip chip = ring_chip(14, 1);
  const auto words = measure_quality(ring_mapping(chip, 2), chip).waiting_circle;
  CHECK(words.ends_with("tile (10, 0) east and 2 more"));
  chip.router.virtual_channels = 2;
  CHECK(describe({{TileId{3}, Port::West, 1}}, chip) == "tile (3, 0) west channel 1");
}

TEST_CASE("a packet changes its virtual channel at datelines and at turns") {
  Chip chip = test::make_chip(4, 4, 1);
  chip.topology.kind = TopologyKind::TriangularTorus;
  chip.router.virtual_channels = 2;
  const Grid grid(chip.topology);
  const auto after = [&](TilePosition at, Port arrival, std::uint32_t channel, Port link) {
    return channel_after(chip, grid, chip.tile_at(at), arrival, channel, link);
  };
  CHECK(after({0, 0}, Port::Core, 0, Port::East) == 0);
  CHECK(after({3, 0}, Port::West, 0, Port::East) == 1);
  CHECK(after({0, 0}, Port::West, 1, Port::East) == 1);
  CHECK(after({0, 0}, Port::West, 1, Port::NorthEast) == 0);
  CHECK(after({1, 3}, Port::SouthWest, 1, Port::NorthEast) == 1);
  CHECK(after({1, 3}, Port::SouthWest, 0, Port::NorthEast) == 0);
  CHECK(after({1, 3}, Port::SouthWest, 1, Port::North) == 1);
  CHECK(after({1, 2}, Port::SouthWest, 1, Port::North) == 0);
  chip.router.virtual_channels = 1;
  CHECK(after({3, 0}, Port::West, 0, Port::East) == 0);
}

}  // namespace spikeloom
