#include "sim/chip/packet_walk.hpp"

#include <algorithm>
#include <bit>

#include "sim/chip/detour.hpp"

namespace spikeloom::chip_sim {

PacketWalk::PacketWalk(const Chip& chip, const Mapping& mapping)
    : mapping_(mapping),
      grid_(chip.topology),
      core_at_(chip.tile_count(), std::vector<std::uint32_t>(chip.topology.cores_per_tile)) {
  for (const CoreId id : ids_of(mapping.cores))
    core_at_[mapping.cores[id].tile][mapping.cores[id].slot] =
        static_cast<std::uint32_t>(index_of(id)) + 1;
}

std::vector<CoreId> PacketWalk::from_outputs(TileId tile,
                                             std::uint32_t outputs,
                                             const Packet& packet) const {
  Walk walk{packet.key, {}, {}, {}};
  leave(walk, tile, outputs, packet.detour);
  finish(walk);
  return walk.reached;
}

std::vector<CoreId> PacketWalk::from_input(TileId tile, Port port, const Packet& packet) const {
  Walk walk{packet.key, {}, {{tile, port, packet.detour}}, {}};
  finish(walk);
  return walk.reached;
}

std::uint32_t PacketWalk::route_of(const Arrival& arrival, std::uint32_t key) const {
  if (arrival.detour == Detour::FirstLeg) return bit_of(next_link(arrival.port));
  for (const RouteEntry& entry : mapping_.tables[arrival.tile])
    if ((key & entry.mask) == entry.key) return entry.route;
  return is_link(arrival.port) ? bit_of(opposite(arrival_of(arrival.port, arrival.detour))) : 0;
}

void PacketWalk::leave(Walk& walk, TileId tile, std::uint32_t outputs, Detour detour) const {
  for (; outputs != 0; outputs &= outputs - 1) {
    const auto port = static_cast<Port>(std::countr_zero(outputs));
    if (is_core(port) && slot_of(port) < core_at_[tile].size()) {
      const std::uint32_t core = core_at_[tile][slot_of(port)];
      if (core != 0) walk.reached.push_back(CoreId{core - 1});
    }
    const auto next = is_link(port) ? grid_.neighbour(tile, port) : std::nullopt;
    if (next) walk.open.push_back({*next, opposite(port), after(detour)});
  }
}

void PacketWalk::finish(Walk& walk) const {
  while (!walk.open.empty()) {
    const Arrival arrival = walk.open.back();
    walk.open.pop_back();
    if (std::find(walk.seen.begin(), walk.seen.end(), arrival) != walk.seen.end()) continue;
    walk.seen.push_back(arrival);
    leave(walk, arrival.tile, route_of(arrival, walk.key), arrival.detour);
  }
}

}  // namespace spikeloom::chip_sim
