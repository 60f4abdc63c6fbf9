#include "models/chip/grid.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

namespace spikeloom {
namespace {

struct Step {
  int x, y;
};

constexpr Step step_of(Port link) {
  constexpr std::array<Step, kLinkCount> steps = {
      {{1, 0}, {1, 1}, {0, 1}, {-1, 0}, {-1, -1}, {0, -1}}};
  return steps[index_of(link)];
}

/// Links of a shortest way by a displacement on an endless board.
std::uint32_t links_of(int dx, int dy, bool triangular) {
  const int ax = std::abs(dx), ay = std::abs(dy);
  const bool diagonal = triangular && (dx > 0) == (dy > 0);
  return static_cast<std::uint32_t>(diagonal ? std::max(ax, ay) : ax + ay);
}

}  // namespace

Grid::Grid(const Topology& topology)
    : topology_(topology),
      next_(topology.tile_count()),
      alive_(topology.tile_count(), 1),
      cores_(topology.tile_count(), (1U << topology.cores_per_tile) - 1) {
  for (const TileId tile : ids_of(next_))
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      next_[tile][link] = geometric_neighbour(tile, static_cast<Port>(link));
  for (const DeadLink& link : topology.dead_links) cut(topology.tile_at(link.tile), link.link);
  for (const DeadCore& core : topology.dead_cores)
    cores_[topology.tile_at(core.tile)] &= ~(1U << core.slot);
  for (const TilePosition position : topology.dead_tiles) {
    const TileId tile = topology.tile_at(position);
    alive_[tile] = 0;
    cores_[tile] = 0;
    for (std::uint32_t link = 0; link < kLinkCount; ++link) cut(tile, static_cast<Port>(link));
  }
}

std::uint32_t Grid::geometric_neighbour(TileId tile, Port link) const {
  if (!topology_.has(link)) return kNone;
  const auto [width, height] =
      std::pair(static_cast<int>(topology_.width), static_cast<int>(topology_.height));
  const TilePosition at = topology_.position_of(tile);
  int x = static_cast<int>(at.x) + step_of(link).x, y = static_cast<int>(at.y) + step_of(link).y;
  if (topology_.wraps()) x = (x + width) % width, y = (y + height) % height;
  if (x < 0 || y < 0 || x >= width || y >= height) return kNone;
  const TileId next =
      topology_.tile_at({static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)});
  return next == tile ? kNone : static_cast<std::uint32_t>(next);
}

void Grid::cut(TileId tile, Port link) {
  std::uint32_t& next = next_[tile][index_of(link)];
  if (next == kNone) return;
  next_[TileId{next}][index_of(opposite(link))] = kNone;
  next = kNone;
}

std::uint32_t Grid::core_count() const {
  std::uint32_t count = 0;
  for (const std::uint32_t mask : cores_) count += static_cast<std::uint32_t>(std::popcount(mask));
  return count;
}

std::optional<DetourWay> Grid::detour(TileId tile, Port link) const {
  if (!topology_.is_triangular()) return std::nullopt;
  const Port first = next_link(link), second = next_link(opposite(first));
  const auto corner = neighbour(tile, first), target = neighbour(tile, link);
  if (!corner || !target || neighbour(*corner, second) != target) return std::nullopt;
  return DetourWay{*corner, first, second};
}

bool Grid::is_between_chips(TileId tile, Port link) const {
  const auto next = neighbour(tile, link);
  if (!next || topology_.chips() == 1) return false;
  const std::uint32_t width = topology_.chip_width == 0 ? topology_.width : topology_.chip_width;
  const std::uint32_t height =
      topology_.chip_height == 0 ? topology_.height : topology_.chip_height;
  const TilePosition a = topology_.position_of(tile), b = topology_.position_of(*next);
  return a.x / width != b.x / width || a.y / height != b.y / height || wraps_around(tile, link);
}

bool Grid::wraps_around(TileId tile, Port link) const {
  const TilePosition at = topology_.position_of(tile);
  const auto leaves = [](std::uint32_t where, int step, std::uint32_t side) {
    return step > 0 ? where + 1 == side : step < 0 && where == 0;
  };
  const Step step = step_of(link);
  return leaves(at.x, step.x, topology_.width) || leaves(at.y, step.y, topology_.height);
}

bool Grid::crosses_dateline(TileId tile, Port link) const {
  if (!topology_.wraps()) return false;
  const TilePosition at = topology_.position_of(tile);
  const Step step = step_of(link);
  const bool in_y = axis_of(link) == Axis::Y;
  const std::uint32_t where = in_y ? at.y : at.x, side = in_y ? topology_.height : topology_.width;
  return (in_y ? step.y : step.x) > 0 ? where + 1 == side : where == 0;
}

std::uint32_t Grid::distance(TilePosition a, TilePosition b) const {
  const int dx = static_cast<int>(b.x) - static_cast<int>(a.x);
  const int dy = static_cast<int>(b.y) - static_cast<int>(a.y);
  if (!topology_.wraps()) return links_of(dx, dy, topology_.is_triangular());
  const int width = static_cast<int>(topology_.width), height = static_cast<int>(topology_.height);
  std::uint32_t least = kNone;
  for (const int x : {dx - width, dx, dx + width})
    for (const int y : {dy - height, dy, dy + height})
      least = std::min(least, links_of(x, y, topology_.is_triangular()));
  return least;
}

}  // namespace spikeloom
