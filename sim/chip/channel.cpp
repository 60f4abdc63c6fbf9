#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

// The queue only grows between pops, so its fullest moments are the cycles in which it is popped.
void Channel::measure(Cycle now) {
  std::uint64_t arrived = 0;
  for (std::uint32_t slot = head_; arrived < held_ && slots_[slot].since <= now; slot = after(slot))
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
