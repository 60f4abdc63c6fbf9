#pragma once
// What travels on the chip. Key, payload and the way it is on are hardware; the rest is the
// simulator's observation.

#include <cstdint>
#include <limits>

namespace spikeloom::chip_sim {

/// Chip clock cycles since construction.
using Cycle = std::uint64_t;
/// A cycle that does not come.
constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

/// Where a packet is on its way around a blocked link.
enum class Detour : std::uint8_t { None, FirstLeg, SecondLeg };

struct Packet {
  static constexpr std::uint32_t kStepMask = 0x7FFFFFFFU;

  std::uint32_t key = 0;
  std::uint32_t hops = 0;         ///< links crossed so far
  Cycle injected = 0;             ///< cycle in which it entered a router's Core or Io queue
  std::uint32_t payload = 0;      ///< hardware: how many spikes it stands for; 0: no payload, one
  std::uint32_t step : 31 = 0;    ///< the sender's own
  std::uint32_t overrun : 1 = 0;  ///< the sender lagged behind the steps of the chip
  Detour detour = Detour::None;   ///< hardware: how it crossed its last link
  std::uint8_t channel = 0;       ///< hardware: virtual channel of its last link
};

}  // namespace spikeloom::chip_sim
