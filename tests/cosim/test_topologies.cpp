// The chip equals the integer golden model on every topology, whole and without the link that
// carries the most packets on a shortest way.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "models/chip/grid.hpp"
#include "models/mapping/packet_walk.hpp"
#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kNeurons = 400, kSteps = 60;

LoweredNetwork recurrent(std::uint32_t seed) {
  RandomNetworkSpec spec;
  spec.neurons = kNeurons;
  spec.fan_out = 50;
  spec.rate_hz = 24.0;
  return random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{seed});
}

Chip chip_of(TopologyKind kind, std::uint32_t cores_per_tile) {
  Chip chip = mesh_for(kNeurons, 4);
  chip.topology.kind = kind;
  chip.topology.cores_per_tile = cores_per_tile;
  chip.core.neurons = 40 / cores_per_tile;
  chip.core.axon_entries = 256;
  if (chip.topology.wraps()) chip.router.virtual_channels = 2;
  return chip;
}

/// Two chips of 2 x 4 tiles, with slower links between them.
Chip two_chips() {
  Chip chip = chip_of(TopologyKind::Mesh, 1);
  chip.topology.chip_width = 2;
  chip.chip_link = {.latency_cycles = 20, .cycles_per_packet = 4};
  return chip;
}

struct Link {
  TileId tile;
  Port port;
  auto operator<=>(const Link&) const = default;
};

/// Links that packets of a walk cross on the way to a core, where no other way is shorter.
class ShortestWays {
 public:
  ShortestWays(const Mapping& mapping, const Chip& chip) : chip_(chip), grid_(chip.topology) {
    PacketWalker walker(mapping, chip, "mapping");
    for (const PacketSource& source : packet_sources(mapping, chip))
      walker.walk(source, [&](KeyCube, const std::vector<PacketDelivery>& deliveries) {
        for (const PacketDelivery& delivery : deliveries)
          if (!delivery.to_io) add(source.tile, mapping.cores[delivery.core].tile, walker.hops());
      });
  }
  const std::set<Link>& links() const { return links_; }

 private:
  /// A tree enters a tile once, so the way back to its source is unique.
  void add(TileId source, TileId target, const std::vector<PacketHop>& hops) {
    std::map<TileId, Link> into;
    for (const PacketHop& hop : hops)
      into.emplace(*grid_.neighbour(hop.tile, hop.link), Link{hop.tile, hop.link});
    std::vector<Link> way;
    for (TileId at = target; at != source; at = way.back().tile) way.push_back(into.at(at));
    if (way.size() == grid_.distance(chip_.position_of(source), chip_.position_of(target)))
      links_.insert(way.begin(), way.end());
  }

  const Chip& chip_;
  Grid grid_;
  std::set<Link> links_;
};

std::uint64_t packets_over(const Outcome& outcome, Link link) {
  return outcome.tiles[link.tile].links[index_of(link.port)].packets;
}

/// The link on a shortest way that carried the most packets.
Link busiest_link(const Outcome& outcome, const Chip& chip) {
  const std::set<Link> links = ShortestWays(outcome.mapping, chip).links();
  REQUIRE(!links.empty());
  return *std::max_element(links.begin(), links.end(), [&](Link a, Link b) {
    return packets_over(outcome, a) < packets_over(outcome, b);
  });
}

/// Both directions of a link die together.
std::uint64_t packets_both_ways(const Outcome& outcome, const Chip& chip, Link link) {
  const TileId there = *Grid(chip.topology).neighbour(link.tile, link.port);
  return packets_over(outcome, link) + packets_over(outcome, {there, opposite(link.port)});
}

Outcome check_alike(const Chip& chip, std::uint32_t seed) {
  Outcome outcome = run_both(recurrent(seed), chip, kSteps, better_mapper());
  CHECK(outcome.golden.spikes.size() > kNeurons / 2);
  CHECK(outcome.mismatched == 0);
  return outcome;
}

void check_alike(const Chip& chip) {
  for (const std::uint32_t seed : {1U, 2U}) {
    CAPTURE(seed);
    check_alike(chip, seed);
  }
}

/// Whole, and without the link that then carried the most packets on a shortest way.
void check_alike_without_busiest_link(const Chip& chip) {
  for (const std::uint32_t seed : {1U, 2U}) {
    CAPTURE(seed);
    const Outcome whole = check_alike(chip, seed);
    const Link link = busiest_link(whole, chip);
    CHECK(packets_over(whole, link) > kNeurons / 4);
    Chip broken = chip;
    broken.topology.dead_links = {{chip.position_of(link.tile), link.port}};
    const Outcome around = check_alike(broken, seed);
    CHECK(packets_both_ways(around, chip, link) == 0);
    CHECK(around.golden.spikes == whole.golden.spikes);
  }
}

}  // namespace

TEST_CASE("a recurrent network spikes alike on the chip and in golden, on every topology") {
  for (const TopologyKind kind : {TopologyKind::Mesh,
                                  TopologyKind::Torus,
                                  TopologyKind::TriangularMesh,
                                  TopologyKind::TriangularTorus})
    for (const std::uint32_t cores : {1U, 2U}) {
      CAPTURE(name_of(kind));
      CAPTURE(cores);
      check_alike_without_busiest_link(chip_of(kind, cores));
    }
}

TEST_CASE("a recurrent network spikes alike on two chips and in golden") {
  check_alike_without_busiest_link(two_chips());
}

TEST_CASE("a torus with one virtual channel is mapped without a circle and spikes alike") {
  Chip chip = chip_of(TopologyKind::Torus, 1);
  chip.router.virtual_channels = 1;
  chip.router.input_queue_packets = 1;
  check_alike(chip);
}

TEST_CASE("full queues on a torus with two virtual channels never stop a run") {
  for (const TopologyKind kind : {TopologyKind::Torus, TopologyKind::TriangularTorus}) {
    CAPTURE(name_of(kind));
    Chip chip = chip_of(kind, 1);
    chip.router.input_queue_packets = 1;
    chip.link.cycles_per_packet = 4;
    check_alike(chip);
  }
}

TEST_CASE("dead tiles and cores on the way change no spike") {
  Chip chip = chip_of(TopologyKind::TriangularTorus, 2);
  chip.topology.dead_tiles = {{2, 2}};
  chip.topology.dead_cores = {{{1, 0}, 1}};
  chip.topology.dead_links = {{{3, 3}, Port::NorthEast}, {{0, 1}, Port::West}};
  check_alike(chip);
}
