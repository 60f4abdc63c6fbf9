#include <doctest/doctest.h>

#include <set>

#include "mapper/tables/equivalence.hpp"
#include "models/base/random.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kEast = bit_of(Port::East), kCore = bit_of(Port::Core);
constexpr std::uint32_t kNorth = bit_of(Port::North);

PassingKeys one_key(std::uint32_t key, std::uint32_t route, Port arrival = Port::Core) {
  return {key, 0xFFU, route, arrival};
}

/// Disjoint aligned groups of keys of 8 bits, few routes, some that go straight on.
std::vector<PassingKeys> drawn_groups(std::uint32_t seed) {
  const RandomStream random(Seed{seed}, "test.groups");
  const std::uint32_t routes[] = {kEast, kNorth, kCore, kEast | kCore, kNorth | kCore};
  std::vector<PassingKeys> passing;
  for (std::uint32_t key = 0; key < 256;) {
    std::uint32_t size = 1U << random.below(4, key, 0);
    while (key % size != 0) size /= 2;
    const std::uint32_t route = routes[random.below(1 + seed % 5, key, 1)];
    const Port arrival = random.below(3, key, 2) == 0 ? Port::West : Port::South;
    if (random.below(4, key, 3) != 0) passing.push_back({key, 0xFFU & ~(size - 1), route, arrival});
    key += size;
  }
  return passing;
}

/// What a router does with a key, by looking at one entry after the other.
std::uint32_t route_of(const std::vector<RouteEntry>& table, std::uint32_t key, Port arrival) {
  for (const RouteEntry& entry : table)
    if ((key & entry.mask) == entry.key) return entry.route;
  return is_link(arrival) ? bit_of(opposite(arrival)) : 0;
}

}  // namespace

TEST_CASE("minimized tables route every key as the plain ones, and are never larger") {
  std::size_t plain = 0, merged = 0, ordered = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const auto passing = drawn_groups(seed);
    for (const auto& [name, make] : table_minimizers()) {
      CAPTURE(name);
      const auto table = make()->minimize(passing);
      (name == "plain" ? plain : name == "merge" ? merged : ordered) += table.size();
      REQUIRE_FALSE(first_misrouted(table, passing).has_value());
      for (const PassingKeys& keys : passing)
        for (std::uint32_t key = 0; key < 256; ++key)
          if ((key & keys.mask) == keys.key)
            REQUIRE(route_of(table, key, keys.arrival) == keys.route);
    }
  }
  MESSAGE("entries: plain ", plain, ", merge ", merged, ", ordered ", ordered);
  CHECK(merged < plain);
  CHECK(ordered < merged);
}

TEST_CASE("the exact check finds a single key that is routed otherwise") {
  const std::vector<PassingKeys> passing = {{0x00, 0xF0, kEast, Port::Core},
                                            one_key(0x20, kCore, Port::South)};
  CHECK_FALSE(first_misrouted({{0x00, 0xF0, kEast}, {0x20, 0xFF, kCore}}, passing).has_value());
  CHECK_FALSE(first_misrouted({{0x08, 0xF8, kEast}, {0x00, 0xF8, kEast}, {0, 0, kCore}}, passing)
                  .has_value());
  CHECK(first_misrouted({{0x07, 0xFF, kCore}, {0x00, 0xF0, kEast}, {0x20, 0xFF, kCore}}, passing) ==
        0U);
  CHECK(first_misrouted({{0x00, 0xF0, kEast}, {0x00, 0x0F, kNorth}}, passing) == 1U);
  CHECK(first_misrouted({{0x00, 0xF0, kEast}}, passing) == 1U);
}

TEST_CASE("the check agrees with looking at every key, for tables with an entry damaged") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const auto passing = drawn_groups(seed);
    auto table = make_ordered_tables()->minimize(passing);
    if (table.empty()) continue;
    const RandomStream random(Seed{seed}, "test.damage");
    RouteEntry& entry = table[random.below(static_cast<std::uint32_t>(table.size()), 0, 0)];
    entry.mask &= ~(1U << random.below(8, 0, 1));
    entry.key &= entry.mask;
    bool all_well = true;
    for (const PassingKeys& keys : passing)
      for (std::uint32_t key = 0; key < 256; ++key)
        if ((key & keys.mask) == keys.key)
          all_well = all_well && route_of(table, key, keys.arrival) == keys.route;
    CHECK(first_misrouted(table, passing).has_value() != all_well);
  }
}

TEST_CASE("a packet that must go straight on needs no entry") {
  const std::vector<PassingKeys> passing = {one_key(1, kEast, Port::West),
                                            one_key(2, kEast, Port::West)};
  CHECK(make_ordered_tables()->minimize(passing).empty());
  CHECK(make_plain_tables()->minimize(passing).size() == 2);
}

TEST_CASE("an entry takes keys of another route if an entry before it took them") {
  std::vector<PassingKeys> passing;
  for (std::uint32_t key = 0; key < 16; ++key)
    passing.push_back(one_key(key, key == 5 ? kNorth : kEast));
  CHECK(make_merged_tables()->minimize(passing).size() > 2);
  const auto table = make_ordered_tables()->minimize(passing);
  REQUIRE(table.size() == 2);
  CHECK(table[0] == RouteEntry{5, 0xFF, kNorth});
  CHECK(table[1].route == kEast);
}

}  // namespace spikeloom
