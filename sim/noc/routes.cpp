#include "sim/noc/routes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"

namespace spikeloom::noc {
namespace {

using Tables = IdVector<TileId, std::vector<RouteEntry>>;

/// The first of them that leads nearer is taken.
constexpr std::array kOrder = {
    Port::East, Port::West, Port::NorthEast, Port::SouthWest, Port::North, Port::South};

constexpr std::uint32_t kUnreached = 0xFFFFFFFFU;

/// Links between every tile and `root`, over what works.
IdVector<TileId, std::uint32_t> distances(const Grid& grid, TileId root) {
  IdVector<TileId, std::uint32_t> links(grid.tiles(), kUnreached);
  std::vector<TileId> reached = {root};
  links[root] = 0;
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (const Port port : kOrder)
      if (const auto next = grid.neighbour(reached[i], port); next && links[*next] == kUnreached) {
        links[*next] = links[reached[i]] + 1;
        reached.push_back(*next);
      }
  return links;
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

class TableBuilder {
 public:
  TableBuilder(const Chip& chip, const Traffic& traffic)
      : chip_(chip), traffic_(traffic), grid_(chip.topology), tables_(chip.tile_count()) {}

  Tables build() {
    if (traffic_.is_multicast())
      for (const std::uint32_t source : traffic_.nodes()) add_tree(source);
    else
      add_unicast();
    return std::move(tables_);
  }

 private:
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

  /// The route of the key of `to` at every tile.
  void add_ways_to(TileId to, IdVector<TileId, std::vector<std::uint32_t>>& routes) const {
    const std::uint32_t key = key_of(chip_, static_cast<std::uint32_t>(to));
    const auto links = distances(grid_, to);
    for (const std::uint32_t node : traffic_.nodes())
      if (links[TileId{node}] == kUnreached) fail_unreached(chip_.topology, TileId{node}, to);
    for (const TileId tile : ids_of(routes)) {
      if (links[tile] == kUnreached) continue;
      routes[tile][key] = tile == to ? core_bit(to) : bit_of(nearer(tile, links, kOrder));
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

  struct Branching {
    std::uint32_t route = 0, straight_on = 0;
  };

  /// Ways are followed backwards, so that all that meet go on together. Where a tree only goes
  /// straight on no entry is needed.
  void add_tree(std::uint32_t source) {
    static const std::vector<Port> backwards(kOrder.rbegin(), kOrder.rend());
    const auto links = distances(grid_, TileId{source});
    std::map<TileId, Branching> tree;
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
  }

  const Chip& chip_;
  const Traffic& traffic_;
  Grid grid_;
  Tables tables_;
};

}  // namespace

Tables routing_tables(const Chip& chip, const Traffic& traffic) {
  Tables tables = TableBuilder(chip, traffic).build();
  std::size_t longest = 0;
  for (const auto& table : tables) longest = std::max(longest, table.size());
  if (longest > chip.router.table_entries)
    throw InputError("",
                     "",
                     "this traffic needs " + std::to_string(longest) +
                         " entries in a router's table, the chip has " +
                         std::to_string(chip.router.table_entries) + " (router.table_entries)");
  return tables;
}

}  // namespace spikeloom::noc
