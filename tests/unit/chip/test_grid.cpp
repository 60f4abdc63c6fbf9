#include "models/chip/grid.hpp"

#include <doctest/doctest.h>

#include <array>
#include <deque>

namespace spikeloom {
namespace {

constexpr std::array kKinds = {TopologyKind::Mesh,
                               TopologyKind::Torus,
                               TopologyKind::TriangularMesh,
                               TopologyKind::TriangularTorus};

Port link(std::uint32_t i) { return static_cast<Port>(i); }

TEST_CASE("links lead back") {
  for (const TopologyKind kind : kKinds) {
    CAPTURE(name_of(kind));
    const Grid grid(Topology{.kind = kind, .width = 5, .height = 3});
    for (std::uint32_t t = 0; t < grid.tiles(); ++t)
      for (std::uint32_t l = 0; l < kLinkCount; ++l)
        if (const auto next = grid.neighbour(TileId{t}, link(l)))
          CHECK(grid.neighbour(*next, opposite(link(l))) == TileId{t});
  }
}

TEST_CASE("a triangle of links closes: east, then north, is back by south west") {
  const Grid grid(Topology{.kind = TopologyKind::TriangularTorus, .width = 4, .height = 4});
  const TileId start{5};
  const TileId east = *grid.neighbour(start, Port::East);
  const TileId north = *grid.neighbour(east, Port::North);
  CHECK(grid.neighbour(start, Port::NorthEast) == north);
  CHECK(grid.neighbour(north, Port::SouthWest) == start);
}

TEST_CASE("only a torus goes around, and a single column has no link to itself") {
  CHECK_FALSE(Grid(Topology{.width = 3, .height = 2}).neighbour(TileId{2}, Port::East));
  const Grid torus(Topology{.kind = TopologyKind::Torus, .width = 3, .height = 2});
  CHECK(torus.neighbour(TileId{2}, Port::East) == TileId{0});
  CHECK_FALSE(Grid(Topology{.kind = TopologyKind::Torus, .width = 1, .height = 3})
                  .neighbour(TileId{1}, Port::East));
}

TEST_CASE("what is dead is nobody's neighbour and has no cores") {
  const Grid grid(Topology{.width = 3,
                           .height = 3,
                           .cores_per_tile = 2,
                           .dead_tiles = {{1, 1}},
                           .dead_cores = {{{0, 0}, 1}},
                           .dead_links = {{{2, 0}, Port::North}}});
  CHECK_FALSE(grid.is_alive(TileId{4}));
  CHECK_FALSE(grid.neighbour(TileId{3}, Port::East));
  CHECK_FALSE(grid.neighbour(TileId{4}, Port::East));
  CHECK_FALSE(grid.neighbour(TileId{2}, Port::North));
  CHECK_FALSE(grid.neighbour(TileId{5}, Port::South));
  CHECK(grid.neighbour(TileId{1}, Port::East) == TileId{2});
  CHECK(grid.has_core(TileId{0}, 0));
  CHECK_FALSE(grid.has_core(TileId{0}, 1));
  CHECK_FALSE(grid.has_core(TileId{4}, 0));
  CHECK(grid.core_count() == 2 * 9 - 1 - 2);
}

/// Links from `start` to every tile, found by walking.
std::vector<std::uint32_t> walked_distances(const Grid& grid, TileId start) {
  std::vector<std::uint32_t> distance(grid.tiles(), UINT32_MAX);
  std::deque<TileId> open = {start};
  distance[index_of(start)] = 0;
  while (!open.empty()) {
    const TileId tile = open.front();
    open.pop_front();
    for (std::uint32_t l = 0; l < kLinkCount; ++l) {
      const auto next = grid.neighbour(tile, link(l));
      if (!next || distance[index_of(*next)] != UINT32_MAX) continue;
      distance[index_of(*next)] = distance[index_of(tile)] + 1;
      open.push_back(*next);
    }
  }
  return distance;
}

TEST_CASE("the distance of two tiles is the number of links of a shortest walk") {
  for (const TopologyKind kind : kKinds)
    for (const auto& [width, height] : {std::pair{7U, 4U}, {1U, 5U}, {2U, 3U}, {6U, 6U}}) {
      CAPTURE(name_of(kind));
      CAPTURE(width);
      const Topology topology{.kind = kind, .width = width, .height = height};
      const Grid grid(topology);
      for (std::uint32_t from = 0; from < grid.tiles(); ++from) {
        const auto walked = walked_distances(grid, TileId{from});
        for (std::uint32_t to = 0; to < grid.tiles(); ++to)
          REQUIRE(grid.distance(topology.position_of(TileId{from}),
                                topology.position_of(TileId{to})) == walked[to]);
      }
    }
}

TEST_CASE("links over a chip's edge, and around a board of several, join chips") {
  const Grid grid(Topology{
      .kind = TopologyKind::Torus, .width = 4, .height = 4, .chip_width = 2, .chip_height = 4});
  CHECK_FALSE(grid.is_between_chips(TileId{0}, Port::East));
  CHECK(grid.is_between_chips(TileId{1}, Port::East));
  CHECK(grid.is_between_chips(TileId{2}, Port::West));
  CHECK(grid.is_between_chips(TileId{3}, Port::East));
  CHECK(grid.is_between_chips(TileId{0}, Port::South));
  CHECK_FALSE(grid.is_between_chips(TileId{0}, Port::North));
  const Grid one_chip(Topology{.kind = TopologyKind::Torus, .width = 4, .height = 4});
  CHECK_FALSE(one_chip.is_between_chips(TileId{3}, Port::East));
}

TEST_CASE("every ring of a torus has a dateline") {
  const Topology topology{.kind = TopologyKind::TriangularTorus, .width = 4, .height = 6};
  const Grid grid(topology);
  for (std::uint32_t t = 0; t < grid.tiles(); ++t)
    for (std::uint32_t l = 0; l < kLinkCount; ++l) {
      TileId tile{t};
      std::uint32_t crossings = 0, links = 0;
      do {
        crossings += grid.crosses_dateline(tile, link(l)) ? 1 : 0;
        tile = *grid.neighbour(tile, link(l));
        ++links;
      } while (tile != TileId{t});
      const std::uint32_t side = axis_of(link(l)) == Axis::Y ? 6 : 4;
      CHECK(crossings == links / side);
    }
}

}  // namespace
}  // namespace spikeloom
