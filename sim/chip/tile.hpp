#pragma once
// A tile: a router, its cores and, where the chip has a port, an io block.

#include <memory>
#include <optional>

#include "sim/chip/core.hpp"
#include "sim/chip/io_block.hpp"
#include "sim/chip/router.hpp"
#include "sim/chip/shared_memory.hpp"

namespace spikeloom::chip_sim {

/// The tile's blocks and which of them are due in the present cycle.
struct Tile {
  /// `images`: of every core of the tile.
  Tile(std::uint32_t tile_index,
       const Chip& chip,
       const std::vector<const CoreImage*>& images,
       const std::vector<RouteEntry>& table,
       Agenda& agenda,
       Barrier& barrier);

  /// Evaluates, then commits, the blocks that are due. The order of blocks is free, and so is that
  /// of tiles: what one does in a cycle reaches others by channels, in a later one.
  void run(Cycle now);
  bool quiet(Cycle now) const;
  ActionCounts actions() const;
  void declare(StatScope scope) const;

  std::uint32_t index;
  std::uint32_t due = 0;  ///< mask over places in the tile (BlockNumbers)
  bool reversed = false;  ///< the blocks' order in this cycle, which must not matter
  Router router;
  std::optional<SharedMemory> memory;  ///< of software cores
  std::vector<std::unique_ptr<Core>> cores;
  std::optional<IoBlock> io;

 private:
  /// Visits the blocks that are due.
  template <typename Visit>
  void for_each_due(Visit visit);
};

}  // namespace spikeloom::chip_sim
