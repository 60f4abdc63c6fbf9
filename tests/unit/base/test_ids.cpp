#include <doctest/doctest.h>

#include <stdexcept>
#include <type_traits>

#include "models/base/ids.hpp"
#include "models/base/units.hpp"

using namespace spikeloom;

TEST_CASE("an id vector is indexed by its own id and counts from zero") {
  IdVector<CoreId, int> load(3, 7);
  load[CoreId{1}] = 5;
  CHECK(load.push_back(9) == CoreId{3});
  CHECK(load.size() == 4);
  CHECK(load.at(CoreId{1}) == 5);
  CHECK(load[CoreId{0}] == 7);
  CHECK_THROWS_AS(load.at(CoreId{4}), std::out_of_range);
}

TEST_CASE("the ids of a vector are all of them, in order") {
  const IdVector<TileId, int> tiles(4);
  std::vector<TileId> seen;
  for (const TileId tile : ids_of(tiles)) seen.push_back(tile);
  CHECK(seen == std::vector<TileId>{TileId{0}, TileId{1}, TileId{2}, TileId{3}});
  for ([[maybe_unused]] const CoreId core : IdRange<CoreId>(0)) FAIL("an empty range has no ids");
}

TEST_CASE("quantities compute in their own unit") {
  CHECK(Joules(1) + Joules(2) == Joules(3));
  CHECK(Joules(3) - Joules(1) == Joules(2));
  CHECK(Joules(3) * 2.0 == Joules(6));
  CHECK(Joules(6) / Joules(3) == 2.0);
  CHECK(Joules(1) < Joules(2));
  CHECK(Watts(2) * Seconds(3) == Joules(6));
  CHECK(to_joules(Picojoules(2e12)) == Joules(2));
  CHECK(period_of(Hertz(4)) == Seconds(0.25));
  Joules sum;
  sum += Joules(2);
  CHECK(sum == Joules(2));
}

TEST_CASE("no quantity or id converts by itself") {
  CHECK_FALSE(std::is_convertible_v<double, Joules>);
  CHECK_FALSE(std::is_convertible_v<Joules, double>);
  CHECK_FALSE(std::is_convertible_v<Picojoules, Joules>);
  CHECK_FALSE(std::is_convertible_v<CoreId, TileId>);
  CHECK_FALSE(std::is_convertible_v<int, CoreId>);
}
