#include <doctest/doctest.h>

#include <optional>
#include <tuple>

#include "sim/chip/sequencer.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

// Every topology, with dead parts, boards, virtual channels and packets that give up: what comes in
// goes out or is counted, in every cycle, and nothing depends on how it is simulated.

namespace spikeloom {
namespace {

using namespace test;
using namespace chip_sim;

constexpr std::uint32_t kSteps = 5;

struct Scene {
  explicit Scene(std::uint64_t seed) : draw(seed) {
    chip = any_chip(draw);
    const bool has_faults = draw.one_in(2);
    if (has_faults) draw_faults(chip, draw);
    if (has_faults || draw.one_in(2)) chip.router.blocked = draw_blocked(chip, draw);
    // Without loss, a ring needs its dateline.
    if (!chip.router.blocked && chip.topology.wraps()) chip.router.virtual_channels = 2;
    traffic = random_traffic(chip, draw);
    for (std::uint32_t step = 0; step < kSteps; ++step)
      for (std::uint32_t index = 0; index < traffic.inputs; ++index)
        if (draw.one_in(3)) sample.events.push_back({step, index, double(draw.between(0, 3))});
  }
  Draw draw;
  Chip chip;
  RandomTraffic traffic;
  Sample sample;
};

struct Outcome {
  SampleTrace trace;
  std::vector<std::uint64_t> step_cycles, statistics;
  CopyBalance balance;
  BlockedActivity blocked;
  std::uint64_t uneven_cycles = 0;
  std::uint64_t missed = 0;    ///< cores that lost copies would have reached
  std::uint64_t expected = 0;  ///< deliveries, had nothing been lost
};

/// Packets sent, each times the cores it is meant for.
std::uint64_t expected_deliveries(const Scene& scene, const Statistics& statistics) {
  const Mapping& mapping = scene.traffic.mapping;
  const auto counted = [&](TileId tile, const std::string& leaf) {
    return statistics.at("tile." + std::to_string(index_of(tile)) + "." + leaf).counter->value();
  };
  std::uint64_t deliveries =
      counted(scene.chip.tile_at(scene.chip.io.ports.front()), "io.injected") *
      scene.traffic.input_fan_out;
  for (const CoreId id : ids_of(mapping.cores)) {
    const CoreImage& core = mapping.cores[id];
    deliveries += counted(core.tile, name_of(core_port(core.slot)) + ".packets_sent") *
                  scene.traffic.fan_out[index_of(id)];
  }
  return deliveries;
}

/// The chip without its SystemC host, every cycle looked at.
Outcome simulate(const Scene& scene, const HostOptions& options) {
  Fabric fabric(scene.chip, scene.traffic.mapping);
  Sequencer sequencer(scene.chip, scene.traffic.mapping, options, fabric);
  Outcome outcome;
  sequencer.begin_sample(scene.sample, kSteps, false);
  for (;;) {
    const auto& due = sequencer.open_cycle();
    if (sequencer.sample_is_over()) break;
    for (Tile* tile : due) tile->run(sequencer.now());
    sequencer.close_cycle();
    if (!fabric.balance().is_even()) ++outcome.uneven_cycles;
  }
  SampleRun run = sequencer.end_sample();
  outcome.trace = std::move(run.trace);
  outcome.step_cycles = run.step_cycles;
  outcome.balance = fabric.balance();
  outcome.blocked = fabric.blocked_activity();
  Statistics statistics;
  fabric.declare(statistics);
  for (const Statistic& statistic : statistics.all())
    outcome.statistics.push_back(statistic.counter->value());
  REQUIRE(run.log.is_complete());
  for (const PacketEvent& event : run.log.events()) {
    CHECK(event.cause == EventCause::Dropped);
    CHECK(event.is_lost());
    outcome.missed += event.count;
  }
  outcome.expected = expected_deliveries(scene, statistics);
  return outcome;
}

void check_equal(const Outcome& a, const Outcome& b) {
  CHECK(a.trace.spikes == b.trace.spikes);
  CHECK(a.step_cycles == b.step_cycles);
  CHECK(a.statistics == b.statistics);
  CHECK(a.missed == b.missed);
}

TEST_CASE("what is sent is delivered, lost or in flight in every cycle, on every fabric") {
  BlockedActivity sum;
  std::uint64_t delivered = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    const Scene scene(seed);
    const Outcome outcome = simulate(scene, {});
    CHECK(outcome.uneven_cycles == 0);
    CHECK(outcome.balance.in_flight == 0);
    CHECK(outcome.balance.delivered + outcome.missed == outcome.expected);
    delivered += outcome.balance.delivered;
    sum += outcome.blocked;
    if (!scene.chip.router.blocked) CHECK(outcome.blocked.dropped == 0);
  }
  CHECK(delivered > 10'000);
  CHECK(sum.detoured > 100);
  CHECK(sum.dropped > 1000);
  CHECK(sum.reinjected > 100);
  CHECK(sum.lost > 100);
}

TEST_CASE("no fabric depends on the order of blocks or on evaluating idle ones") {
  for (std::uint64_t seed = 201; seed <= 260; ++seed) {
    CAPTURE(seed);
    const Scene scene(seed);
    const Outcome plain = simulate(scene, {});
    const auto shuffled = static_cast<std::uint32_t>(seed);
    check_equal(plain, simulate(scene, {.skip_idle = true, .shuffle_seed = shuffled}));
    check_equal(plain, simulate(scene, {.skip_idle = false, .shuffle_seed = {}}));
    check_equal(plain, simulate(scene, {.skip_idle = false, .shuffle_seed = shuffled}));
  }
}

TEST_CASE("a fabric without a blocked rule delivers everything, however congested") {
  std::uint64_t delivered = 0;
  for (std::uint64_t seed = 301; seed <= 400; ++seed) {
    CAPTURE(seed);
    Scene scene(seed);
    if (scene.chip.router.blocked) continue;
    scene.chip.router.input_queue_packets = scene.chip.core.input_queue_packets = 1;
    const Outcome outcome = simulate(scene, {});
    CHECK(outcome.balance.delivered == outcome.expected);
    CHECK(outcome.blocked.dropped == 0);
    delivered += outcome.balance.delivered;
  }
  CHECK(delivered > 3'000);
}

/// Three cores of a tile on a triangular torus, whose packets all cross the link to the east, which
/// takes one every six cycles.
struct HotLink {
  explicit HotLink(std::optional<BlockedSpec> blocked) {
    chip = mesh(8, 8);
    chip.topology.kind = TopologyKind::TriangularTorus;
    chip.topology.cores_per_tile = 3;
    chip.link.cycles_per_packet = 6;
    chip.router.blocked = blocked;
    mapping = blank(chip);
    const TileId source = chip.tile_at({3, 3}), target = chip.tile_at({4, 3});
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
      CoreImage& core = mapping.cores[add_core(mapping, CoreAt(source, slot), 40, 40 * slot)];
      core.bias.assign(40, 1);
      core.sends.assign(40, 1);
      route_tree(mapping, chip, core.key_base, kNeuronMask, source, {target});
    }
    add_core(mapping, target, 1, 120);
  }
  /// One step, in which 120 packets are sent.
  std::tuple<std::uint64_t, BlockedActivity, CopyBalance> run() const {
    Fabric fabric(chip, mapping);
    Sequencer sequencer(chip, mapping, {}, fabric);
    sequencer.begin_sample({}, 1, false);
    for (;;) {
      const auto& due = sequencer.open_cycle();
      if (sequencer.sample_is_over()) break;
      for (Tile* tile : due) tile->run(sequencer.now());
      sequencer.close_cycle();
      CHECK(fabric.balance().is_even());
    }
    return {sequencer.end_sample().step_cycles.at(0), fabric.blocked_activity(), fabric.balance()};
  }
  Chip chip;
  Mapping mapping;
};

BlockedSpec waits(std::uint32_t wait1, std::uint32_t wait2, bool emergency) {
  return {.wait1_cycles = wait1, .emergency = emergency, .wait2_cycles = wait2};
}

// The figures of docs/concepts/microarchitecture.md, "A hot link".
TEST_CASE("the emergency way nearly doubles what passes a hot link of a triangular torus") {
  const auto [patient, no_detours, all_delivered] = HotLink(waits(8, 16, false)).run();
  CHECK(patient == 745);
  CHECK(no_detours.detoured == 0);
  CHECK(all_delivered.delivered == 120);
  const auto [around, detours, delivered] = HotLink(waits(8, 16, true)).run();
  CHECK(around == 395);
  CHECK(detours.detoured == 59);
  CHECK(delivered.delivered == 120);
}

TEST_CASE("with short waits the emergency way saves packets from being dropped") {
  const auto [cycles, blocked, balance] = HotLink(waits(3, 6, false)).run();
  CHECK(blocked.lost > 0);
  CHECK(balance.delivered + blocked.lost == 120);
  const auto [cycles_around, around, balance_around] = HotLink(waits(3, 6, true)).run();
  CHECK(around.detoured > 0);
  CHECK(around.lost < blocked.lost);
  CHECK(balance_around.delivered + around.lost == 120);
}

TEST_CASE("what a run in real time leaves on the way is gone before the next one, and counted") {
  HotLink scene(std::nullopt);
  scene.chip.step = {StepMode::RealTime, 100, LatePackets::Defer};
  Fabric fabric(scene.chip, scene.mapping);
  Sequencer sequencer(scene.chip, scene.mapping, {}, fabric);
  sequencer.begin_sample({}, 1, false);
  for (;;) {
    const auto& due = sequencer.open_cycle();
    if (sequencer.sample_is_over()) break;
    for (Tile* tile : due) tile->run(sequencer.now());
    sequencer.close_cycle();
  }
  const std::uint64_t left = fabric.balance().in_flight;
  CHECK(left > 10);
  CHECK(fabric.balance().lost == 0);
  sequencer.end_sample();
  sequencer.begin_sample({}, 1, false);
  CHECK(fabric.balance().in_flight == 0);
  CHECK(fabric.balance().lost == left);
  CHECK(fabric.balance().is_even());
}

}  // namespace
}  // namespace spikeloom
