#pragma once
// A router's dropped-packet register: packets that gave up some outputs wait here, first in, first
// out, before they ask for exactly those again.

#include <deque>

#include "models/chip/chip.hpp"
#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

class DropRegister {
 public:
  /// What is kept beside a packet.
  struct Claim {
    std::uint32_t outputs;  ///< mask: those given up
    Port arrival;           ///< where it came from as far as routes go
  };

  DropRegister(const ReinjectionSpec& spec, BlockId router, Agenda& agenda, Barrier& barrier)
      : queue_({.depth = spec.register_packets, .lookup = spec.cycles - 1},
               router,
               router,
               agenda,
               barrier) {}

  /// Its packets, as an input of the router.
  Channel& queue() { return queue_; }
  const Channel& queue() const { return queue_; }
  bool has_place(Cycle now) const { return queue_.can_send(now); }
  /// There is a place, or one is given free in this cycle. Eligible `cycles` after `now`.
  void keep(const Packet& packet, const Claim& claim, Cycle now) {
    queue_.send(packet, now);
    claims_.push_back(claim);
  }
  const Claim& head() const { return claims_.front(); }
  void pop(Cycle now) {
    queue_.pop(now);
    claims_.pop_front();
  }
  void clear() {
    queue_.clear();
    claims_.clear();
  }
  const std::deque<Claim>& claims() const { return claims_; }

 private:
  Channel queue_;
  std::deque<Claim> claims_;
};

}  // namespace spikeloom::chip_sim
