#include <doctest/doctest.h>

#include <algorithm>
#include <queue>
#include <set>

#include "mapper/route/router.hpp"
#include "mapper/usable_cores.hpp"
#include "models/base/random.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

/// Two different tiles of these are connected by links.
using Tiles = std::vector<TileId>;

Tiles all_tiles(const Chip& chip) {
  const UsableCores usable(chip);
  Tiles tiles;
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile)
    if (usable.is_reached(TileId{tile})) tiles.push_back(TileId{tile});
  return tiles;
}

RoutingTask drawn_task(const Tiles& tiles, const RandomStream& random, std::uint32_t i) {
  const auto count = static_cast<std::uint32_t>(tiles.size());
  RoutingTask task{tiles[random.below(count, i, 0)], Port::Core, {}};
  std::set<TileId> targets;
  const std::uint32_t wanted = 1 + random.below(12, i, 1);
  for (std::uint32_t k = 0; k < wanted; ++k) targets.insert(tiles[random.below(count, i, 2 + k)]);
  task.targets.assign(targets.begin(), targets.end());
  return task;
}

/// Where a link leads, by arithmetic of its own.
TileId behind(const Chip& chip, TileId tile, Port link) {
  static constexpr int kSteps[6][2] = {{1, 0}, {1, 1}, {0, 1}, {-1, 0}, {-1, -1}, {0, -1}};
  const auto wrapped = [](std::uint32_t at, int step, std::uint32_t side) {
    return (at + side + static_cast<std::uint32_t>(step + 1) - 1) % side;
  };
  const TilePosition at = chip.position_of(tile);
  const int* step = kSteps[index_of(link)];
  return chip.tile_at(
      {wrapped(at.x, step[0], chip.topology.width), wrapped(at.y, step[1], chip.topology.height)});
}

/// Which channel a packet may wait for while it holds another: edges between (tile, link, virtual
/// channel), computed from the trees alone.
class ChannelDependencies {
 public:
  explicit ChannelDependencies(const Chip& chip)
      : chip_(chip), next_(std::size_t{chip.tile_count()} * kLinkCount * 2) {}

  void add(const RouteTree& tree) { follow(tree, tree.nodes().front(), kNone, 0); }

