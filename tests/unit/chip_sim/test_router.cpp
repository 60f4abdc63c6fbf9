#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tests/unit/chip_sim/hand_built.hpp"
#include "tests/unit/chip_sim/router_bench.hpp"

namespace spikeloom::chip_sim {
namespace {

using spikeloom::test::Draw;

using test::Bench;

constexpr std::uint32_t kExact = 0xFFFFFFFFU;

TEST_CASE(
    "an unloaded hop takes pipeline + link latency + serialization - 1 cycles, not one less") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    const RouterSpec spec = {.table_entries = 1, .pipeline_cycles = draw.between(1, 9)};
    const LinkSpec link = {draw.between(1, 9), draw.between(1, 9)};
    Bench bench({{7, kExact, bit_of(Port::East)}}, spec, link);
    bench.input(Port::West).send({7, 0, 0}, 0);  // in the queue in cycle 1
    const Cycle arrival =
        1 + spec.pipeline_cycles + link.latency_cycles + link.cycles_per_packet - 1;
    while (bench.now < arrival - 1) bench.cycle();
    CHECK(bench.output(Port::East).eligible_at() > bench.now);
    bench.cycle();
    CHECK(bench.output(Port::East).eligible_at() == bench.now);
    CHECK(bench.output(Port::East).head().hops == 1);
  }
}

TEST_CASE("the first entry that matches decides, and without one the way is straight on") {
  Bench bench({{8, kExact, bit_of(Port::North)}, {8, ~7U, bit_of(Port::South)}});
  bench.input(Port::West).send({8, 0, 0}, 0);
  bench.input(Port::East).send({9, 0, 0}, 0);
  bench.input(Port::South).send({99, 0, 0}, 0);
  for (int i = 0; i < 8; ++i) bench.cycle();
  CHECK(bench.output(Port::South).head().key == 9);
  std::vector<std::uint32_t> north = bench.drain(Port::North, 8);
  std::sort(north.begin(), north.end());
  CHECK(north == std::vector<std::uint32_t>{8, 99});
  CHECK(bench.router.unrouted_copies() == 0);
}

TEST_CASE("copies of a fork leave independently, and the packet goes when all have") {
  Bench bench(
      {{1, kExact, bit_of(Port::East) | bit_of(Port::Core)}, {2, kExact, bit_of(Port::East)}},
      {.table_entries = 1, .input_queue_packets = 1});
  bench.output(Port::East).send({0, 0, 0}, 0);  // East is full
  bench.input(Port::West).send({1, 0, 0}, 0);
  for (int i = 0; i < 20; ++i) bench.cycle();
  CHECK(bench.output(Port::Core).head().key == 1);
  CHECK_FALSE(bench.router.quiet());
  CHECK(bench.drain(Port::East, 20) == std::vector<std::uint32_t>{0, 1});
  CHECK(bench.router.quiet());
  CHECK(bench.router.actions()[Action::QueueRead] == 1);
}

TEST_CASE("an output serves its inputs in turn") {
  Bench bench({{0, 0, bit_of(Port::Core)}});
  constexpr std::array turns = {Port::East, Port::North, Port::West};
  std::vector<std::uint32_t> served;
  for (bench.now = 0; bench.now < 63;) {
    for (const Port port : turns)
      if (bench.input(port).can_send(bench.now))
        bench.input(port).send({static_cast<std::uint32_t>(port), 0, 0}, bench.now);
    const auto keys = bench.drain(Port::Core, 1);
    served.insert(served.end(), keys.begin(), keys.end());
  }
  REQUIRE(served.size() >= 55);
  for (std::size_t i = 0; i < served.size(); ++i) CHECK(served[i] == index_of(turns[i % 3]));
}

