#include <doctest/doctest.h>

#include "sim/chip/chip_simulator.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

constexpr std::uint32_t kSteps = 6;

Sample random_input(std::uint32_t inputs, Draw& draw) {
  Sample sample;
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t index = 0; index < inputs; ++index)
      if (draw.one_in(3)) sample.events.push_back({step, index, double(draw.between(0, 3))});
  return sample;
}

struct Scene {
  explicit Scene(std::uint64_t seed) : draw(seed) {
    chip = mesh(draw.between(1, 4), draw.between(1, 4));
    draw_timing(chip, draw);
    traffic = random_traffic(chip, draw);
    sample = random_input(traffic.inputs, draw);
  }
  Draw draw;
  Chip chip;
  RandomTraffic traffic;
  Sample sample;
};

/// Everything a run shows.
struct Outcome {
  SampleRun run;
  std::vector<TileActivity> tiles;
  std::vector<std::uint64_t> statistics;
  std::uint64_t stalls = 0;  ///< cycles in which packets waited
  std::uint64_t cycles, dropped;
};

Outcome simulate(const Scene& scene, const HostOptions& options) {
  ChipSimulator simulator(scene.chip, scene.traffic.mapping, options);
  Outcome outcome;
  outcome.run = simulator.run(scene.sample, kSteps, true);
  outcome.tiles = {simulator.tiles().begin(), simulator.tiles().end()};
  for (const Statistic& statistic : simulator.statistics().all())
    outcome.statistics.push_back(statistic.counter->value());
  outcome.stalls = simulator.statistics().sum_of("stalls");
  outcome.cycles = simulator.cycles();
  outcome.dropped = simulator.dropped_packets();
  return outcome;
}

void check_equal(const Outcome& a, const Outcome& b) {
  CHECK(a.run.trace.spikes == b.run.trace.spikes);
  CHECK(a.run.reset_cycles == b.run.reset_cycles);
  CHECK(a.run.step_cycles == b.run.step_cycles);
  CHECK(a.statistics == b.statistics);
  CHECK(a.cycles == b.cycles);
  REQUIRE(a.run.trace.states.size() == b.run.trace.states.size());
  for (std::size_t i = 0; i < a.run.trace.states.size(); ++i) {
    CHECK(a.run.trace.states[i].u == b.run.trace.states[i].u);
    CHECK(a.run.trace.states[i].v == b.run.trace.states[i].v);
  }
  for (std::size_t i = 0; i < a.tiles.size(); ++i) {
    CHECK(a.tiles[i].actions == b.tiles[i].actions);
    CHECK(a.tiles[i].sent_packets == b.tiles[i].sent_packets);
    CHECK(a.tiles[i].worst_queue == b.tiles[i].worst_queue);
  }
}

TEST_CASE("neither the order of blocks nor evaluating idle ones changes a number") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Scene scene(seed);
    const Outcome plain = simulate(scene, {});
    const auto shuffled = static_cast<std::uint32_t>(seed);
    check_equal(plain, simulate(scene, {.skip_idle = true, .shuffle_seed = shuffled}));
    check_equal(plain, simulate(scene, {.skip_idle = false, .shuffle_seed = {}}));
    check_equal(plain, simulate(scene, {.skip_idle = false, .shuffle_seed = shuffled}));
  }
}

/// Packets that must reach cores: every packet sent, times the cores it is meant for.
std::uint64_t expected_deliveries(const Scene& scene, const Outcome& outcome) {
  const IdVector<CoreId, CoreImage>& cores = scene.traffic.mapping.cores;
  std::uint64_t deliveries =
      outcome.tiles[index_of(scene.chip.tile_at(scene.chip.io.ports.front()))]
          .actions[Action::InputPacket] *
      scene.traffic.input_fan_out;
  for (const CoreId id : ids_of(cores))
    deliveries += outcome.tiles[index_of(cores[id].tile)].actions[Action::SpikeWithinTile] *
                  scene.traffic.fan_out[index_of(id)];
  return deliveries;
}

TEST_CASE("what is sent is delivered, however congested the chip") {
  std::uint64_t most_stalls = 0;
  for (std::uint64_t seed = 100; seed <= 200; ++seed) {
    CAPTURE(seed);
    Scene scene(seed);
    scene.chip.router.input_queue_packets = scene.chip.core.input_queue_packets = 1;
    const Outcome outcome = simulate(scene, {});
    std::uint64_t delivered = 0, lookups = 0, unrouted = 0;
    for (const TileActivity& tile : outcome.tiles) {
      delivered += tile.sent_packets[static_cast<std::size_t>(Port::Core)];
      lookups += tile.actions[Action::AxonLookup];
    }
    for (const CoreId id : ids_of(scene.traffic.mapping.cores))
      if (scene.traffic.fan_out[index_of(id)] == 0)
        unrouted += outcome.tiles[index_of(scene.traffic.mapping.cores[id].tile)]
                        .actions[Action::SpikeWithinTile];
    if (scene.traffic.input_fan_out == 0)
      unrouted += outcome.tiles[index_of(scene.chip.tile_at(scene.chip.io.ports.front()))]
                      .actions[Action::InputPacket];
    most_stalls = std::max(most_stalls, outcome.stalls);
    CHECK(delivered == expected_deliveries(scene, outcome));
    CHECK(lookups == delivered);
    CHECK(outcome.dropped == unrouted);
  }
  CHECK(most_stalls > 1000);
}

}  // namespace
}  // namespace spikeloom
