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
      return measure(chip, Pattern::Uniform, offered, Seed{seed});
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
  const Point complement = measure(chip, Pattern::BitComplement, 0.003, Seed{1});
  CHECK(near(complement.latency_mean, 4 * 9 + 2, 0.02));  // 8 links on average
  const Point neighbour = measure(chip, Pattern::Neighbour, 0.003, Seed{1});
  CHECK(near(neighbour.latency_mean, 4 * 4.5 + 2, 0.02));  // 1 link, or 7 around the edge, per axis
  CHECK(complement.stable);
}

TEST_CASE("an overloaded network accepts what it can and is called unstable") {
  Chip chip = test::mesh(2, 1);
  chip.router.cycles_per_packet = 4;
  const Phases phases = {.warm_up = 500, .measured = 4000, .drain = 2000};
  const Point point = measure(chip, Pattern::Neighbour, 0.5, Seed{1}, phases);
  CHECK_FALSE(point.stable);
  CHECK(near(point.accepted, 0.25, 0.01));  // a packet every fourth cycle
  CHECK(point.latency_p95 > point.latency_mean);
  CHECK(measure(chip, Pattern::Neighbour, 0.2, Seed{1}, phases).stable);
}

TEST_CASE("a rate too low for any packet gives no latency") {
  const Point point =
      measure(test::mesh(1, 1), Pattern::Uniform, 1e-9, Seed{1}, {.warm_up = 10, .measured = 10});
  CHECK(point.packets == 0);
  CHECK(point.latency_mean == 0);
  CHECK(point.latency_p95 == 0);
  CHECK(point.accepted == 0);
  CHECK(point.stable);
}

TEST_CASE("a multicast packet counts once, its copies each have a latency") {
  const Chip chip = test::mesh(4, 4);
  const Phases phases = {.warm_up = 200, .measured = 20'000, .drain = 2000};
  const Point point = measure(chip, Pattern::Multicast, 0.02, Seed{1}, phases);
  CHECK(near(point.accepted, 0.02, 0.05));
  CHECK(point.packets % 4 == 0);
  CHECK(near(static_cast<double>(point.packets), 4 * 16 * 20'000 * 0.02, 0.05));
}

TEST_CASE("the clock of the cores does not matter") {
  Chip chip = test::mesh(3, 3);
  const Phases phases = {.warm_up = 100, .measured = 3000, .drain = 500};
  const Point one = measure(chip, Pattern::Uniform, 0.1, Seed{1}, phases);
  chip.core_clock = {3, 7};
  const Point other = measure(chip, Pattern::Uniform, 0.1, Seed{1}, phases);
  CHECK(one.latency_mean == other.latency_mean);
  CHECK(other.stable);
}

TEST_CASE("chips that are too large for it are refused") {
  CHECK_THROWS_WITH_AS(measure(test::mesh(65, 64), Pattern::Uniform, 0.1, Seed{1}),
                       "the chip has 4160 tiles, synthetic traffic takes at most 4096",
                       InputError);
}

TEST_CASE("a watch sees the run go on to its end") {
  double last = 0;
  bool ascends = true;
  const auto watch = [&](double fraction) {
    ascends = ascends && fraction >= last;
    last = fraction;
  };
  measure(test::mesh(2, 2), Pattern::Uniform, 0.1, Seed{1}, {}, watch);
  CHECK(ascends);
  CHECK(last > 0.5);
  CHECK(last <= 1);
}

}  // namespace
}  // namespace spikeloom::noc
