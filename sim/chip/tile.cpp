#include "sim/chip/tile.hpp"

#include <algorithm>
#include <bit>

namespace spikeloom::chip_sim {
namespace {

constexpr std::uint32_t bit(std::uint32_t place) { return 1U << place; }

/// A packet that crossed more links met a port twice, whatever detours it made.
std::uint32_t hop_limit(const Chip& chip) {
  const std::uint32_t links = chip.topology.is_triangular() ? 6 : 4;
  const bool may_detour = chip.router.blocked && chip.router.blocked->emergency;
  return links * chip.tile_count() * (may_detour ? 2 : 1);
}

}  // namespace

Tile::Tile(std::uint32_t tile_index,
           const Chip& chip,
           const std::vector<const CoreImage*>& images,
           const std::vector<RouteEntry>& table,
           Agenda& agenda,
           Barrier& barrier)
    : index(tile_index),
      router({.id = BlockNumbers{chip.topology.cores_per_tile}.router(tile_index),
              .tile = TileId{tile_index},
              .ports = chip.port_count(),
              .hop_limit = hop_limit(chip)},
             table,
             chip.router,
             agenda,
             barrier) {
  const BlockNumbers numbers{chip.topology.cores_per_tile};
  if (chip.core.kind == CoreKind::Processor)
    memory.emplace(chip.topology.cores_per_tile, chip.core.processor, CoreClock(chip.core_clock));
  for (std::uint32_t slot = 0; slot < images.size(); ++slot)
    cores.push_back(make_core(numbers.core(tile_index, slot),
                              slot,
                              *images[slot],
                              chip,
                              memory ? &*memory : nullptr,
                              agenda,
                              barrier));
  if (chip.has_io(TileId{tile_index})) io.emplace(numbers.io(tile_index), chip.io, agenda, barrier);
}

template <typename Visit>
void Tile::for_each_due(Visit visit) {
  const auto other_blocks = [&] {
    for (std::uint32_t due_cores = due >> BlockNumbers::kFirstCore; due_cores != 0;
         due_cores &= due_cores - 1)
      visit(*cores[static_cast<std::size_t>(std::countr_zero(due_cores))]);
    if ((due & bit(BlockNumbers::kIo)) != 0) visit(*io);
  };
  if (reversed) other_blocks();
  if ((due & bit(BlockNumbers::kRouter)) != 0) visit(router);
  if (!reversed) other_blocks();
}

void Tile::run(Cycle now) {
  for_each_due([now](auto& block) { block.evaluate(now); });
  for_each_due([now](auto& block) { block.commit(now); });
  due = 0;
}

bool Tile::quiet(Cycle now) const {
  return router.quiet() && (!io || io->quiet()) &&
         std::all_of(cores.begin(), cores.end(), [now](const auto& c) { return c->quiet(now); });
}

ActionCounts Tile::actions() const {
  ActionCounts sum = router.actions();
  for (const auto& core : cores) sum += core->actions();
  if (io) sum += io->actions();
  return sum;
}

void Tile::declare(StatScope scope) const {
  router.declare(scope.child("router"));
  for (std::uint32_t slot = 0; slot < cores.size(); ++slot)
    cores[slot]->declare(scope.child(name_of(core_port(slot))));
  if (memory) memory->declare(scope.child("memory"));
  if (io) io->declare(scope.child("io"));
}

}  // namespace spikeloom::chip_sim
