#include "sim/chip/output_port.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

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
