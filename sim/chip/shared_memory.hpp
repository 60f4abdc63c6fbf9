#pragma once
// The memory that the software cores of a tile share: one port, which serves one request at a time,
// in turn. Cores ask in the commit phase and are answered in the evaluation of a later router
// cycle, so the order in which they are evaluated does not matter.

#include <vector>

#include "models/base/statistics.hpp"
#include "sim/chip/core_clock.hpp"

namespace spikeloom::chip_sim {

class SharedMemory {
 public:
  SharedMemory(std::uint32_t cores, const ProcessorSpec& spec, const CoreClock& clock)
      : spec_(spec), clock_(clock), requests_(cores) {}
  void declare(StatScope scope) const;

  /// Core `slot` asks for `words` (1 or more) in router cycle `now`; it has no other request.
  void request(std::uint32_t slot, std::uint32_t words, Cycle now) {
    requests_[slot] = {words, now};
  }
  struct Turn {
    bool is_granted = false;
    Cycle ask_again = 0;  ///< a router cycle, if not granted
  };
  /// Whether the port takes the request of `slot` in router cycle `now`. Changes nothing.
  Turn turn_of(std::uint32_t slot, Cycle now) const;
  /// The port takes it. Returns the core cycle from which the row is in the core's own memory.
  Cycle grant(std::uint32_t slot, Cycle now);
  void clear();

 private:
  struct Request {
    std::uint32_t words = 0;  // 0: none
    Cycle made = 0;
  };
  bool is_waiting(std::uint32_t slot, Cycle now) const {
    return requests_[slot].words > 0 && requests_[slot].made < now;
  }
  Cycle transfer_cycles(std::uint32_t slot) const;

  const ProcessorSpec& spec_;
  CoreClock clock_;
  std::vector<Request> requests_;  // per core of the tile
  std::uint32_t pointer_ = 0;      // the core that is asked first
  Cycle free_at_ = 0;              // router cycle in which the port can serve
  Counter words_, waited_;
};

}  // namespace spikeloom::chip_sim
