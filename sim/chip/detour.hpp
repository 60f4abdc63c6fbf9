#pragma once
// The way around a blocked link: the other two sides of the triangle on its left.

#include "models/chip/topology.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

/// The next link counterclockwise: the first leg around a blocked one, and, seen from where a leg
/// ends, the direction in which the way goes on.
constexpr Port next_link(Port link) { return static_cast<Port>((index_of(link) + 1) % kLinkCount); }
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
