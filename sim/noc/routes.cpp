#include "sim/noc/routes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <span>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"
#include "models/mapping/deadlock.hpp"

namespace spikeloom::noc {
namespace {

using Tables = IdVector<TileId, std::vector<RouteEntry>>;

/// The first of them that leads nearer is taken.
constexpr std::array kOrder = {
    Port::East, Port::West, Port::NorthEast, Port::SouthWest, Port::North, Port::South};

constexpr std::uint32_t kUnreached = 0xFFFFFFFFU;

/// How far every tile is from a root, over what works.
struct Distances {
  IdVector<TileId, std::uint32_t> links;
  std::vector<TileId> reached;  ///< nearest first
};

Distances distances(const Grid& grid, TileId root) {
  Distances to{IdVector<TileId, std::uint32_t>(grid.tiles(), kUnreached), {root}};
  to.reached.reserve(grid.tiles());
  to.links[root] = 0;
  for (std::size_t i = 0; i < to.reached.size(); ++i)
    for (const Port port : kOrder)
      if (const auto next = grid.neighbour(to.reached[i], port);
          next && to.links[*next] == kUnreached) {
        to.links[*next] = to.links[to.reached[i]] + 1;
        to.reached.push_back(*next);
      }
  return to;
}

[[noreturn]] void fail_unreached(const Topology& topology, TileId from, TileId to) {
  const TilePosition a = topology.position_of(from), b = topology.position_of(to);
  const auto text = [](TilePosition p) {
    return "(" + std::to_string(p.x) + "," + std::to_string(p.y) + ")";
  };
  throw InputError("", "", "tile " + text(b) + " cannot be reached from tile " + text(a));
}

/// Entries over `bits` key bits that give key k the route routes[k]; 0 stands for any route. Halves
/// with the same entries share them, and none tests the bit between them.
std::vector<RouteEntry> ternary_entries(std::span<const std::uint32_t> routes, std::uint32_t bits) {
  const auto is_free = [](std::uint32_t route) { return route == 0; };
  const auto first = std::find_if_not(routes.begin(), routes.end(), is_free);
  if (first == routes.end()) return {};
  if (std::all_of(first, routes.end(), [&](std::uint32_t r) { return is_free(r) || r == *first; }))
    return {{0, 0, *first}};
  const std::uint32_t half = 1U << --bits;
  std::vector<RouteEntry> entries = ternary_entries(routes.first(half), bits);
  const std::vector<RouteEntry> upper = ternary_entries(routes.subspan(half), bits);
  if (upper.empty() || upper == entries) return entries;
  for (RouteEntry& entry : entries) entry.mask |= half;
  for (const RouteEntry& entry : upper)
    entries.push_back({entry.key | half, entry.mask | half, entry.route});
  return entries;
}

class RouteFinder {
 public:
  RouteFinder(const Chip& chip, const Traffic& traffic)
      : chip_(chip),
        traffic_(traffic),
        grid_(chip.topology),
        tables_(chip.tile_count()),
        dependencies_(chip, grid_) {}

  Routes find() {
    if (traffic_.is_multicast())
      for (const std::uint32_t source : traffic_.nodes()) add_tree(source);
    else
      add_unicast();
    return {std::move(tables_), describe(dependencies_.cycle(), chip_)};
  }

 private:
  /// Of packets at a tile: none, or those that come by each link and channel or from the core.
  struct Arrivals {
    std::uint32_t by_link = 0;  ///< bit link * 2 + channel
    bool from_core = false;
  };
  struct Branching {
    std::uint32_t route = 0, straight_on = 0;
  };
  using Tree = std::map<TileId, Branching>;

  std::uint32_t core_bit(TileId tile) const {
    return bit_of(core_port(node_slot(grid_, tile).value()));
  }

  void add_unicast() {
    const std::uint32_t bits = key_bits(chip_);
    IdVector<TileId, std::vector<std::uint32_t>> routes(
        chip_.tile_count(), std::vector<std::uint32_t>(std::size_t{1} << bits, 0));
    for (const std::uint32_t to : traffic_.nodes()) add_ways_to(TileId{to}, routes);
    for (const TileId tile : ids_of(tables_)) {
      tables_[tile] = ternary_entries(routes[tile], bits);
      // Keys above the bits that name nodes are nobody's: each entry tests them all.
      for (RouteEntry& entry : tables_[tile]) entry.mask |= ~((1U << bits) - 1U);
    }
  }

