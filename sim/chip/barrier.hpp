#pragma once
// The end of a step. Hardware samples `quiet` of all blocks into an AND tree; the model gets the
// same cycle from two numbers that do not depend on the order in which blocks report.

#include <algorithm>

#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

/// Counts what is not quiet: packets in queues, links and engines, and cycles blocks stay busy.
class Barrier {
 public:
  /// A new step, or the clearing of state, begins in `release`.
  void open(Cycle release) { busy_until_ = release; }

  void add_packets(std::uint64_t count) { packets_ += count; }
  /// A packet is counted somewhere else from now on.
  void remove_packet() { --packets_; }
  /// A packet left its queue (or engine) in cycle `now`; the place is empty from the next one on.
  void remove_packet(Cycle now) {
    --packets_;
    stay_busy_until(now + 1);
  }
  /// All blocks are cleared.
  void forget_packets() { packets_ = 0; }
  /// Some block is quiet from `cycle` on, not before.
  void stay_busy_until(Cycle cycle) { busy_until_ = std::max(busy_until_, cycle); }

  /// With no packet left nothing new can start, so the first quiet cycle is known.
  bool is_settled() const { return packets_ == 0; }
  /// The first cycle in which every block is quiet. Only once settled.
  Cycle quiet_from() const { return busy_until_; }
  std::uint64_t packets() const { return packets_; }

 private:
  std::uint64_t packets_ = 0;
  Cycle busy_until_ = 0;
};

}  // namespace spikeloom::chip_sim
