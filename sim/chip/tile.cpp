#include "sim/chip/tile.hpp"

namespace spikeloom::chip_sim {
namespace {

constexpr bool has(std::uint32_t due, BlockKind kind) {
  return (due >> static_cast<std::uint32_t>(kind) & 1U) != 0;
}

}  // namespace

Tile::Tile(std::uint32_t tile_index,
           const Chip& chip,
           const CoreImage& image,
           const std::vector<RouteEntry>& table,
           Agenda& agenda,
           Barrier& barrier)
    : index(tile_index),
      router(block_of(tile_index, BlockKind::Router),
             table,
             chip.link,
             kLinkCount * chip.tile_count(),
             agenda),
      core(block_of(tile_index, BlockKind::Core), image, chip.core, agenda, barrier) {
  if (chip.tile_at(chip.io.tile) == TileId{tile_index})
    io.emplace(block_of(tile_index, BlockKind::Io), chip.io.cycles_per_packet, agenda, barrier);
}

template <typename Visit>
void Tile::for_each_due(Visit visit) {
  if (reversed && has(due, BlockKind::Io)) visit(*io);
  if (reversed && has(due, BlockKind::Core)) visit(core);
  if (has(due, BlockKind::Router)) visit(router);
  if (!reversed && has(due, BlockKind::Core)) visit(core);
  if (!reversed && has(due, BlockKind::Io)) visit(*io);
}

void Tile::evaluate(Cycle now) {
  for_each_due([now](auto& block) { block.evaluate(now); });
}

void Tile::commit(Cycle now) {
  for_each_due([now](auto& block) { block.commit(now); });
  due = 0;
}

bool Tile::quiet(Cycle now) const {
  return router.quiet() && core.quiet(now) && (!io || io->quiet());
}

ActionCounts Tile::actions() const {
  ActionCounts sum = router.actions();
  sum += core.actions();
  if (io) sum += io->actions();
  return sum;
}

void Tile::declare(StatScope scope) const {
  router.declare(scope.child("router"));
  core.declare(scope.child("core"));
  if (io) io->declare(scope.child("io"));
}

}  // namespace spikeloom::chip_sim
