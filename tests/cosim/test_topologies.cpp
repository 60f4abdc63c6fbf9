// The chip equals the integer golden model on every topology, whole and with a dead link on the
// shortest way.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/chip/grid.hpp"
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

/// The link out of the first core's tile that its packets would use.
Chip with_dead_link(Chip chip) {
  chip.topology.dead_links = {{{1, 1}, Port::East}};
  return chip;
}

void check_alike(const Chip& chip) {
  for (const std::uint32_t seed : {1U, 2U}) {
    CAPTURE(seed);
    const Outcome outcome = run_both(recurrent(seed), chip, kSteps, better_mapper());
    CHECK(outcome.golden.spikes.size() > kNeurons / 2);
    CHECK(outcome.mismatched == 0);
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
      check_alike(chip_of(kind, cores));
      check_alike(with_dead_link(chip_of(kind, cores)));
    }
}

TEST_CASE("a recurrent network spikes alike on two chips and in golden") {
  check_alike(two_chips());
  check_alike(with_dead_link(two_chips()));
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
