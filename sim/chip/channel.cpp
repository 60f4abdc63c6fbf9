#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

void Channel::send(const Packet& packet, Cycle now, std::uint32_t delay) {
  if (trace_ != nullptr) trace_->add(sends_.move, packet, sends_.tile, sends_.port);
  Slot& slot = slots_[tail_];
  slot.packet = packet;
  slot.arrival = now + timing_.latency + delay;
  slot.credit = kNever;
  if (search_ != nullptr) slot.found = search_->begin(packet.key);
  tail_ = after(tail_);
  latch();
  ++held_;
  sent_.add();
  if (valid_mask_ != nullptr) *valid_mask_ |= valid_bit_;
  starved_ = false;
  if (foreseen_ != nullptr) {
    if (credit_at_ == kNever) foreseen_->take_head();
    return;
  }
  barrier_.add_packets(1);
  agenda_.wake(receiver_, timing_.receiver.router_cycle(eligible_from(slot.arrival)));
}

void Channel::pop(Cycle now) {
  measure(now);
  packet_cycles_.add(now + 1 - slots_[head_].arrival);
  slots_[head_].arrival = kNever;
  slots_[head_].credit = now + timing_.credit_latency;
  head_ = after(head_);
  latch();
  if (--held_ == 0 && valid_mask_ != nullptr) *valid_mask_ &= ~valid_bit_;
  if (foreseen_ != nullptr) return barrier_.stay_busy_until(now + 1);
  barrier_.remove_packet(now);
  if (starved_) agenda_.wake(sender_, now + timing_.credit_latency);
}

// The queue only grows between pops, so its fullest moments are the cycles in which it is popped.
void Channel::measure(Cycle now) {
  if (held_ <= high_water_.value()) return;
  std::uint64_t arrived = 0;
  for (std::uint32_t slot = head_; arrived < held_ && slots_[slot].arrival <= now;
       slot = after(slot))
    ++arrived;
  high_water_.raise_to(arrived);
}

void Channel::clear() {
  for (Slot& slot : slots_) slot = Slot{};
  head_ = tail_ = held_ = 0;
  latch();
  if (valid_mask_ != nullptr) *valid_mask_ &= ~valid_bit_;
  starved_ = false;
}

}  // namespace spikeloom::chip_sim
