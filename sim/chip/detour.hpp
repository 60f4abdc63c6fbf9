#pragma once
// A packet on the way around a blocked link, as Grid::detour() gives it: next_link() is the first
// leg around a link, and, seen from where a leg ends, the direction in which the way goes on.

#include "models/chip/grid.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

/// The link around which `first_leg` leads.
constexpr Port blocked_link(Port first_leg) {
  return static_cast<Port>((index_of(first_leg) + kLinkCount - 1) % kLinkCount);
}
/// The port by which a packet came as far as routes go: after the second leg, the blocked link's.
constexpr Port arrival_of(Port port, Detour detour) {
  return detour == Detour::SecondLeg ? next_link(port) : port;
}
/// How a packet crosses the link after one it crossed as `detour` says, if it makes no new detour.
constexpr Detour after(Detour detour) {
  return detour == Detour::FirstLeg ? Detour::SecondLeg : Detour::None;
}

}  // namespace spikeloom::chip_sim
