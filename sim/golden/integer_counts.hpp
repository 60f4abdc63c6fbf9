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
  /// v passed the threshold more often than max_spikes_per_step, where that is above 1.
  std::uint64_t spike_overflows = 0;

  IntegerCounts& operator+=(const IntegerCounts& other) {
    synaptic_events += other.synaptic_events;
    neuron_updates += other.neuron_updates;
    membrane_updates += other.membrane_updates;
    sum_overflows += other.sum_overflows;
    u_overflows += other.u_overflows;
    v_overflows += other.v_overflows;
    spike_overflows += other.spike_overflows;
    return *this;
  }
  bool operator==(const IntegerCounts&) const = default;
};

}  // namespace spikeloom
