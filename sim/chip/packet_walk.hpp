#pragma once
// Where packets would have gone: the rest of their way through the tables, without time.

#include <vector>

#include "models/chip/grid.hpp"
#include "models/mapping/mapping.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

class PacketWalk {
 public:
  /// `mapping` outlives it.
  PacketWalk(const Chip& chip, const Mapping& mapping);

  /// The cores that copies of `packet`, as it came to the router of `tile`, reach if they leave it
  /// by `outputs` (mask over Port). A way that comes by the same port twice is followed once.
  std::vector<CoreId> from_outputs(TileId tile, std::uint32_t outputs, const Packet& packet) const;
  /// Those that `packet` reaches, which comes to the router of `tile` by `port`.
  std::vector<CoreId> from_input(TileId tile, Port port, const Packet& packet) const;

 private:
  struct Arrival {
    TileId tile;
    Port port;
    Detour detour;
    bool operator==(const Arrival&) const = default;
  };
  struct Walk {
    std::uint32_t key;
    std::vector<Arrival> seen, open;
    std::vector<CoreId> reached;
  };

  std::uint32_t route_of(const Arrival& arrival, std::uint32_t key) const;
  void leave(Walk& walk, TileId tile, std::uint32_t outputs, Detour detour) const;
  void finish(Walk& walk) const;

  const Mapping& mapping_;
  Grid grid_;
  IdVector<TileId, std::vector<std::uint32_t>> core_at_;  // per slot: CoreId + 1, 0: none
};

}  // namespace spikeloom::chip_sim
