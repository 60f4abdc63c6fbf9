#include "sim/chip/io_block.hpp"

#include <algorithm>
#include <utility>

namespace spikeloom::chip_sim {

void IoBlock::declare(StatScope scope) const {
  scope.declare("injected", Unit::Packet, "input packets sent into the chip", injected_);
}

void IoBlock::release(const std::vector<InputSpikes>& spikes, Cycle now) {
  spikes_.erase(spikes_.begin(), spikes_.begin() + static_cast<std::ptrdiff_t>(first_));
  spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
  next_ -= std::exchange(first_, 0);
  std::uint64_t packets = 0;
  for (const InputSpikes& input : spikes) packets += input.count;
  barrier_.add_packets(packets);
  if (packets > 0) agenda_.wake(id_, std::max(now, free_at_));
}

void IoBlock::commit(Cycle now) {
  if (injects_) {
    injects_ = false;
    InputSpikes& input = spikes_[next_];
    Packet packet = input.packet();
    packet.injected = now + 1;
    output_->send(packet, now);
    barrier_.remove_packet(now);  // from here; the queue has counted it again
    free_at_ = now + cycles_per_packet_;
    ++actions_[Action::InputPacket];
    injected_.add();
    --input.count;
    advance();
  }
  if (next_ == spikes_.size()) return;
  const Cycle earliest = std::max({free_at_, output_->await_credit(), now + 1});
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

// Round robin takes one packet of each key of a step in turn; at the end of a turn those that are
// done leave the list.
void IoBlock::advance() {
  if (order_ == InputOrder::ByKey) {
    if (spikes_[next_].count == 0) first_ = ++next_;
    return;
  }
  const std::uint32_t step = spikes_[next_++].step;
  if (next_ < spikes_.size() && spikes_[next_].step == step) return;
  const auto begin = spikes_.begin() + static_cast<std::ptrdiff_t>(first_);
  spikes_.erase(std::remove_if(begin, spikes_.end(), [](const auto& s) { return s.count == 0; }),
                spikes_.end());
  next_ = first_;
}

void IoBlock::clear() {
  spikes_.clear();
  first_ = next_ = 0;
  free_at_ = 0;
}

}  // namespace spikeloom::chip_sim