  bool acyclic() const {
    std::vector<std::uint32_t> waiting(next_.size());
    for (const auto& list : next_)
      for (const std::size_t to : list) ++waiting[to];
    std::queue<std::size_t> free;
    for (std::size_t c = 0; c < next_.size(); ++c)
      if (waiting[c] == 0) free.push(c);
    std::size_t done = 0;
    for (; !free.empty(); free.pop(), ++done)
      for (const std::size_t to : next_[free.front()])
        if (--waiting[to] == 0) free.push(to);
    return done == next_.size();
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  void follow(const RouteTree& tree, const TreeNode& node, std::size_t held, std::uint32_t axis) {
    for (std::uint32_t link = 0; link < kLinkCount; ++link) {
      if ((node.route >> link & 1U) == 0) continue;
      const bool high =
          crosses(node.tile, link) || (held != kNone && axis == link % 3 && held % 2 == 1);
      const bool two = chip_.router.virtual_channels == 2;
      const std::size_t channel =
          (index_of(node.tile) * kLinkCount + link) * 2 + (two && high ? 1 : 0);
      if (held != kNone) next_[held].insert(channel);
      follow(tree, tree.at(behind(chip_, node.tile, static_cast<Port>(link))), channel, link % 3);
    }
  }
  /// x for east, north-east and their opposites, y for north and south.
  bool crosses(TileId tile, std::uint32_t link) const {
    const TilePosition at = chip_.position_of(tile);
    switch (link) {
      case 0:
      case 1:
        return at.x + 1 == chip_.topology.width;
      case 2:
        return at.y + 1 == chip_.topology.height;
      case 5:
        return at.y == 0;
      default:
        return at.x == 0;
    }
  }

  const Chip& chip_;
  std::vector<std::set<std::size_t>> next_;
};

Chip chip_of(TopologyKind kind, std::uint32_t channels) {
  Chip chip = test::make_chip(9, 7, 1);
  chip.topology.kind = kind;
  chip.router.virtual_channels = channels;
  return chip;
}

/// Dead tiles, dead links and boards of several chips, by chance.
Chip drawn_board(TopologyKind kind, std::uint32_t seed) {
  const RandomStream random(Seed{seed}, "test.board");
  Chip chip = test::make_chip(2 + random.below(8, 0, 0), 2 + random.below(8, 0, 1), 1);
  Topology& topology = chip.topology;
  topology.kind = kind;
  if (topology.width % 2 == 0) {
    topology.chip_width = topology.width / 2;
    topology.chip_height = topology.height;
    chip.chip_link.latency_cycles = 1 + random.below(20, 0, 2);
  }
  const auto position = [&](std::uint32_t i) {
    return TilePosition{random.below(topology.width, i, 3), random.below(topology.height, i, 4)};
  };
  for (std::uint32_t i = 0; i < random.below(4, 0, 5); ++i)
    if (!(position(i) == chip.io.ports.front())) topology.dead_tiles.push_back(position(i));
  for (std::uint32_t i = 0; i < random.below(8, 0, 6); ++i) {
    const auto link = static_cast<Port>(random.below(kLinkCount, i, 7));
    if (topology.has(link)) topology.dead_links.push_back({position(100 + i), link});
  }
  return chip;
}

constexpr TopologyKind kKinds[] = {TopologyKind::Mesh,
                                   TopologyKind::Torus,
                                   TopologyKind::TriangularMesh,
                                   TopologyKind::TriangularTorus};

/// Reaches all targets over links that work, entering every tile once.
void require_tree(const Chip& chip, const RoutingTask& task, const RouteTree& tree) {
  const Grid grid(chip.topology);
  for (const TileId target : task.targets) REQUIRE(tree.has(target));
  std::set<TileId> entered = {task.source};
  for (const TreeNode& node : tree.nodes())
    for (std::uint32_t link = 0; link < kLinkCount; ++link) {
      if ((node.route >> link & 1U) == 0) continue;
      REQUIRE(grid.neighbour(node.tile, static_cast<Port>(link)).has_value());
      REQUIRE(entered.insert(behind(chip, node.tile, static_cast<Port>(link))).second);
    }
  REQUIRE(entered.size() == tree.nodes().size());
}

bool all_acyclic(const Chip& chip, Router& router, std::uint32_t tasks) {
  ChannelDependencies dependencies(chip);
  const Tiles tiles = all_tiles(chip);
  const RandomStream random(Seed{7}, "test.routers");
  for (std::uint32_t i = 0; i < tasks; ++i) {
    CAPTURE(i);
    const RoutingTask task = drawn_task(tiles, random, i);
    const auto tree = router.route(task);
    REQUIRE(tree.has_value());
    require_tree(chip, task, *tree);
    dependencies.add(*tree);
  }
  return dependencies.acyclic();
}

TEST_CASE("trees of all routers reach every target of a mesh, entering each tile once") {
  const Chip chip = chip_of(TopologyKind::Mesh, 1);
  for (const auto& [name, make] : routers()) {
    CAPTURE(name);
    const bool acyclic = all_acyclic(chip, *make(chip), 500);
    CHECK(acyclic == (name != "steiner" && name != "shortest"));
  }
}

TEST_CASE("dimension order cannot deadlock, on tori if there are two virtual channels") {
  for (const TopologyKind kind : kKinds)
    for (const std::uint32_t channels : {1U, 2U}) {
      CAPTURE(name_of(kind));
      CAPTURE(channels);
      const Chip chip = chip_of(kind, channels);
      const bool expected = channels == 2 || !chip.topology.wraps();
      CHECK(all_acyclic(chip, *make_dimension_order_router(chip), 500) == expected);
    }
}

TEST_CASE("dimension order takes shortest ways on every whole topology") {
  for (const TopologyKind kind : kKinds)
    for (const std::uint32_t width : {1U, 2U, 5U, 8U})
      for (const std::uint32_t height : {1U, 4U, 7U}) {
        Chip chip = test::make_chip(width, height, 1);
        chip.topology.kind = kind;
        const Grid grid(chip.topology);
        const auto router = make_dimension_order_router(chip);
        const RoutingTask task{TileId{chip.tile_count() / 2}, Port::Core, all_tiles(chip)};
        CAPTURE(name_of(kind));
        CAPTURE(width);
        CAPTURE(height);
        const auto all = router->route(task);
        const bool slim = 2 * std::min(width, height) < std::max(width, height);
        if (!slim || !chip.topology.wraps()) REQUIRE(all.has_value());
        if (all) require_tree(chip, task, *all);
        for (const TileId target : all_tiles(chip)) {
          const auto tree = router->route({task.source, Port::Core, {target}});
          CHECK(tree->links() ==
                grid.distance(chip.position_of(task.source), chip.position_of(target)));
        }
      }
}

TEST_CASE("up/down trees reach every tile that is not cut off and cannot deadlock") {
  for (const TopologyKind kind : kKinds)
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
      CAPTURE(name_of(kind));
      CAPTURE(seed);
      const Chip chip = drawn_board(kind, seed);
      CHECK(all_acyclic(chip, *make_up_down_router(chip), 100));
    }
}

