#include <doctest/doctest.h>

#include <algorithm>
#include <queue>
#include <set>

#include "mapper/route/router.hpp"
#include "models/base/random.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

RoutingTask drawn_task(const Chip& chip, const RandomStream& random, std::uint32_t i) {
  RoutingTask task{TileId{random.below(chip.tile_count(), i, 0)}, Port::Core, {}};
  std::set<std::uint32_t> tiles;
  const std::uint32_t wanted = 1 + random.below(12, i, 1);
  for (std::uint32_t k = 0; k < wanted; ++k)
    tiles.insert(random.below(chip.tile_count(), i, 2 + k));
  for (const std::uint32_t tile : tiles) task.targets.push_back(chip.position_of(TileId{tile}));
  return task;
}

/// Which link a packet may wait for while it holds another: edges between links.
class ChannelDependencies {
 public:
  explicit ChannelDependencies(std::uint32_t tiles) : next_(tiles * std::size_t{kLinkCount}) {}

  void add(const RouteTree& tree, const Chip& chip) {
    for (const TreeNode& node : tree.nodes()) {
      if (static_cast<std::uint32_t>(node.arrival) >= kLinkCount) continue;
      for (std::uint32_t link = 0; link < kLinkCount; ++link)
        if ((node.route >> link & 1U) != 0)
          next_[incoming(node, chip)].insert(channel(node.tile, link));
    }
  }

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
  static std::size_t channel(TileId tile, std::uint32_t link) {
    return index_of(tile) * kLinkCount + link;
  }
  static std::size_t incoming(const TreeNode& node, const Chip& chip) {
    TilePosition from = chip.position_of(node.tile);
    if (node.arrival == Port::East) ++from.x;
    if (node.arrival == Port::North) ++from.y;
    if (node.arrival == Port::West) --from.x;
    if (node.arrival == Port::South) --from.y;
    return channel(chip.tile_at(from), static_cast<std::uint32_t>(opposite(node.arrival)));
  }

  std::vector<std::set<std::size_t>> next_;
};

TEST_CASE("trees of all routers reach every target and cannot deadlock together") {
  for (const auto& [name, make] : routers()) {
    CAPTURE(name);
    const Chip chip = test::make_chip(9, 7, 1);
    ChannelDependencies dependencies(chip.tile_count());
    const RandomStream random(Seed{7}, "test.routers");
    for (std::uint32_t i = 0; i < 500; ++i) {
      CAPTURE(i);
      const RoutingTask task = drawn_task(chip, random, i);
      const RouteTree tree = make()->route(chip, task);
      for (const TilePosition target : task.targets) REQUIRE(tree.has(target));
      dependencies.add(tree, chip);
    }
    CHECK(dependencies.acyclic());
  }
}

TEST_CASE("the check for cycles finds one") {
  const Chip chip = test::make_chip(2, 2, 1);
  ChannelDependencies dependencies(4);
  const Port turns[4][2] = {{Port::East, Port::North},
                            {Port::North, Port::West},
                            {Port::West, Port::South},
                            {Port::South, Port::East}};
  const TilePosition starts[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  for (int i = 0; i < 4; ++i) {
    RouteTree tree(chip, chip.tile_at(starts[i]), Port::Core);
    tree.grow(tree.grow(starts[i], turns[i][0]), turns[i][1]);
    CHECK(dependencies.acyclic());
    dependencies.add(tree, chip);
  }
  CHECK_FALSE(dependencies.acyclic());
}

TEST_CASE("west-first trees have no more links than dimension order, and fewer on average") {
  const Chip chip = test::make_chip(8, 8, 1);
  const RandomStream random(Seed{9}, "test.links");
  std::size_t west_first = 0, xy = 0;
  for (std::uint32_t i = 0; i < 500; ++i) {
    const RoutingTask task = drawn_task(chip, random, i);
    const std::size_t better = make_west_first_router()->route(chip, task).links();
    const std::size_t baseline = make_xy_tree_router()->route(chip, task).links();
    CHECK(better <= baseline);
    west_first += better;
    xy += baseline;
  }
  MESSAGE("links: west_first ", west_first, ", xy_tree ", xy);
  CHECK(static_cast<double>(west_first) < 0.9 * static_cast<double>(xy));
}

}  // namespace
}  // namespace spikeloom
