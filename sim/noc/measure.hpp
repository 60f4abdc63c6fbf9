#pragma once
// Latency and throughput of a chip's network under synthetic traffic.

#include <functional>

#include "sim/noc/traffic.hpp"

namespace spikeloom::noc {

/// Cycles of a run. Traffic goes on through all of them; packets created while it measures count.
struct Phases {
  std::uint32_t warm_up = 5'000;
  std::uint32_t measured = 30'000;
  std::uint32_t drain = 10'000;  ///< at most, until every packet that counts has arrived
};

/// A packet's latency: from the cycle of its creation, waiting at its source included, to the one
/// in which it is in the core's input queue. A multicast packet has one per copy.
struct Point {
  Pattern pattern;
  double offered = 0;   ///< packets per node and cycle, as asked for
  double accepted = 0;  ///< the same, taken by cores while it measured, copies over copies
  /// Of the packets that arrived; those of an unstable network have no bound. 0 without packets.
  double latency_mean = 0, latency_p95 = 0;
  std::uint64_t packets = 0;        ///< copies whose latency was measured
  std::uint64_t router_cycles = 0;  ///< routers times cycles simulated
  /// All of them arrived before the end, and while it measured the packets on their way did not
  /// become more by over 0.5% of those created nor by over one per node.
  bool stable = false;
};

/// Told now and then how much of a run is done, 0 to 1.
using Watch = std::function<void(double fraction)>;

/// Throws InputError if the pattern is not defined on the chip, or the chip has too many tiles or
/// too small tables for it.
void check_measurable(const Chip& chip, Pattern pattern, double offered);

/// One run of the pattern at one rate. Throws as check_measurable does.
Point measure(const Chip& chip,
              Pattern pattern,
              double offered,
              Seed seed,
              const Phases& phases = {},
              const Watch& watch = {});

/// Latency of a lone packet that crosses `links` links: 2 + P + h (L + S - 1 + P) + 1
/// (docs/concepts/network_on_chip.md).
std::uint64_t zero_load_latency(const Chip& chip, std::uint32_t links);

}  // namespace spikeloom::noc
