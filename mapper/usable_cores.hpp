#pragma once
// Which cores of a chip can work together: those that are not dead, on tiles that packets reach.

#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/grid.hpp"

namespace spikeloom {

/// Where a core is: which one of which tile.
struct CorePlace {
  TileId tile;
  std::uint32_t slot;
  bool operator==(const CorePlace&) const = default;
};

/// Dead links may cut a board into parts. Used is the part of an io port, that with the most cores.
class UsableCores {
 public:
  explicit UsableCores(const Chip& chip);

  /// By tile, then by slot.
  const std::vector<CorePlace>& places() const { return places_; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(places_.size()); }
  /// Ports of the chip in the used part, as indices into io.ports, ascending; at least one.
  const std::vector<std::uint32_t>& ports() const { return ports_; }
  /// A packet of the used part can reach the tile.
  bool is_reached(TileId tile) const { return reached_[tile] != 0; }
  /// `chip "x" has 62 (dead or cut off: tile (3, 2), core 1 of tile (0, 0))`, for errors.
  std::string sentence() const;

 private:
  void add_places();
  std::string name_of_absent(TileId tile) const;

  const Chip& chip_;
  Grid grid_;
  IdVector<TileId, std::uint8_t> reached_;
  std::vector<CorePlace> places_;
  std::vector<std::uint32_t> ports_;
};

/// Tiles that packets reach from `tile`, itself included, as a mask.
IdVector<TileId, std::uint8_t> tiles_reached_from(const Grid& grid, TileId tile);

}  // namespace spikeloom
