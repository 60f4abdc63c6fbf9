#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

void Channel::send(const Packet& packet, Cycle now) {
  slots_[tail_] = {packet, now + timing_.latency, kNever};
  tail_ = after(tail_);
  ++held_;
  starved_ = false;
  barrier_.add_packets(1);
  agenda_.wake(receiver_, now + timing_.latency + timing_.lookup);
}

void Channel::pop(Cycle now) {
  measure(now);
  slots_[head_].arrival = kNever;
  slots_[head_].credit = now + timing_.credit_latency;
  head_ = after(head_);
  --held_;
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
  starved_ = false;
}

}  // namespace spikeloom::chip_sim
