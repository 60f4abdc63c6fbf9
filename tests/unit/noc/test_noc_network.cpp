#include "sim/noc/noc_network.hpp"

#include <doctest/doctest.h>

#include <map>

#include "sim/noc/measure.hpp"
#include "sim/noc/routes.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::noc {
namespace {

struct Arrival {
  std::uint32_t node;
  Cycle latency;
  bool operator==(const Arrival&) const = default;
};

Mapping routed(const Chip& chip, Pattern pattern, Seed seed = Seed{1}) {
  Mapping mapping = test::blank(chip);
  mapping.tables = find_routes(chip, Traffic(chip, pattern, 0.1, seed)).tables;
  return mapping;
}

std::uint32_t distance(const Chip& chip, std::uint32_t from, std::uint32_t to) {
  return Grid(chip.topology).distance(chip.position_of(TileId{from}), chip.position_of(TileId{to}));
}

/// Sends a packet from every node to every node, one after the other; checks their latencies.
void check_every_pair(const Chip& chip) {
  const std::uint32_t nodes = chip.tile_count();
  const Cycle apart = zero_load_latency(chip, chip.topology.width + chip.topology.height) + 200;
  std::vector<std::uint32_t> next(nodes, 0);
  std::uint64_t arrived = 0;
  const Mapping mapping = routed(chip, Pattern::Uniform);
  NocNetwork network(
      chip,
      mapping,
      [&](std::uint32_t node) -> std::optional<Creation> {
        if (next[node] == nodes) return std::nullopt;
        const std::uint32_t to = next[node]++;
        return Creation{(Cycle{node} * nodes + to) * apart, key_of(chip, to)};
      },
      [&](std::uint32_t node, const Packet& packet, Cycle arrival) {
        const auto pair = static_cast<std::uint32_t>(packet.injected / apart);
        ++arrived;
        CHECK(node == pair % nodes);
        CHECK(packet.hops == distance(chip, pair / nodes, node));
        CHECK(arrival - packet.injected == zero_load_latency(chip, packet.hops));
      });
  network.run_to(nodes * nodes * apart);
  CHECK(arrived == nodes * nodes);
}

TEST_CASE("a lone packet takes the closed form's cycles between any two nodes") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    test::Draw draw(seed);
    Chip chip = test::mesh(draw.between(1, 4), draw.between(1, 4));
    test::draw_timing(chip, draw);
    chip.router.cycles_per_packet = draw.between(1, 3);
    check_every_pair(chip);
  }
}

TEST_CASE("so it does on every topology") {
  for (const TopologyKind kind :
       {TopologyKind::Torus, TopologyKind::TriangularMesh, TopologyKind::TriangularTorus}) {
    CAPTURE(name_of(kind));
    Chip chip = test::mesh(5, 4);
    chip.topology.kind = kind;
    chip.topology.cores_per_tile = 3;
    check_every_pair(chip);
  }
}

TEST_CASE("copies of a multicast packet arrive as lone packets would") {
  const Chip chip = test::mesh(5, 5);
  const Mapping mapping = routed(chip, Pattern::Multicast);
  const Traffic traffic(chip, Pattern::Multicast, 0.1, Seed{1});
  std::map<std::uint32_t, Cycle> latency;
  bool sent = false;
  NocNetwork network(
      chip,
      mapping,
      [&](std::uint32_t node) -> std::optional<Creation> {
        if (node != 7 || std::exchange(sent, true)) return std::nullopt;
        return Creation{10, key_of(chip, 7)};
      },
      [&](std::uint32_t node, const Packet& packet, Cycle arrival) {
        latency[node] = arrival - packet.injected;
      });
  network.run_to(500);
  CHECK(latency.size() == 4);
  for (const std::uint32_t node : traffic.group(7))
    CHECK(latency[node] == zero_load_latency(chip, distance(chip, 7, node)));
}

TEST_CASE("a node that makes packets faster than they leave keeps their order and loses none") {
  Chip chip = test::mesh(2, 1);
  chip.router.cycles_per_packet = 3;
  const Mapping mapping = routed(chip, Pattern::Uniform);
  Cycle made = 0;
  std::vector<Cycle> arrivals, creations;
  NocNetwork network(
      chip,
      mapping,
      [&](std::uint32_t node) -> std::optional<Creation> {
        if (node != 0 || made == 50) return std::nullopt;
        return Creation{made++, key_of(chip, 1)};
      },
      [&](std::uint32_t, const Packet& packet, Cycle arrival) {
        creations.push_back(packet.injected);
        arrivals.push_back(arrival);
      });
  CHECK(network.waiting_since(0) == 0);
  CHECK(network.waiting_since(1) == kNever);
  network.run_to(1000);
  CHECK(network.waiting_since(0) == kNever);
  REQUIRE(arrivals.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(creations[i] == i);
    CHECK(arrivals[i] == arrivals[0] + 3 * i);  // the switch's interval
  }
}

/// A lossless ring whose nodes make a packet every cycle, run for a while and emptied.
std::string drained(Pattern pattern) {
  Chip ring = test::mesh(5, 1);
  ring.topology.kind = TopologyKind::Torus;
  const Mapping mapping = routed(ring, pattern);
  const Traffic traffic(ring, pattern, 1, Seed{1});
  std::vector<Traffic::Cursor> cursors(ring.tile_count());
  NocNetwork network(
      ring,
      mapping,
      [&](std::uint32_t node) { return traffic.next(node, cursors[node]); },
      [](std::uint32_t, const Packet&, Cycle) {});
  network.run_to(1000);
  return network.drain();
}

TEST_CASE("a network that is emptied says which queues wait for each other") {
  CHECK(drained(Pattern::Neighbour).empty());
  CHECK(
      drained(Pattern::Tornado) ==
      "tile (0,0) west -> tile (1,0) west -> tile (2,0) west -> tile (3,0) west -> tile (4,0) west "
      "-> tile (0,0) west");
}

}  // namespace
}  // namespace spikeloom::noc
