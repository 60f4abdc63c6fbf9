#include "sim/noc/measure.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"
#include "models/library/library.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::noc {
namespace {

Chip shipped(const std::string& name) {
  const std::string file = library_directory() + "/chips/" + name + ".json";
  return read_chip(read_json_file(file), {file, ""});
}

bool near(double value, double expected, double tolerance) {
  return value > expected * (1 - tolerance) && value < expected * (1 + tolerance);
}

// BookSim2, 8x8 mesh, dimension order, one virtual channel of 8, single-flit packets, mean of three
// seeds: 27.23 cycles at 0.02, 28.80 at 0.1, unstable by 0.2.
TEST_CASE("uniform traffic on the reference network takes the published simulator's latencies") {
  const Chip chip = shipped("noc8x8");
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const auto at = [&](double offered) {
      return Workload(chip, Pattern::Uniform, Seed{seed}).measure(offered);
    };
    const Point low = at(0.02), middle = at(0.1), high = at(0.2);
    CHECK(near(low.latency_mean, 27.23, 0.01));
    CHECK(near(middle.latency_mean, 28.80, 0.01));
    CHECK(near(low.accepted, 0.02, 0.02));
    CHECK(near(middle.accepted, 0.1, 0.02));
    CHECK(low.stable);
    CHECK(middle.stable);
    CHECK_FALSE(high.stable);
    CHECK(high.accepted < 0.2);
  }
}

TEST_CASE("at a low rate the mean is that of the closed form over the pattern's pairs") {
  const Chip chip = shipped("noc8x8");
  CHECK(zero_load_latency(chip, 0) == 6);  // 4 H + 2, with H = 1 router
  CHECK(zero_load_latency(chip, 14) == 62);
  const Point complement = Workload(chip, Pattern::BitComplement, Seed{1}).measure(0.003);
  CHECK(near(complement.latency_mean, 4 * 9 + 2, 0.02));  // 8 links on average
  const Point neighbour = Workload(chip, Pattern::Neighbour, Seed{1}).measure(0.003);
  CHECK(near(neighbour.latency_mean, 4 * 4.5 + 2, 0.02));  // 1 link, or 7 around the edge, per axis
  CHECK(complement.stable);
}

TEST_CASE("an overloaded network accepts what it can and is called unstable") {
  Chip chip = test::mesh(2, 1);
  chip.router.cycles_per_packet = 4;
  const Phases phases = {.warm_up = 500, .measured = 4000, .drain = 2000};
  const Point point = Workload(chip, Pattern::Neighbour, Seed{1}).measure(0.5, phases);
  CHECK_FALSE(point.stable);
  CHECK(near(point.accepted, 0.25, 0.01));  // a packet every fourth cycle
  CHECK(point.latency_p95 > point.latency_mean);
  CHECK(Workload(chip, Pattern::Neighbour, Seed{1}).measure(0.2, phases).stable);
}

TEST_CASE("a rate too low for any packet gives no latency") {
  const Point point = Workload(test::mesh(1, 1), Pattern::Uniform, Seed{1})
                          .measure(1e-9, {.warm_up = 10, .measured = 10});
  CHECK(point.packets == 0);
  CHECK(point.latency_mean == 0);
  CHECK(point.latency_p95 == 0);
  CHECK(point.accepted == 0);
  CHECK(point.stable);
}

