#pragma once
// What packets do, one by one. Observation: it changes nothing, and costs nothing where nobody
// listens.

#include <functional>
#include <vector>

#include "models/chip/topology.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom {

enum class PacketMove : std::uint8_t {
  Inject,   ///< sent to its first router by a core or a port of the chip
  Hop,      ///< sent over a link
  Deliver,  ///< sent into a core's input queue
  Drop,     ///< a copy is lost
  Leave     ///< out of the chip by one of its ports
};
const char* name_of(PacketMove move);  ///< "inject", "hop", "deliver", "drop", "leave"

/// A copy of a packet moves in a cycle of the routers. `port`: of the tile's router, by which it
/// comes in (Inject) or goes out.
struct PacketMoved {
  chip_sim::Cycle cycle;
  PacketMove move;
  std::uint32_t key, payload;
  TileId tile;
  Port port;
};
using PacketListener = std::function<void(const PacketMoved&)>;

namespace chip_sim {

/// Collects the moves of a cycle, which blocks tell in any order, and passes them on by tile, port,
/// move and key.
class PacketTrace {
 public:
  explicit PacketTrace(PacketListener listener) : listener_(std::move(listener)) {}

  void add(PacketMove move, const Packet& packet, TileId tile, Port port) {
    moves_.push_back({0, move, packet.key, packet.payload, tile, port});
  }
  /// The cycle `now` is over.
  void close(Cycle now);

 private:
  PacketListener listener_;
  std::vector<PacketMoved> moves_;
};

}  // namespace chip_sim
}  // namespace spikeloom
