#pragma once
// A link and the queue at its end, with credits: the only thing two blocks share.
//
// A packet sent in cycle t is in the queue in cycle t + latency. A packet popped in cycle t gives
// its credit back to the sender in cycle t + credit_latency. All latencies are at least 1, so what
// happens in a cycle is never seen in the same cycle, in whatever order blocks are evaluated.
// Virtual channels of a link are channels of their own; their sender sees to it that they share it.

#include <vector>

#include "models/base/statistics.hpp"
#include "sim/chip/agenda.hpp"
#include "sim/chip/barrier.hpp"
#include "sim/chip/core_clock.hpp"
#include "sim/chip/packet_trace.hpp"
#include "sim/chip/row_search.hpp"

namespace spikeloom::chip_sim {

struct ChannelTiming {
  std::uint32_t depth = 1;           ///< packets of the queue, and credits of the sender
  std::uint32_t latency = 1;         ///< sent to in the queue
  std::uint32_t credit_latency = 1;  ///< popped to credit back
  std::uint32_t lookup = 0;          ///< in the queue to eligible at its head, receiver's cycles
  CoreClock receiver{};              ///< the receiver's clock, if it is not the routers'
};

/// A receiver that waits for nothing but its own queue: when it takes a packet follows from what it
/// took before. It does so when asked, whatever the present cycle is.
class ForeseenReceiver {
 public:
  /// Pops the head in the cycle in which the packet is taken.
  virtual void take_head() = 0;

 protected:
  ~ForeseenReceiver() = default;
};

/// One sender, one receiver. Sending and popping belong to the commit phase.
class Channel {
 public:
  Channel(const ChannelTiming& timing,
          BlockId sender,
          BlockId receiver,
          Agenda& agenda,
          Barrier& barrier)
      : timing_(timing),
        sender_(sender),
        receiver_(receiver),
        agenda_(agenda),
        barrier_(barrier),
        slots_(timing.depth) {}

  // ---- the sender's side ----
  /// The sender holds a credit.
  bool can_send(Cycle now) const { return credit_at_ <= now; }
  /// When the next credit is there, or kNever if the queue must be popped first. Asking for it
  /// makes that pop wake the sender.
  Cycle await_credit() {
    starved_ = credit_at_ == kNever;
    return credit_at_;
  }
  /// When a credit is there, kNever if the queue must be popped first.
  Cycle credit_at() const { return credit_at_; }
  /// It arrives `delay` cycles later than the latency says.
  void send(const Packet& packet, Cycle now, std::uint32_t delay = 0);
  /// What it means to send here, for whoever traces packets; and who does.
  void describe(PacketMove move, TileId tile, Port port) { sends_ = {move, tile, port}; }
  void trace(PacketTrace& trace) { trace_ = &trace; }

  // ---- the receiver's side ----
  /// The receiver's valid line: `bit` of `mask` is set while anything is in link or queue.
  void connect_valid(std::uint64_t& mask, std::uint64_t bit) {
    valid_mask_ = &mask;
    valid_bit_ = bit;
  }
  /// The search that runs beside the queue, told of every packet.
  void connect_search(RowSearch& search) { search_ = &search; }
  /// From now on the receiver is never woken. It is asked to take the head when the sender must
  /// know its credit, and takes the rest at the end of a step; until then the barrier is not told
  /// of what it has not taken.
  void foresee(ForeseenReceiver& receiver) { foreseen_ = &receiver; }
  /// The receiver's cycle from which the packet at the head has been looked up, or kNever without
  /// one. All other cycles are the routers'.
  Cycle eligible_at() const { return eligible_at_; }
  /// The cycle from which the packet at the head is in the queue.
  Cycle arrived_at() const { return slots_[head_].since; }
  const Packet& head() const { return slots_[head_].packet; }
  /// The row that the search found for the packet at the head, or RowSearch::kNoRow.
  std::uint32_t found() const { return slots_[head_].found; }
  void pop(Cycle now);
  /// Pops all that is in the queue, each after visit(packet).
  template <typename Visit>
  void flush(Cycle now, Visit visit) {
    for (; held_ > 0 && slots_[head_].since <= now; pop(now)) visit(slots_[head_].packet);
  }
  /// Visits what is in link and queue, the head first.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t i = 0, slot = head_; i < held_; ++i, slot = after(slot))
      visit(slots_[slot].packet);
  }

