#pragma once
// Grows multicast trees over whatever links work, by searching.

#include <optional>
#include <vector>

#include "mapper/route/router.hpp"

namespace spikeloom {

/// An order of tiles that forbids some ways: first towards smaller numbers ("up"), then only
/// towards larger ones ("down"). Empty: every way may be taken.
using TileOrder = IdVector<TileId, std::uint32_t>;

class TreeSearch {
 public:
  /// `grid` outlives the search. A link between chips counts as `chip_link_cost` links.
  TreeSearch(const Grid& grid, std::uint32_t chip_link_cost, TileOrder order = {});

  /// The shortest path heuristic (Takahashi and Matsuyama, "An approximate solution for the Steiner
  /// problem in graphs", 1980): the target nearest to the tree joins it by a shortest way, again
  /// and again. nullopt if a target cannot join.
  std::optional<RouteTree> join_nearest_first(const RoutingTask& task) const;
  /// Every target by a way that is shortest from the source.
  std::optional<RouteTree> shortest_ways(const RoutingTask& task) const;

 private:
  class Wave;

  const Grid& grid_;
  std::uint32_t chip_link_cost_;
  TileOrder order_;
};

/// What a link between chips costs the search: chip_link_cost() rounded, at most 16.
std::uint32_t whole_chip_link_cost(const Chip& chip);

}  // namespace spikeloom
