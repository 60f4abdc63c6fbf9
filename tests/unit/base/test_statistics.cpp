#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/base/statistics.hpp"

using namespace spikeloom;

TEST_CASE("a counter adds, keeps its high-water mark and resets") {
  Counter counter;
  counter.add();
  counter.add(4);
  CHECK(counter.value() == 5);
  counter.raise_to(3);
  CHECK(counter.value() == 5);
  counter.raise_to(8);
  CHECK(counter.value() == 8);
  counter.reset();
  CHECK(counter.value() == 0);
}

TEST_CASE("a declared statistic is found by its path with unit and meaning") {
  Statistics statistics;
  Counter hops;
  StatScope(statistics, "tile.3")
      .child("router")
      .declare("hops", Unit::Packet, "packets forwarded", hops);
  hops.add(2);
  const Statistic& found = statistics.at("tile.3.router.hops");
  CHECK(found.unit == Unit::Packet);
  CHECK(found.meaning == "packets forwarded");
  CHECK(found.counter->value() == 2);
  CHECK(statistics.all().size() == 1);
}

TEST_CASE("declaring a path twice or asking for an unknown one is a bug of ours") {
  Statistics statistics;
  Counter counter;
  statistics.declare("a.b", Unit::Count, "", counter);
  CHECK_THROWS_AS(statistics.declare("a.b", Unit::Cycle, "", counter), InternalError);
  CHECK_THROWS_AS(statistics.at("a.c"), InternalError);
}

TEST_CASE("sums run over the paths with the same last name") {
  Statistics statistics;
  Counter a, b, other;
  statistics.declare("tile.0.hops", Unit::Packet, "", a);
  statistics.declare("tile.1.hops", Unit::Packet, "", b);
  statistics.declare("tile.1.shops", Unit::Packet, "", other);
  a.add(3);
  b.add(4);
  other.add(100);
  CHECK(statistics.sum_of("hops") == 7);
  CHECK(statistics.sum_of("none") == 0);
}

TEST_CASE("every unit has its name") {
  CHECK(name_of(Unit::Count) == "count");
  CHECK(name_of(Unit::Cycle) == "cycles");
  CHECK(name_of(Unit::Packet) == "packets");
  CHECK(name_of(Unit::Entry) == "entries");
}