  /// Nothing in the link and nothing in the queue.
  bool empty() const { return held_ == 0; }
  std::uint32_t held() const { return held_; }  ///< packets in link and queue
  /// Empties it and gives every credit back.
  void clear();
  /// Most packets that were in the queue in any cycle.
  const Counter& high_water() const { return high_water_; }
  /// Packets sent into it.
  const Counter& sent() const { return sent_; }
  /// Sum over the packets popped of the cycles they were in the queue.
  const Counter& packet_cycles() const { return packet_cycles_; }

 private:
  struct Slot {
    Packet packet;
    Cycle since = 0;  // held: in the queue from this cycle on; else: free, as the sender sees it
    std::uint32_t found = RowSearch::kNoRow;
  };

  /// The registers that both sides read in every cycle follow head and tail.
  void latch() {
    eligible_at_ = held_ == 0 ? kNever : eligible_from(slots_[head_].since);
    credit_at_ = held_ == timing_.depth ? kNever : slots_[tail_].since;
  }
  Cycle eligible_from(Cycle arrival) const {
    return timing_.receiver.first_at(arrival) + timing_.lookup;
  }
  std::uint32_t after(std::uint32_t slot) const { return slot + 1 == timing_.depth ? 0 : slot + 1; }
  void measure(Cycle now);

  Cycle eligible_at_ = kNever;  // of the packet at the head
  Cycle credit_at_ = 0;         // of the slot at the tail
  ChannelTiming timing_;
  BlockId sender_, receiver_;
  Agenda& agenda_;
  Barrier& barrier_;
  RowSearch* search_ = nullptr;
  ForeseenReceiver* foreseen_ = nullptr;
  std::uint64_t* valid_mask_ = nullptr;
  std::uint64_t valid_bit_ = 0;
  struct Sends {
    PacketMove move;
    TileId tile;
    Port port;
  };
  Sends sends_{};
  PacketTrace* trace_ = nullptr;
  std::vector<Slot> slots_;
  std::uint32_t head_ = 0, tail_ = 0;
  std::uint32_t held_ = 0;  // packets in link and queue
  bool starved_ = false;    // the sender sleeps until a credit comes back
  Counter sent_, high_water_, packet_cycles_;
};

inline void Channel::send(const Packet& packet, Cycle now, std::uint32_t delay) {
  if (trace_ != nullptr) trace_->add(sends_.move, packet, sends_.tile, sends_.port);
  Slot& slot = slots_[tail_];
  slot.packet = packet;
  slot.since = now + timing_.latency + delay;
  if (search_ != nullptr) slot.found = search_->begin(packet.key);
  tail_ = after(tail_);
  ++held_;
  latch();
  sent_.add();
  if (valid_mask_ != nullptr) *valid_mask_ |= valid_bit_;
  starved_ = false;
  if (foreseen_ != nullptr) {
    if (credit_at_ == kNever) foreseen_->take_head();
    return;
  }
  barrier_.add_packets(1);
  agenda_.wake(receiver_, timing_.receiver.router_cycle(eligible_from(slot.since)));
}

inline void Channel::pop(Cycle now) {
  if (held_ > high_water_.value()) measure(now);
  packet_cycles_.add(now + 1 - slots_[head_].since);
  slots_[head_].since = now + timing_.credit_latency;
  head_ = after(head_);
  --held_;
  latch();
  if (held_ == 0 && valid_mask_ != nullptr) *valid_mask_ &= ~valid_bit_;
  if (foreseen_ != nullptr) return barrier_.stay_busy_until(now + 1);
  barrier_.remove_packet(now);
  if (starved_) agenda_.wake(sender_, now + timing_.credit_latency);
}

}  // namespace spikeloom::chip_sim