TEST_CASE("the order of up/down trees begins where tasks that are known keep them small") {
  Chip chip = test::make_chip(24, 24, 1);
  chip.topology.kind = TopologyKind::Torus;
  chip.topology.dead_tiles = {{9, 10}, {12, 9}, {13, 14}};
  chip.io.ports.front() = {10, 12};
  Tiles around_port;
  for (const TileId tile : all_tiles(chip)) {
    const TilePosition at = chip.position_of(tile);
    if (at.x >= 7 && at.x <= 13 && at.y >= 9 && at.y <= 15) around_port.push_back(tile);
  }
  const RandomStream random(Seed{3}, "test.root");
  std::vector<RoutingTask> tasks;
  for (std::uint32_t i = 0; i < 200; ++i) tasks.push_back(drawn_task(around_port, random, i));
  const auto router = make_up_down_router(chip);
  const auto links = [&] {
    std::size_t sum = 0;
    for (const RoutingTask& task : tasks) sum += router->route(task)->links();
    return static_cast<double>(sum);
  };
  const double from_corner = links();
  router->prepare(tasks);
  CHECK(links() < 0.9 * from_corner);
  CHECK(all_acyclic(chip, *router, 100));  // of all tiles
}

TEST_CASE("shortest and Steiner trees reach every tile that is not cut off") {
  for (const TopologyKind kind : kKinds)
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
      CAPTURE(name_of(kind));
      CAPTURE(seed);
      const Chip chip = drawn_board(kind, seed);
      const auto shortest = make_shortest_router(chip), steiner = make_steiner_router(chip);
      all_acyclic(chip, *shortest, 40);
      all_acyclic(chip, *steiner, 40);
    }
}

TEST_CASE("routers that know no detours find no way over a dead link") {
  Chip chip = test::make_chip(3, 1, 1);
  chip.topology.kind = TopologyKind::Torus;
  chip.topology.dead_links = {{{1, 0}, Port::East}};
  const RoutingTask task{TileId{0}, Port::Core, {TileId{1}, TileId{2}}};
  CHECK_FALSE(make_xy_tree_router(chip)->route(task).has_value());
  CHECK_FALSE(make_west_first_router(chip)->route(task).has_value());
  CHECK(make_dimension_order_router(chip)->route(task).has_value());
  CHECK_FALSE(make_dimension_order_router(chip)->route({TileId{1}, Port::Core, {TileId{2}}}));
}

TEST_CASE("trees cross from chip to chip no more often than they must") {
  Chip chip = test::make_chip(8, 4, 1);
  chip.topology.chip_width = 4;
  chip.topology.chip_height = 4;
  chip.chip_link.latency_cycles = 60;
  const Grid grid(chip.topology);
  const RoutingTask task{TileId{0}, Port::Core, {TileId{7}, TileId{31}, TileId{4}, TileId{28}}};
  const auto tree = make_steiner_router(chip)->route(task);
  std::uint32_t crossings = 0;
  for (const TreeNode& node : tree->nodes())
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      if ((node.route >> link & 1U) != 0 &&
          grid.is_between_chips(node.tile, static_cast<Port>(link)))
        ++crossings;
  CHECK(crossings == 1);
}

TEST_CASE("the check for cycles finds one") {
  const Chip chip = test::make_chip(2, 2, 1);
  const Grid grid(chip.topology);
  ChannelDependencies dependencies(chip);
  const Port turns[4][2] = {{Port::East, Port::North},
                            {Port::North, Port::West},
                            {Port::West, Port::South},
                            {Port::South, Port::East}};
  const TilePosition starts[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  for (int i = 0; i < 4; ++i) {
    RouteTree tree(grid, chip.tile_at(starts[i]), Port::Core);
    tree.grow(tree.grow(chip.tile_at(starts[i]), turns[i][0]), turns[i][1]);
    CHECK(dependencies.acyclic());
    dependencies.add(tree);
  }
  CHECK_FALSE(dependencies.acyclic());
}

std::size_t links_of(Router& router, const Chip& chip) {
  const RandomStream random(Seed{9}, "test.links");
  const Tiles tiles = all_tiles(chip);
  std::size_t links = 0;
  for (std::uint32_t i = 0; i < 500; ++i)
    links += router.route(drawn_task(tiles, random, i))->links();
  return links;
}

TEST_CASE("west-first trees have fewer links than dimension order, Steiner trees fewer still") {
  const Chip chip = test::make_chip(8, 8, 1);
  const std::size_t xy = links_of(*make_xy_tree_router(chip), chip);
  const std::size_t west_first = links_of(*make_west_first_router(chip), chip);
  const std::size_t steiner = links_of(*make_steiner_router(chip), chip);
  const std::size_t up_down = links_of(*make_up_down_router(chip), chip);
  MESSAGE("links: steiner ",
          steiner,
          ", west_first ",
          west_first,
          ", up_down ",
          up_down,
          ", xy_tree ",
          xy);
  CHECK(static_cast<double>(west_first) < 0.9 * static_cast<double>(xy));
  CHECK(steiner <= west_first);
  CHECK(up_down <= xy);
}

}  // namespace
}  // namespace spikeloom
