#include "sim/chip/fabric.hpp"

#include <algorithm>

#include "sim/chip/check_image.hpp"

namespace spikeloom::chip_sim {
namespace {

/// Calls visit(link) for every link of a router.
template <typename Visit>
void for_each_link(Visit visit) {
  for (std::uint32_t link = 0; link < kLinkCount; ++link) visit(static_cast<Port>(link));
}

const CoreImage& blank_image() {
  static const CoreImage image{};
  return image;
}

using Images = std::vector<const CoreImage*>;

/// The images of each tile's cores, blank where there is none.
std::vector<Images> images_by_tile(const Chip& chip, const Mapping& mapping) {
  std::vector<Images> images(chip.tile_count(),
                             Images(chip.topology.cores_per_tile, &blank_image()));
  for (const CoreImage& image : mapping.cores) images[index_of(image.tile)][image.slot] = &image;
  return images;
}

}  // namespace

Fabric::Fabric(const Chip& chip, const Mapping& mapping)
    : chip_(chip),
      grid_(chip.topology),
      blocks_{chip.topology.cores_per_tile},
      agenda_(std::size_t{chip.tile_count()} * blocks_.per_tile()),
      io_tile_(index_of(chip.tile_at(chip.io.ports.front()))) {
  check_loadable(mapping, chip);
  const auto images = images_by_tile(chip, mapping);
  for (std::uint32_t i = 0; i < chip.tile_count(); ++i) {
    tiles_.push_back(
        std::make_unique<Tile>(i, chip, images[i], mapping.tables[TileId{i}], agenda_, barrier_));
    for (const auto& core : tiles_.back()->cores)
      if (core->image().neurons() > 0) populated_.push_back(core.get());
  }
  for (std::uint32_t i = 0; i < chip.tile_count(); ++i) wire(i);
}

Channel& Fabric::new_channel(const ChannelTiming& timing, BlockId sender, BlockId receiver) {
  return channels_.emplace_back(timing, sender, receiver, agenda_, barrier_);
}

void Fabric::wire(std::uint32_t index) {
  Tile& tile = *tiles_[index];
  for (std::uint32_t slot = 0; slot < tile.cores.size(); ++slot) wire_core(tile, slot);
  if (tile.io) wire_io(tile);
  for_each_link([&](Port port) { wire_link(index, port); });
}

// A dead core stands in its place, but nothing leads to it.
void Fabric::wire_core(Tile& tile, std::uint32_t slot) {
  const BlockId router = blocks_.router(tile.index);
  const BlockId core = blocks_.core(tile.index, slot);
  const ChannelTiming to_router = {.depth = chip_.router.input_queue_packets,
                                   .lookup = chip_.router.pipeline_cycles};
  const bool is_software = chip_.core.kind == CoreKind::Processor;
  const ChannelTiming to_core = {.depth = chip_.core.input_queue_packets,
                                 .lookup = is_software ? 0 : chip_.core.lookup_cycles,
                                 .receiver = CoreClock(chip_.core_clock)};
  Channel& in = new_channel(to_core, router, core);
  Channel& out = new_channel(to_router, core, router);
  tile.cores[slot]->connect(in, out);
  if (!grid_.has_core(TileId{tile.index}, slot)) return;
  tile.router.connect_output(core_port(slot), in);
  tile.router.connect_input(core_port(slot), out);
  in.describe(PacketMove::Deliver, TileId{tile.index}, core_port(slot));
  out.describe(PacketMove::Inject, TileId{tile.index}, core_port(slot));
  core_ports_.emplace(core, CorePort{&in, &out});
}

void Fabric::wire_io(Tile& tile) {
  const ChannelTiming to_router = {.depth = chip_.router.input_queue_packets,
                                   .lookup = chip_.router.pipeline_cycles};
  Channel& entry = new_channel(to_router, blocks_.io(tile.index), blocks_.router(tile.index));
  entry.describe(PacketMove::Inject, TileId{tile.index}, Port::Io);
  tile.router.connect_input(Port::Io, entry);
  tile.router.connect_sink();
  tile.io->connect_output(entry);
}

// A packet has crossed a link when the last of its serialization cycles has.
void Fabric::wire_link(std::uint32_t index, Port port) {
  const auto next = grid_.neighbour(TileId{index}, port);
  if (!next) return;
  const auto there = static_cast<std::uint32_t>(*next);
  const bool is_between_chips = grid_.is_between_chips(TileId{index}, port);
  const LinkSpec& link = is_between_chips ? chip_.chip_link : chip_.link;
  const ChannelTiming timing = {.depth = chip_.router.input_queue_packets,
                                .latency = link.latency_cycles + link.cycles_per_packet - 1,
                                .credit_latency = link.latency_cycles,
                                .lookup = chip_.router.pipeline_cycles};
  for (std::uint32_t channel = 0; channel < chip_.router.virtual_channels; ++channel) {
    Channel& queue = new_channel(timing, blocks_.router(index), blocks_.router(there));
    queue.describe(PacketMove::Hop, TileId{index}, port);
    tiles_[index]->router.connect_output(port, queue, channel);
    tiles_[there]->router.connect_input(opposite(port), queue, channel);
  }
  tiles_[index]->router.describe_link(
      port,
      {.timing = link,
       .is_between_chips = is_between_chips,
       .crosses_dateline = grid_.crosses_dateline(TileId{index}, port),
       .has_detour = grid_.detour(TileId{index}, port).has_value()});
}

void Fabric::trace(PacketTrace& trace) {
  for (Channel& channel : channels_) channel.trace(trace);
  for (const auto& tile : tiles_) tile->router.trace(trace);
}

bool Fabric::quiet(Cycle now) const {
  return std::all_of(
      tiles_.begin(), tiles_.end(), [&](const auto& tile) { return tile->quiet(now); });
}

std::uint64_t Fabric::clear() {
  std::uint64_t cycles = 0;
  for (const auto& tile : tiles_) {
    tile->router.clear();
    for (const auto& core : tile->cores) cycles = std::max(cycles, core->clear());
    if (tile->memory) tile->memory->clear();
    if (tile->io) tile->io->clear();
  }
  return cycles;
}

void Fabric::give_up(EventSink& sink) const {
  for (const auto& tile : tiles_) {
    const TileId id{tile->index};
    tile->router.for_each_in_flight([&](const Packet& packet, Port arrival, auto outputs) {
      if (outputs)
        sink.lost_copies(id, *outputs, packet, EventCause::Late);
      else
        sink.lost_before(id, arrival, packet, EventCause::Late);
    });
    for (std::uint32_t slot = 0; slot < tile->cores.size(); ++slot)
      tile->cores[slot]->give_up([&](const Packet& packet) {
        sink.lost_before(id, core_port(slot), packet, EventCause::Late);
      });
    if (tile->io)
      tile->io->for_each_waiting(
          [&](const Packet& packet) { sink.lost_before(id, Port::Io, packet, EventCause::Late); });
  }
}

void Fabric::declare(Statistics& statistics) const {
  for (const auto& tile : tiles_)
    tile->declare(StatScope(statistics, "tile." + std::to_string(tile->index)));
}

CopyBalance Fabric::balance() const {
  CopyBalance sum;
  for (const auto& tile : tiles_) sum += tile->router.balance();
  return sum;
}

BlockedActivity Fabric::blocked_activity() const {
  BlockedActivity sum;
  for (const auto& tile : tiles_) sum += tile->router.blocked_activity();
  return sum;
}

std::optional<Fabric::QueuePlace> Fabric::blocked_by(QueuePlace place, Cycle now) const {
  const auto next = tiles_[place.tile]->router.waits_for(place.port, place.channel, now);
  if (!next) return std::nullopt;
  const TileId there = *grid_.neighbour(TileId{place.tile}, next->link);
  return QueuePlace{static_cast<std::uint32_t>(there), opposite(next->link), next->channel};
}

std::optional<Fabric::QueuePlace> Fabric::any_blocked(Cycle now) const {
  for (std::uint32_t tile = 0; tile < tiles_.size(); ++tile)
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      for (std::uint32_t channel = 0; channel < chip_.router.virtual_channels; ++channel)
        if (const QueuePlace place{tile, static_cast<Port>(link), channel}; blocked_by(place, now))
          return place;
  return std::nullopt;
}

std::string Fabric::shown(QueuePlace place) const {
  const auto [x, y] = chip_.position_of(TileId{place.tile});
  const std::string channel =
      chip_.router.virtual_channels == 1 ? "" : " channel " + std::to_string(place.channel);
  return "tile (" + std::to_string(x) + "," + std::to_string(y) + ") " + name_of(place.port) +
         channel;
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
