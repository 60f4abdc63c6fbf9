#pragma once
// The cores' clock beside the routers'. Edges of both are aligned at cycle 0; core cycle i lies in
// the first router cycle that does not begin before it: ceil(i * router / core).

#include "models/chip/chip.hpp"
#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

class CoreClock {
 public:
  CoreClock() = default;
  explicit CoreClock(ClockRatio ratio)
      : core_(ratio.core), router_(ratio.router), is_one_(ratio.core == ratio.router) {}

  /// The router cycle in which this core cycle lies; kNever for kNever.
  Cycle router_cycle(Cycle core_cycle) const {
    if (is_one_ || core_cycle == kNever) return core_cycle;
    return (core_cycle * router_ + core_ - 1) / core_;
  }
  /// The first core cycle that lies in this router cycle or a later one.
  Cycle first_at(Cycle router_cycle) const {
    if (is_one_ || router_cycle == kNever || router_cycle == 0) return router_cycle;
    return (router_cycle - 1) * core_ / router_ + 1;
  }

 private:
  std::uint64_t core_ = 1, router_ = 1;
  bool is_one_ = true;
};

}  // namespace spikeloom::chip_sim
