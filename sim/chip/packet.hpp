#pragma once
// What travels on the chip. Only the key is hardware; the rest is the simulator's observation.

#include <cstdint>
#include <limits>

namespace spikeloom::chip_sim {

/// Chip clock cycles since construction.
using Cycle = std::uint64_t;
/// A cycle that does not come.
constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

struct Packet {
  static constexpr std::uint32_t kStepMask = 0x7FFFFFFFU;

  std::uint32_t key = 0;
  std::uint32_t hops = 0;         ///< links crossed so far
  Cycle injected = 0;             ///< cycle in which it entered a router's Core or Io queue
  std::uint32_t payload = 0;      ///< hardware: how many spikes it stands for; 0: no payload, one
  std::uint32_t step : 31 = 0;    ///< the sender's own
  std::uint32_t overrun : 1 = 0;  ///< the sender lagged behind the steps of the chip
};

}  // namespace spikeloom::chip_sim
