#pragma once
// What integer engines count.

#include <cstdint>

namespace spikeloom {

/// What happened beyond spikes.
struct IntegerCounts {
  std::uint64_t synaptic_events = 0;  ///< synapses crossed by spikes
  std::uint64_t neuron_updates = 0;
  /// NeuroBench's workload/membrane_updates.py: neurons whose v a step changed, of the steps that
  /// the trace keeps; in the first one, all.
  std::uint64_t membrane_updates = 0;
  std::uint64_t sum_overflows = 0;  ///< true sum did not fit sum_bits
  std::uint64_t u_overflows = 0, v_overflows = 0;
  bool operator==(const IntegerCounts&) const = default;
};

}  // namespace spikeloom
