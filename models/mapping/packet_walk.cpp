#include "models/mapping/packet_walk.hpp"

#include <fmt/format.h>

#include <bit>
#include <utility>

#include "models/base/error.hpp"
#include "models/mapping/deadlock.hpp"

namespace spikeloom {
namespace {

/// The entry that takes `cube` first: its index, or a bit to split the cube at, or neither.
struct Match {
  std::optional<std::uint32_t> entry;
  std::uint32_t split_bit = 0;
};

template <typename Entry>
Match first_match(const std::vector<Entry>& entries, KeyCube cube) {
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const KeyCube entry{entries[i].key, entries[i].mask};
    if (!intersects(entry, cube)) continue;
    if (covers(entry, cube)) return {i, 0};
    const std::uint32_t undecided = entry.mask & ~cube.mask;
    return {std::nullopt, undecided & (~undecided + 1)};
  }
  return {};
}

}  // namespace

std::uint32_t key_block(std::uint32_t size) { return size <= 1 ? 1 : std::bit_ceil(size); }

std::vector<PacketSource> packet_sources(const Mapping& mapping, const Chip& chip) {
  std::vector<PacketSource> sources;
  for (const CoreId id : ids_of(mapping.cores)) {
    const CoreImage& core = mapping.cores[id];
    sources.push_back({fmt::format("/cores/{}", index_of(id)),
                       core.tile,
                       core_port(core.slot),
                       core.key_base,
                       core.neurons(),
                       &core.sends});
  }
  for (std::size_t i = 0; i < mapping.inputs.size(); ++i) {
    const InputImage& input = mapping.inputs[i];
    sources.push_back({fmt::format("/inputs/{}", i),
                       chip.tile_at(chip.io.ports[input.port]),
                       Port::Io,
                       input.key_base,
                       input.size(),
                       nullptr});
  }
  return sources;
}

PacketWalker::PacketWalker(const Mapping& mapping, const Chip& chip, std::string file)
    : mapping_(mapping),
      chip_(chip),
      grid_(chip.topology),
      file_(std::move(file)),
      core_at_(chip.tile_count()),
      visited_(chip.tile_count()) {
  for (auto& cores : core_at_) cores.resize(chip.topology.cores_per_tile);
  for (const CoreId id : ids_of(mapping.cores)) {
    const CoreImage& core = mapping.cores[id];
    core_at_[core.tile][core.slot] = static_cast<std::uint32_t>(index_of(id)) + 1;
  }
}

void PacketWalker::walk(const PacketSource& source, const Visit& visit) {
  walk_cube(source, {source.key_base, ~(key_block(source.size) - 1)}, visit);
}

void PacketWalker::walk_cube(const PacketSource& source, KeyCube cube, const Visit& visit) {
  if (!sends_any(source, cube)) return;
  const std::uint32_t split_bit = follow(source, cube);
  if (split_bit == kNoSplit) return visit(cube, deliveries_);
  const std::uint32_t mask = cube.mask | split_bit;
  walk_cube(source, {cube.key, mask}, visit);
  walk_cube(source, {cube.key | split_bit, mask}, visit);
}

bool PacketWalker::sends_any(const PacketSource& source, KeyCube cube) const {
  for (std::uint32_t n = 0; n < source.size; ++n)
    if (cube.contains(source.key_base | n) && source.is_sending(n)) return true;
  return false;
}

std::uint32_t PacketWalker::follow(const PacketSource& source, KeyCube cube) {
  ++walk_number_;
  hops_.clear();
  deliveries_.clear();
  open_.assign(1, {source.tile, source.port, 0});
  visited_[source.tile] = walk_number_;
  while (!open_.empty()) {
    const Arrival arrival = open_.back();
    open_.pop_back();
    if (const auto split_bit = pass_router(source, cube, arrival); split_bit != kNoSplit)
      return split_bit;
  }
  return kNoSplit;
}

std::uint32_t PacketWalker::pass_router(const PacketSource& source, KeyCube cube, Arrival arrival) {
  const auto& table = mapping_.tables[arrival.tile];
  const Match match = first_match(table, cube);
  if (match.split_bit != 0) return match.split_bit;
  const bool from_link = is_link(arrival.port);
  if (!match.entry && !from_link)
    fail(source, cube, "has no routing entry at " + place_of(arrival.tile) + ", where it enters");
  const std::uint32_t route =
      match.entry ? table[*match.entry].route : bit_of(opposite(arrival.port));
  for (std::uint32_t link = 0; link < kLinkCount; ++link)
    if ((route >> link & 1U) != 0) forward(source, cube, arrival, static_cast<Port>(link));
  if ((route & bit_of(Port::Io)) != 0) {
    if (!chip_.has_io(arrival.tile))
      fail(source, cube, "leaves by the io port of " + place_of(arrival.tile) + ", which has none");
    deliveries_.push_back({.to_io = true});
  }
  return deliver_all(source, cube, arrival.tile, route);
}

std::uint32_t PacketWalker::deliver_all(const PacketSource& source,
                                        KeyCube cube,
                                        TileId tile,
                                        std::uint32_t route) {
  for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot) {
    if ((route & bit_of(core_port(slot))) == 0) continue;
    const std::uint32_t split_bit = deliver(source, cube, tile, slot);
    if (split_bit != kNoSplit) return split_bit;
  }
  return kNoSplit;
}

void PacketWalker::forward(const PacketSource& source, KeyCube cube, Arrival arrival, Port link) {
  const TileId tile = arrival.tile;
  const std::optional<TileId> next = grid_.neighbour(tile, link);
  if (!next) fail(source, cube, "leaves the grid at " + place_of(tile));
  if (visited_[*next] == walk_number_)
    fail(source, cube, "comes to " + place_of(*next) + " more than once");
  visited_[*next] = walk_number_;
  hops_.push_back({tile, arrival.port, arrival.channel, link});
  open_.push_back({*next,
                   opposite(link),
                   channel_after(chip_, grid_, tile, arrival.port, arrival.channel, link)});
}

std::uint32_t PacketWalker::deliver(const PacketSource& source,
                                    KeyCube cube,
                                    TileId tile,
                                    std::uint32_t slot) {
  if (core_at_[tile][slot] == 0)
    fail(source, cube, "is delivered to " + place_of(tile) + ", which has no core image");
  const CoreId core{core_at_[tile][slot] - 1};
  const Match match = first_match(mapping_.cores[core].axons, cube);
  if (match.split_bit != 0) return match.split_bit;
  if (!match.entry)
    fail(source, cube, "is delivered to " + place_of(tile) + ", whose core does not know it");
  deliveries_.push_back({.to_io = false, .core = core, .axon = *match.entry});
  return kNoSplit;
}

void PacketWalker::fail(const PacketSource& source, KeyCube cube, const std::string& what) const {
  throw InputError(file_, source.place, fmt::format("key {:#010x} {}", cube.key, what));
}

std::string PacketWalker::place_of(TileId tile) const {
  const TilePosition at = chip_.position_of(tile);
  return fmt::format("tile ({}, {})", at.x, at.y);
}

}  // namespace spikeloom
