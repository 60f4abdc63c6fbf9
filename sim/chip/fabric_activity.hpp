#pragma once
// What routers and links did, since construction.

#include <cstdint>

namespace spikeloom {

struct LinkActivity {
  std::uint64_t packets = 0;
  std::uint64_t busy_cycles = 0;     ///< serialization
  std::uint64_t starved_cycles = 0;  ///< a copy wanted it and had no credit
  std::uint64_t detoured = 0;        ///< copies that went around it
  std::uint64_t dropped = 0;         ///< copies that gave it up
  LinkActivity& operator+=(const LinkActivity& other) {
    packets += other.packets;
    busy_cycles += other.busy_cycles;
    starved_cycles += other.starved_cycles;
    detoured += other.detoured;
    dropped += other.dropped;
    return *this;
  }
};

/// Copies that waited too long.
struct BlockedActivity {
  std::uint64_t detoured = 0;    ///< went the emergency way
  std::uint64_t dropped = 0;     ///< gave up their output
  std::uint64_t reinjected = 0;  ///< sent again from a dropped-packet register
  std::uint64_t lost = 0;        ///< of those dropped: gone for good
  BlockedActivity& operator+=(const BlockedActivity& other) {
    detoured += other.detoured;
    dropped += other.dropped;
    reinjected += other.reinjected;
    lost += other.lost;
    return *this;
  }
};

/// Copies of packets. What was sent and forked is delivered, lost or in flight, in every cycle.
struct CopyBalance {
  std::uint64_t sent = 0;       ///< packets that cores and io put into routers
  std::uint64_t forked = 0;     ///< copies beyond a packet's first
  std::uint64_t delivered = 0;  ///< to cores and io
  std::uint64_t lost = 0;       ///< gone for good, those without an output included
  std::uint64_t in_flight = 0;  ///< in links, queues and registers
  CopyBalance& operator+=(const CopyBalance& other) {
    sent += other.sent;
    forked += other.forked;
    delivered += other.delivered;
    lost += other.lost;
    in_flight += other.in_flight;
    return *this;
  }
  bool is_even() const { return sent + forked == delivered + lost + in_flight; }
};

}  // namespace spikeloom
