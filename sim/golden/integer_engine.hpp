#pragma once
// The network in the chip's number formats: slow, obvious, knows no chip. The reference of every
// other integer engine; it implements arithmetic.hpp's equations by itself.

#include <functional>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "models/network/state_resets.hpp"

namespace spikeloom {

/// What happened beyond spikes.
struct IntegerCounts {
  std::uint64_t synaptic_events = 0;  ///< synapses crossed by spikes
  std::uint64_t neuron_updates = 0;
  std::uint64_t sum_overflows = 0;  ///< true sum did not fit sum_bits
  std::uint64_t u_overflows = 0, v_overflows = 0;
  bool operator==(const IntegerCounts&) const = default;
};

class IntegerEngine {
 public:
  /// `network` outlives the engine.
  explicit IntegerEngine(const LoweredNetwork& network, StateResets resets = {});

  /// Runs `steps` + deepest_start steps from the initial state. In the trace, steps count from each
  /// population's start and only [0, steps) is kept. Inputs must be whole counts (InputData).
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  const IntegerCounts& counts() const { return counts_; }  ///< since construction

 private:
  struct State;
  const LoweredNetwork& network_;
  StateResets resets_;
  IntegerCounts counts_;
};

}  // namespace spikeloom
