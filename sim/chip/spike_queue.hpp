#pragma once
// The output queue of a core: packets that left the update pipeline and wait for the router. All
// cycles are the core's: sent in t, at its head in t + 1; popped in t, its place is free in t + 1.

#include <vector>

#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

class SpikeQueue {
 public:
  explicit SpikeQueue(std::uint32_t depth) : slots_(depth) {}

  bool can_send(Cycle now) const { return slots_[tail_].free_at <= now; }
  /// When the next place is free, or kNever if the queue must be popped first.
  Cycle await_credit() const { return slots_[tail_].free_at; }
  void send(const Packet& packet, Cycle now) {
    slots_[tail_] = {packet, now + 1, kNever};
    tail_ = after(tail_);
    ++held_;
  }
  /// The cycle from which the packet at the head may leave, or kNever without one.
  Cycle eligible_at() const { return slots_[head_].visible_at; }
  const Packet& head() const { return slots_[head_].packet; }
  void pop(Cycle now) {
    slots_[head_].visible_at = kNever;
    slots_[head_].free_at = now + 1;
    head_ = after(head_);
    if (--held_ == 0) empty_from_ = now + 1;
  }
  bool empty() const { return held_ == 0; }
  /// Empty, and since when; only while empty.
  Cycle empty_from() const { return empty_from_; }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t i = 0, slot = head_; i < held_; ++i, slot = after(slot))
      visit(slots_[slot].packet);
  }
  void clear() {
    slots_.assign(slots_.size(), Slot{});
    head_ = tail_ = held_ = 0;
    empty_from_ = 0;
  }

 private:
  struct Slot {
    Packet packet;
    Cycle visible_at = kNever;
    Cycle free_at = 0;
  };
  std::uint32_t after(std::uint32_t slot) const { return slot + 1 == slots_.size() ? 0 : slot + 1; }

  std::vector<Slot> slots_;
  std::uint32_t head_ = 0, tail_ = 0, held_ = 0;
  Cycle empty_from_ = 0;
};

}  // namespace spikeloom::chip_sim
