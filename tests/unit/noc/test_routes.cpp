#include "sim/noc/routes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::noc {
namespace {

using Tables = IdVector<TileId, std::vector<RouteEntry>>;

std::uint32_t route_at(const Tables& tables, TileId tile, std::uint32_t key, Port arrived_by) {
  for (const RouteEntry& entry : tables[tile])
    if ((key & entry.mask) == entry.key) return entry.route;
  return bit_of(opposite(arrived_by));
}

TileId beyond(const Chip& chip, TileId tile, Port port) {
  const auto next = Grid(chip.topology).neighbour(tile, port);
  REQUIRE(next.has_value());
  return *next;
}

/// Follows the copies of a packet of `key` from `source`; the nodes it reaches and links crossed.
struct Walk {
  std::multiset<std::uint32_t> reached;
  std::uint32_t links = 0;
};
void follow(const Chip& chip,
            const Tables& tables,
            std::uint32_t key,
            TileId tile,
            Port arrived_by,
            Walk& walk) {
  REQUIRE(walk.links < 1000);
  const std::uint32_t route = route_at(tables, tile, key, arrived_by);
  if ((route & bit_of(Port::Core)) != 0) walk.reached.insert(static_cast<std::uint32_t>(tile));
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    const auto port = static_cast<Port>(link);
    if ((route & bit_of(port)) == 0) continue;
    ++walk.links;
    follow(chip, tables, key, beyond(chip, tile, port), opposite(port), walk);
  }
}

std::uint32_t distance(const Chip& chip, std::uint32_t from, std::uint32_t to) {
  return Grid(chip.topology).distance(chip.position_of(TileId{from}), chip.position_of(TileId{to}));
}

Chip of_kind(TopologyKind kind, std::uint32_t width, std::uint32_t height) {
  Chip chip = test::mesh(width, height);
  chip.topology.kind = kind;
  return chip;
}

constexpr std::array kKinds = {TopologyKind::Mesh,
                               TopologyKind::Torus,
                               TopologyKind::TriangularMesh,
                               TopologyKind::TriangularTorus};

void check_multicast(const Chip& chip) {
  const Traffic traffic(chip, Pattern::Multicast, 0.1, Seed{4});
  const Tables tables = find_routes(chip, traffic).tables;
  for (const std::uint32_t source : traffic.nodes()) {
    Walk walk;
    follow(chip, tables, key_of(chip, source), TileId{source}, Port::Core, walk);
    const auto& group = traffic.group(source);
    CHECK(walk.reached == std::multiset<std::uint32_t>(group.begin(), group.end()));
  }
}

TEST_CASE("tables route every pair the shortest way") {
  for (const TopologyKind kind : kKinds)
    for (const auto& [width, height] :
         {std::pair{1U, 1U}, {5U, 3U}, {4U, 4U}, {1U, 7U}, {9U, 2U}}) {
      CAPTURE(name_of(kind));
      CAPTURE(width);
      CAPTURE(height);
      const Chip chip = of_kind(kind, width, height);
      const Tables tables = find_routes(chip, Traffic(chip, Pattern::Uniform, 0.1, Seed{1})).tables;
      for (std::uint32_t from = 0; from < chip.tile_count(); ++from)
        for (std::uint32_t to = 0; to < chip.tile_count(); ++to) {
          Walk walk;
          follow(chip, tables, key_of(chip, to), TileId{from}, Port::Core, walk);
          CHECK(walk.reached == std::multiset<std::uint32_t>{to});
          CHECK(walk.links == distance(chip, from, to));
        }
    }
}

TEST_CASE("on a mesh, ways go along x first") {
  const Chip chip = test::mesh(4, 4);
  const Tables tables = find_routes(chip, Traffic(chip, Pattern::Uniform, 0.1, Seed{1})).tables;
  CHECK(route_at(tables, TileId{5}, key_of(chip, 15), Port::Core) == bit_of(Port::East));
  CHECK(route_at(tables, TileId{5}, key_of(chip, 0), Port::Core) == bit_of(Port::West));
  CHECK(route_at(tables, TileId{5}, key_of(chip, 13), Port::Core) == bit_of(Port::North));
  CHECK(route_at(tables, TileId{5}, key_of(chip, 1), Port::Core) == bit_of(Port::South));
}

TEST_CASE("a multicast tree reaches its group, each node once") {
  for (const TopologyKind kind : kKinds) {
    CAPTURE(name_of(kind));
    check_multicast(of_kind(kind, 6, 5));
  }
}

TEST_CASE("ways lead around dead parts, or the traffic is refused") {
  Chip chip = test::mesh(4, 3);
  chip.topology.dead_tiles = {{1, 1}};
  chip.topology.dead_links = {{{0, 0}, Port::East}};
  check_multicast(chip);
  const auto uniform = [&] {
    return find_routes(chip, Traffic(chip, Pattern::Uniform, 0.1, Seed{1})).tables;
  };
  const Tables tables = uniform();
  Walk walk;
  follow(chip, tables, key_of(chip, 1), TileId{0}, Port::Core, walk);
  CHECK(walk.reached == std::multiset<std::uint32_t>{1});
  CHECK(walk.links == 7);  // around the dead tile
  chip.topology.dead_links.push_back({{0, 0}, Port::North});
  CHECK_THROWS_WITH_AS(uniform(), "tile (0,0) cannot be reached from tile (1,0)", InputError);
}

TEST_CASE("ways of thousands of tiles fit a table of a thousand entries") {
  const Chip chip = test::mesh(64, 64);
  const Tables tables = find_routes(chip, Traffic(chip, Pattern::Uniform, 0.1, Seed{1})).tables;
  std::size_t longest = 0;
  for (const auto& table : tables) longest = std::max(longest, table.size());
  CHECK(longest > 1);
  CHECK(longest <= 200);
}

TEST_CASE("a table that is too small is refused") {
  Chip chip = test::mesh(8, 8);
  chip.router.table_entries = 3;
  CHECK_THROWS_WITH_AS(find_routes(chip, Traffic(chip, Pattern::Uniform, 0.1, Seed{1})).tables,
                       "this traffic needs 16 entries in a router's table, the chip has 3 "
                       "(router.table_entries)",
                       InputError);
}

}  // namespace
}  // namespace spikeloom::noc
