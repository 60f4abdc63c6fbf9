#pragma once
// Observation of packets that do not arrive as they should, and of cores that lag behind. It
// changes nothing on the chip. Blocks call it while they commit, in any order.

#include "models/mapping/mapping.hpp"
#include "models/network/event_log.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

class Core;

class EventSink {
 public:
  virtual ~EventSink() = default;

  // ---- cores ----
  /// `core` books the packet in its own step `step`, which is not the sender's.
  virtual void booked(const CoreImage& core, const Packet& packet, std::uint64_t step) = 0;
  /// The packet came as far as `core`, which never booked it.
  virtual void lost(const CoreImage& core, const Packet& packet, EventCause cause) = 0;
  /// The core has begun `step`; its states and spikes are those of that step.
  virtual void began(const Core& core, std::uint64_t step) = 0;
  /// The core was still busy when the tick of the next step came.
  virtual void overran(const CoreImage& core) = 0;

  // ---- routers and io ----
  /// Copies that were to leave the router of `tile` by these outputs (mask over Port) are lost.
  virtual void lost_copies(TileId tile,
                           std::uint32_t outputs,
                           const Packet& packet,
                           EventCause cause) = 0;
  /// The packet came, or was on its way, to input `port` of the router of `tile`, which never
  /// looked it up.
  virtual void lost_before(TileId tile, Port port, const Packet& packet, EventCause cause) = 0;
};

}  // namespace spikeloom::chip_sim
