#include "sim/chip/output_port.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

// Requests change in evaluated cycles only, so the cycles between are counted here at once.
void OutputPort::count_starved(Lane& lane, Cycle now) {
  if (lane.queue == nullptr) return;
  const Cycle until = std::min(lane.queue->credit_at(), now + 1);
  if (until > lane.wanted_since) lane.starved.add(until - lane.wanted_since);
  lane.wanted_since = now + 1;
}

void OutputPort::withdraw(std::uint32_t input, std::uint32_t channel, Cycle now) {
  Lane& lane = lanes_[channel];
  count_starved(lane, now);
  lane.wanted_by &= ~(InputMask{1} << input);
}

void OutputPort::send(const Packet& packet, std::uint32_t input, Cycle now) {
  const std::uint32_t payload_cycles = packet.payload == 0 ? 0 : payload_cycles_;
  if (Channel* const queue = lanes_[packet.channel].queue; queue != nullptr)
    queue->send(packet, now, payload_cycles);
  free_at_ = now + std::max(interval_, cycles_ + payload_cycles);
  pointer_ = input + 1;
  sent_.add();
  busy_.add(cycles_ + payload_cycles);
}

Cycle OutputPort::next_chance(std::uint32_t channel, Cycle now) {
  Channel* const queue = lanes_[channel].queue;
  return std::max({queue == nullptr ? 0 : queue->await_credit(), free_at_, now + 1});
}

Cycle OutputPort::next_chance(Cycle now) {
  Cycle earliest = kNever;
  for (std::uint32_t channel = 0; channel < kMostChannels; ++channel)
    if (lanes_[channel].wanted_by != 0) earliest = std::min(earliest, next_chance(channel, now));
  return earliest;
}

void OutputPort::clear() {
  free_at_ = pointer_ = 0;
  for (Lane& lane : lanes_) lane.wanted_by = 0;
}

LinkActivity OutputPort::activity() const {
  return {sent_.value(),
          busy_.value(),
          lanes_[0].starved.value() + lanes_[1].starved.value(),
          detoured_.value(),
          dropped_.value()};
}

void OutputPort::declare(StatScope scope) const {
  scope.declare("packets", Unit::Packet, "packets sent", sent_);
  scope.declare("busy", Unit::Cycle, "cycles of serialization", busy_);
  for (std::uint32_t channel = 0; channel < channels(); ++channel)
    scope.declare(channel == 0 ? "starved" : "starved_channel1",
                  Unit::Cycle,
                  "cycles in which a copy wanted it and had no credit",
                  lanes_[channel].starved);
  scope.declare("detoured", Unit::Packet, "copies that went around it", detoured_);
  scope.declare("dropped", Unit::Packet, "copies that gave it up", dropped_);
}

}  // namespace spikeloom::chip_sim
