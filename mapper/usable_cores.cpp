#include "mapper/usable_cores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spikeloom {
namespace {

constexpr std::size_t kMostNamed = 3;  ///< absent parts that an error names

std::uint64_t cores_of(const Grid& grid, const IdVector<TileId, std::uint8_t>& reached) {
  std::uint64_t cores = 0;
  for (const TileId tile : ids_of(reached))
    for (std::uint32_t slot = 0; slot < grid.topology().cores_per_tile; ++slot)
      cores += reached[tile] != 0 && grid.has_core(tile, slot) ? 1 : 0;
  return cores;
}

}  // namespace

IdVector<TileId, std::uint8_t> tiles_reached_from(const Grid& grid, TileId tile) {
  IdVector<TileId, std::uint8_t> reached(grid.tiles());
  std::vector<TileId> open = {tile};
  reached[tile] = 1;
  while (!open.empty()) {
    const TileId at = open.back();
    open.pop_back();
    for (std::uint32_t link = 0; link < kLinkCount; ++link) {
      const auto next = grid.neighbour(at, static_cast<Port>(link));
      if (!next || reached[*next] != 0) continue;
      reached[*next] = 1;
      open.push_back(*next);
    }
  }
  return reached;
}

UsableCores::UsableCores(const Chip& chip) : chip_(chip), grid_(chip.topology) {
  std::uint64_t most = 0;
  for (const TilePosition port : chip.io.ports) {
    const TileId tile = chip.tile_at(port);
    if (!reached_.empty() && reached_[tile] != 0) continue;
    auto part = tiles_reached_from(grid_, tile);
    const std::uint64_t cores = cores_of(grid_, part);
    if (!reached_.empty() && cores <= most) continue;
    reached_ = std::move(part);
    most = cores;
  }
  for (std::uint32_t port = 0; port < chip.io.ports.size(); ++port)
    if (is_reached(chip.tile_at(chip.io.ports[port]))) ports_.push_back(port);
  add_places();
}

void UsableCores::add_places() {
  for (const TileId tile : ids_of(reached_))
    for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot)
      if (is_reached(tile) && grid_.has_core(tile, slot)) places_.push_back({tile, slot});
}

std::string UsableCores::name_of_absent(TileId tile) const {
  const TilePosition at = chip_.position_of(tile);
  const std::string name = fmt::format("tile ({}, {})", at.x, at.y);
  if (!grid_.is_alive(tile) || !is_reached(tile)) return name;
  std::string cores;
  for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot)
    if (!grid_.has_core(tile, slot))
      cores += fmt::format("{}core {} of {}", cores.empty() ? "" : ", ", slot, name);
  return cores;
}

std::string UsableCores::sentence() const {
  std::string text = fmt::format("chip \"{}\" has {}", chip_.name, places_.size());
  std::vector<std::string> absent;
  for (const TileId tile : ids_of(reached_))
    if (std::string name = name_of_absent(tile); !name.empty()) absent.push_back(std::move(name));
  if (absent.empty()) return text;
  for (std::size_t i = 0; i < std::min(absent.size(), kMostNamed); ++i)
    text += (i == 0 ? " (dead or cut off: " : ", ") + absent[i];
  if (absent.size() > kMostNamed)
    text += fmt::format(" and {} more tiles", absent.size() - kMostNamed);
  return text + ")";
}

}  // namespace spikeloom
