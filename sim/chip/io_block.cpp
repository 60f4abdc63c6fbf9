#include "sim/chip/io_block.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

void IoBlock::declare(StatScope scope) const {
  scope.declare("injected", Unit::Packet, "input packets sent into the chip", injected_);
}

void IoBlock::release(const std::vector<InputSpikes>& spikes, Cycle now) {
  spikes_.erase(spikes_.begin(), spikes_.begin() + static_cast<std::ptrdiff_t>(next_));
  spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
  next_ = 0;
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
    if (--input.count == 0) ++next_;
  }
  if (next_ == spikes_.size()) return;
  const Cycle earliest = std::max({free_at_, output_->await_credit(), now + 1});
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

void IoBlock::clear() {
  spikes_.clear();
  next_ = 0;
  free_at_ = 0;
}

}  // namespace spikeloom::chip_sim
