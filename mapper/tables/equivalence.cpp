#include "mapper/tables/equivalence.hpp"

namespace spikeloom {
namespace {

struct Cube {
  std::uint32_t key, mask;
};

/// Whether all keys of `cube` get the route of `wanted` from the entries at and after `first`. An
/// entry that takes a part of the cube splits it in halves until every part is taken or left.
bool routes_alike(const std::vector<RouteEntry>& table,
                  std::size_t first,
                  Cube cube,
                  const PassingKeys& wanted) {
  for (std::size_t i = first; i < table.size(); ++i) {
    const RouteEntry& entry = table[i];
    if (((entry.key ^ cube.key) & entry.mask & cube.mask) != 0) continue;
    const std::uint32_t undecided = entry.mask & ~cube.mask;
    if (undecided == 0) return entry.route == wanted.route;
    const std::uint32_t bit = undecided & (~undecided + 1);
    return routes_alike(table, i, {cube.key, cube.mask | bit}, wanted) &&
           routes_alike(table, i, {cube.key | bit, cube.mask | bit}, wanted);
  }
  return is_default_route(wanted);
}

}  // namespace

std::optional<std::size_t> first_misrouted(const std::vector<RouteEntry>& table,
                                           const std::vector<PassingKeys>& passing) {
  for (std::size_t i = 0; i < passing.size(); ++i)
    if (!routes_alike(table, 0, {passing[i].key, passing[i].mask}, passing[i])) return i;
  return std::nullopt;
}

}  // namespace spikeloom
