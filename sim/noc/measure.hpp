#pragma once
// Latency and throughput of a chip's network under synthetic traffic.

#include <functional>
#include <string>

#include "models/mapping/mapping.hpp"
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
  std::uint64_t dropped = 0;        ///< copies that routers dropped for good while it measured
  /// None was dropped, all arrived before the end, and while it measured the packets on their way
  /// did not become more by over 0.5% of those created nor by over one per node.
  bool stable = false;
};

/// Told now and then how much of a run is done, 0 to 1.
using Watch = std::function<void(double fraction)>;

/// A pattern on a chip, routed once for all rates.
class Workload {
 public:
  /// Throws InputError if the pattern is not defined on the chip, the chip has too many tiles or
  /// too small tables for it, or the packets of a lossless chip could wait for each other for ever.
  Workload(const Chip& chip, Pattern pattern, Seed seed);

  Pattern pattern() const { return pattern_; }
  /// Channels of which packets can wait for each other until they are dropped; empty if there are
  /// none.
  const std::string& circle() const { return circle_; }
  /// One run. Throws InputError if `offered` is no rate.
  Point measure(double offered, const Phases& phases = {}, const Watch& watch = {}) const;

 private:
  Chip chip_;
  Pattern pattern_;
  Seed seed_;
  Mapping mapping_;  ///< tables and no cores
  std::string circle_;
};

/// Latency of a lone packet that crosses `links` links: 2 + P + h (L + S - 1 + P) + 1
/// (docs/concepts/network_on_chip.md).
std::uint64_t zero_load_latency(const Chip& chip, std::uint32_t links);

}  // namespace spikeloom::noc