TEST_CASE("a queue passes a packet per cycle as long as credits return in time") {
  for (const std::uint32_t depth : {4U, 2U, 1U}) {
    CAPTURE(depth);
    Bench bench({{0, 0, bit_of(Port::Core)}}, {.table_entries = 1, .input_queue_packets = depth});
    std::size_t delivered = 0;
    for (bench.now = 0; bench.now < 400;) {
      if (bench.input(Port::West).can_send(bench.now))
        bench.input(Port::West).send({0, 0, 0}, bench.now);
      delivered += bench.drain(Port::Core, 1).size();
    }
    // A place is taken for 1 cycle to the queue, 2 of lookup and 1 for the credit: four.
    const std::size_t expected = 400 * depth / 4;
    CHECK(delivered + 8 >= expected);
    CHECK(delivered <= expected);
    CHECK(bench.input(Port::West).high_water().value() <= depth);
  }
}

TEST_CASE("a port of the switch, in or out, passes a packet every so many cycles") {
  for (const std::uint32_t interval : {1U, 2U, 5U}) {
    CAPTURE(interval);
    // North leaves alternately by East and West: its own interval holds it back, not theirs.
    Bench bench({{1, kExact, bit_of(Port::East)}, {2, kExact, bit_of(Port::West)}},
                {.table_entries = 2, .input_queue_packets = 8, .cycles_per_packet = interval});
    std::size_t north = 0;
    std::vector<Cycle> left;
    for (; bench.now < 200; bench.cycle()) {
      if (bench.input(Port::North).can_send(bench.now))
        bench.input(Port::North)
            .send({static_cast<std::uint32_t>(north++ % 2 + 1), 0, 0}, bench.now);
      for (const Port port : {Port::East, Port::West})
        if (bench.output(port).eligible_at() <= bench.now) {
          bench.output(port).pop(bench.now);
          left.push_back(bench.now);
        }
    }
    REQUIRE(left.size() > 30);
    for (std::size_t i = 1; i < left.size(); ++i) CHECK(left[i] == left[i - 1] + interval);
  }
}

TEST_CASE("a slow switch serves its inputs in turn at its own interval") {
  Bench bench({{0, 0, bit_of(Port::Core)}}, {.table_entries = 1, .cycles_per_packet = 3});
  std::vector<std::uint32_t> served;
  for (bench.now = 0; bench.now < 96;) {
    for (const Port port : {Port::East, Port::North})
      if (bench.input(port).can_send(bench.now))
        bench.input(port).send({static_cast<std::uint32_t>(port), 0, 0}, bench.now);
    const auto keys = bench.drain(Port::Core, 1);
    served.insert(served.end(), keys.begin(), keys.end());
  }
  CHECK(served.size() >= 30);
  CHECK(served.size() <= 32);
  for (std::size_t i = 0; i < served.size(); ++i)
    CHECK(served[i] == index_of(i % 2 == 0 ? Port::East : Port::North));
}

TEST_CASE("no queue takes more than its credits") {
  Bench bench({{0, 0, bit_of(Port::East)}}, {.table_entries = 1, .input_queue_packets = 3});
  std::size_t sent = 0;
  for (; bench.now < 50; bench.cycle()) {
    if (!bench.input(Port::West).can_send(bench.now)) continue;
    bench.input(Port::West).send({static_cast<std::uint32_t>(sent), 0, 0}, bench.now);
    ++sent;
  }
  CHECK(sent == 3 + 3);  // the next queue, and this one
  CHECK(bench.drain(Port::East, 50) == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5});
  CHECK(bench.barrier.is_settled());
}

TEST_CASE("copies without an output, and packets without a way, are lost and counted") {
  Bench bench({{1, kExact, bit_of(Port::Io) | bit_of(Port::East)}, {2, kExact, 0}});
  bench.input(Port::West).send({1, 0, 0}, 0);
  bench.input(Port::North).send({2, 0, 0}, 0);
  bench.input(Port::Core).send({3, 0, 0}, 0);
  for (int i = 0; i < 10; ++i) bench.cycle();
  CHECK(bench.router.unrouted_copies() == 3);
  CHECK(bench.output(Port::East).head().key == 1);
  CHECK(bench.router.quiet());
}

}  // namespace
}  // namespace spikeloom::chip_sim