TEST_CASE("a multicast packet counts once, its copies each have a latency") {
  const Chip chip = test::mesh(4, 4);
  const Phases phases = {.warm_up = 200, .measured = 20'000, .drain = 2000};
  const Point point = Workload(chip, Pattern::Multicast, Seed{1}).measure(0.02, phases);
  CHECK(near(point.accepted, 0.02, 0.05));
  CHECK(point.packets % 4 == 0);
  CHECK(near(static_cast<double>(point.packets), 4 * 16 * 20'000 * 0.02, 0.05));
}

TEST_CASE("the clock of the cores does not matter") {
  Chip chip = test::mesh(3, 3);
  const Phases phases = {.warm_up = 100, .measured = 3000, .drain = 500};
  const Point one = Workload(chip, Pattern::Uniform, Seed{1}).measure(0.1, phases);
  chip.core_clock = {3, 7};
  const Point other = Workload(chip, Pattern::Uniform, Seed{1}).measure(0.1, phases);
  CHECK(one.latency_mean == other.latency_mean);
  CHECK(other.stable);
}

TEST_CASE("chips that are too large for it are refused") {
  CHECK_THROWS_WITH_AS(Workload(test::mesh(65, 64), Pattern::Uniform, Seed{1}).measure(0.1),
                       "the chip has 4160 tiles, synthetic traffic takes at most 4096",
                       InputError);
}

Chip ring_of(std::uint32_t tiles) {
  Chip chip = test::mesh(tiles, 1);
  chip.topology.kind = TopologyKind::Torus;
  return chip;
}

TEST_CASE("a lossless chip whose packets can wait for each other for ever is refused") {
  Chip ring = ring_of(4);
  CHECK_THROWS_WITH_AS(Workload(ring, Pattern::Uniform, Seed{1}),
                       "pattern uniform: packets can wait for each other for ever: tile (3, 0) "
                       "east, tile (0, 0) east, tile (1, 0) east, tile (2, 0) east; give the chip "
                       "2 virtual_channels or a rule for blocked packets",
                       InputError);
  ring.router.virtual_channels = 2;
  CHECK(Workload(ring, Pattern::Uniform, Seed{1}).circle().empty());
}

TEST_CASE("ways that a pattern does not use close no circle") {
  CHECK(Workload(ring_of(4), Pattern::Neighbour, Seed{1}).circle().empty());     // a link each
  CHECK_THROWS_AS(Workload(ring_of(5), Pattern::Tornado, Seed{1}), InputError);  // two, all around
}

TEST_CASE("the trees of multicast packets can close a circle too") {
  CHECK_THROWS_AS(Workload(ring_of(8), Pattern::Multicast, Seed{1}), InputError);
  CHECK(Workload(test::mesh(8, 8), Pattern::Multicast, Seed{1}).circle().empty());
}

TEST_CASE("where routers drop, the circle is named and what is lost makes a network unstable") {
  Chip ring = ring_of(8);
  ring.router.input_queue_packets = 1;
  ring.router.blocked = BlockedSpec{.wait1_cycles = 20};
  const Workload workload(ring, Pattern::Tornado, Seed{1});
  CHECK(workload.circle().find("tile (7, 0) east") != std::string::npos);
  const Phases phases = {.warm_up = 500, .measured = 4000, .drain = 1000};
  const Point loaded = workload.measure(0.5, phases), idle = workload.measure(0.01, phases);
  CHECK(loaded.dropped > 0);
  CHECK_FALSE(loaded.stable);
  CHECK(idle.dropped == 0);
  CHECK(idle.stable);
}

TEST_CASE("what is lost while it measures makes a network unstable, whenever it was made") {
  Chip ring = ring_of(8);
  ring.router.input_queue_packets = 1;
  ring.router.blocked = BlockedSpec{.wait1_cycles = 5};
  const Workload workload(ring, Pattern::Tornado, Seed{1});
  std::uint32_t with_losses = 0;
  for (std::uint32_t begin = 100; begin < 300; ++begin) {
    const Point point = workload.measure(0.1, {.warm_up = begin, .measured = 1, .drain = 100});
    with_losses += point.dropped > 0 ? 1 : 0;
    CHECK_FALSE((point.dropped > 0 && point.stable));
  }
  CHECK(with_losses > 0);
}

TEST_CASE("a watch sees the run go on to its end") {
  double last = 0;
  bool ascends = true;
  const auto watch = [&](double fraction) {
    ascends = ascends && fraction >= last;
    last = fraction;
  };
  Workload(test::mesh(2, 2), Pattern::Uniform, Seed{1}).measure(0.1, {}, watch);
  CHECK(ascends);
  CHECK(last > 0.5);
  CHECK(last <= 1);
}

}  // namespace
}  // namespace spikeloom::noc
