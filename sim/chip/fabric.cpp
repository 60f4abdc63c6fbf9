#include "sim/chip/fabric.hpp"

#include <algorithm>

#include "sim/chip/check_image.hpp"

namespace spikeloom::chip_sim {
namespace {

constexpr std::array kLinks = {Port::East, Port::North, Port::West, Port::South};

/// The image of each tile's core, or nullptr.
std::vector<const CoreImage*> images_by_tile(const Chip& chip, const Mapping& mapping) {
  std::vector<const CoreImage*> images(chip.tile_count(), nullptr);
  for (const CoreImage& image : mapping.cores) images[index_of(image.tile)] = &image;
  return images;
}

const CoreImage& blank_image() {
  static const CoreImage image{};
  return image;
}

}  // namespace

Fabric::Fabric(const Chip& chip, const Mapping& mapping)
    : chip_(chip),
      agenda_(std::size_t{chip.tile_count()} * kBlocksPerTile),
      io_tile_(index_of(chip.tile_at(chip.io.tile))) {
  check_loadable(mapping, chip);
  const auto images = images_by_tile(chip, mapping);
  for (std::uint32_t i = 0; i < chip.tile_count(); ++i) {
    const CoreImage& image = images[i] == nullptr ? blank_image() : *images[i];
    tiles_.push_back(
        std::make_unique<Tile>(i, chip, image, mapping.tables[TileId{i}], agenda_, barrier_));
    if (image.neurons() > 0) populated_.push_back(i);
  }
  for (std::uint32_t i = 0; i < chip.tile_count(); ++i) wire(i);
}

Channel& Fabric::new_channel(const ChannelTiming& timing, BlockId sender, BlockId receiver) {
  return channels_.emplace_back(timing, sender, receiver, agenda_, barrier_);
}

void Fabric::wire(std::uint32_t index) {
  Tile& tile = *tiles_[index];
  const BlockId router = block_of(index, BlockKind::Router);
  const BlockId core = block_of(index, BlockKind::Core);
  const ChannelTiming to_router = {.depth = chip_.router.input_queue_packets,
                                   .lookup = chip_.router.pipeline_cycles};
  const ChannelTiming to_core = {.depth = chip_.core.input_queue_packets,
                                 .lookup = chip_.core.lookup_cycles};
  Channel& in = new_channel(to_core, router, core);
  Channel& out = new_channel(to_router, core, router);
  tile.router.connect_output(Port::Core, in);
  tile.router.connect_input(Port::Core, out);
  tile.core.connect(in, out);
  if (tile.io) {
    Channel& entry = new_channel(to_router, block_of(index, BlockKind::Io), router);
    tile.router.connect_input(Port::Io, entry);
    tile.router.connect_sink();
    tile.io->connect_output(entry);
  }
  for (const Port port : kLinks) wire_link(index, port);
}

// A packet has crossed a link when the last of its serialization cycles has.
void Fabric::wire_link(std::uint32_t index, Port port) {
  const auto next = neighbour(index, port);
  if (!next) return;
  Channel& channel =
      new_channel({.depth = chip_.router.input_queue_packets,
                   .latency = chip_.link.latency_cycles + chip_.link.cycles_per_packet - 1,
                   .credit_latency = chip_.link.latency_cycles,
                   .lookup = chip_.router.pipeline_cycles},
                  block_of(index, BlockKind::Router),
                  block_of(*next, BlockKind::Router));
  tiles_[index]->router.connect_output(port, channel);
  tiles_[*next]->router.connect_input(opposite(port), channel);
}

std::optional<std::uint32_t> Fabric::neighbour(std::uint32_t index, Port port) const {
  const auto [x, y] = chip_.position_of(TileId{index});
  if (port == Port::East && x + 1 < chip_.width) return index + 1;
  if (port == Port::West && x > 0) return index - 1;
  if (port == Port::North && y + 1 < chip_.height) return index + chip_.width;
  if (port == Port::South && y > 0) return index - chip_.width;
  return std::nullopt;
}

bool Fabric::quiet(Cycle now) const {
  return std::all_of(
      tiles_.begin(), tiles_.end(), [&](const auto& tile) { return tile->quiet(now); });
}

std::uint64_t Fabric::clear() {
  std::uint64_t cycles = 0;
  for (const auto& tile : tiles_) {
    tile->router.clear();
    cycles = std::max(cycles, tile->core.clear());
    if (tile->io) tile->io->clear();
  }
  return cycles;
}

void Fabric::declare(Statistics& statistics) const {
  for (const auto& tile : tiles_)
    tile->declare(StatScope(statistics, "tile." + std::to_string(tile->index)));
}

std::optional<Fabric::QueuePlace> Fabric::blocked_by(QueuePlace place, Cycle now) const {
  const std::uint32_t starved = tiles_[place.tile]->router.starved_outputs(place.port, now);
  for (const Port port : kLinks)
    if ((starved & bit_of(port)) != 0)
      return QueuePlace{*neighbour(place.tile, port), opposite(port)};
  return std::nullopt;
}

std::optional<Fabric::QueuePlace> Fabric::any_blocked(Cycle now) const {
  for (std::uint32_t tile = 0; tile < tiles_.size(); ++tile)
    for (const Port port : kLinks)
      if (const QueuePlace place{tile, port}; blocked_by(place, now)) return place;
  return std::nullopt;
}

std::string Fabric::shown(QueuePlace place) const {
  const auto [x, y] = chip_.position_of(TileId{place.tile});
  return "tile (" + std::to_string(x) + "," + std::to_string(y) + ") " + name_of(place.port);
}

std::string Fabric::waiting_cycle(Cycle now) const {
  std::vector<QueuePlace> path;
  for (auto place = any_blocked(now); place; place = blocked_by(*place, now)) {
    const auto seen = std::find(path.begin(), path.end(), *place);
    if (seen != path.end()) {
      std::string text;
      for (auto it = seen; it != path.end(); ++it) text += shown(*it) + " -> ";
      return text + shown(*seen);
    }
    path.push_back(*place);
  }
  return "";
}

}  // namespace spikeloom::chip_sim