  /// The route of the key of `to` at every tile, and what waits for what on the ways that are used.
  void add_ways_to(TileId to, IdVector<TileId, std::vector<std::uint32_t>>& routes) {
    const std::uint32_t key = key_of(chip_, static_cast<std::uint32_t>(to));
    const Distances distance = distances(grid_, to);
    IdVector<TileId, Arrivals> arrivals(chip_.tile_count());
    for (const std::uint32_t node : traffic_.nodes()) {
      if (!traffic_.sends(node, static_cast<std::uint32_t>(to))) continue;
      const TileId tile{node};
      if (distance.links[tile] == kUnreached) fail_unreached(chip_.topology, tile, to);
      arrivals[tile].from_core = true;
    }
    routes[to][key] = core_bit(to);
    for (std::size_t i = distance.reached.size(); --i > 0;) {  // from the farthest to `to`
      const TileId tile = distance.reached[i];
      const Port link = nearer(tile, distance.links, kOrder);
      routes[tile][key] = bit_of(link);
      pass_on(tile, link, arrivals);
    }
  }

  /// What arrives at `tile` leaves by `link`.
  void pass_on(TileId tile, Port link, IdVector<TileId, Arrivals>& arrivals) {
    const Arrivals here = arrivals[tile];
    std::uint32_t& there = arrivals[*grid_.neighbour(tile, link)].by_link;
    const auto pass = [&](Port arrival, std::uint32_t channel) {
      dependencies_.add(tile, arrival, channel, link);
      const std::uint32_t next = channel_after(chip_, grid_, tile, arrival, channel, link);
      there |= 1U << (index_of(opposite(link)) * 2 + next);
    };
    if (here.from_core) pass(Port::Core, 0);
    for (std::uint32_t bits = here.by_link; bits != 0; bits &= bits - 1) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
      pass(static_cast<Port>(bit / 2), bit % 2);
    }
  }

  /// The first link of `order` that leads from `tile` to one that is nearer to the root.
  Port nearer(TileId tile,
              const IdVector<TileId, std::uint32_t>& links,
              std::span<const Port> order) const {
    const auto found = std::find_if(order.begin(), order.end(), [&](Port port) {
      const auto next = grid_.neighbour(tile, port);
      return next && links[*next] + 1 == links[tile];
    });
    SPIKELOOM_CHECK(found != order.end(), "a tile that is reached has a neighbour nearer to it");
    return *found;
  }

  /// Ways are followed backwards, so that all that meet go on together. Where a tree only goes
  /// straight on no entry is needed.
  void add_tree(std::uint32_t source) {
    static const std::vector<Port> backwards(kOrder.rbegin(), kOrder.rend());
    const auto links = distances(grid_, TileId{source}).links;
    Tree tree;
    for (const std::uint32_t to : traffic_.group(source)) {
      TileId tile{to};
      if (links[tile] == kUnreached) fail_unreached(chip_.topology, TileId{source}, tile);
      tree[tile].route |= core_bit(tile);
      while (tile != TileId{source}) {
        const Port back = nearer(tile, links, backwards);
        tree[tile].straight_on = bit_of(opposite(back));
        tile = *grid_.neighbour(tile, back);
        tree[tile].route |= bit_of(opposite(back));
      }
    }
    for (const auto& [tile, branching] : tree)
      if (branching.route != branching.straight_on)
        tables_[tile].push_back({key_of(chip_, source), ~0U, branching.route});
    add_dependencies(tree, TileId{source}, Port::Core, 0);
  }

  void add_dependencies(const Tree& tree, TileId tile, Port arrival, std::uint32_t channel) {
    for (std::uint32_t l = 0; l < kLinkCount; ++l) {
      const auto link = static_cast<Port>(l);
      if ((tree.at(tile).route & bit_of(link)) == 0) continue;
      dependencies_.add(tile, arrival, channel, link);
      add_dependencies(tree,
                       *grid_.neighbour(tile, link),
                       opposite(link),
                       channel_after(chip_, grid_, tile, arrival, channel, link));
    }
  }

  const Chip& chip_;
  const Traffic& traffic_;
  Grid grid_;
  Tables tables_;
  ChannelDependencies dependencies_;
};

}  // namespace

Routes find_routes(const Chip& chip, const Traffic& traffic) {
  Routes routes = RouteFinder(chip, traffic).find();
  std::size_t longest = 0;
  for (const auto& table : routes.tables) longest = std::max(longest, table.size());
  if (longest > chip.router.table_entries)
    throw InputError("",
                     "",
                     "this traffic needs " + std::to_string(longest) +
                         " entries in a router's table, the chip has " +
                         std::to_string(chip.router.table_entries) + " (router.table_entries)");
  return routes;
}

}  // namespace spikeloom::noc
