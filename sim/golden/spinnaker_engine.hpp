#pragma once
// A network of SpiNNaker's software neurons in their own numbers: slow and obvious.

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "sim/golden/integer_counts.hpp"
#include "sim/golden/replay.hpp"

namespace spikeloom {

class SpinnakerEngine {
 public:
  /// `network` is one of SpiNNaker's (is_spinnaker) and outlives the engine.
  explicit SpinnakerEngine(const LoweredNetwork& network);

  /// Runs `steps` + deepest_start ticks from the initial state: v = v_rest, no current. In the
  /// trace, steps count from each population's start and only [0, steps) is kept; u is the current
  /// exc - inh that drove v in the step, both in units of 2^-15. Inputs must be whole counts.
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  /// What every neuron does by itself if it gets the spikes of `replay` instead of those of the
  /// reference's own neurons. Counts nothing.
  SampleTrace replay(const Sample& sample,
                     const Replay& replay,
                     std::uint32_t steps,
                     bool record_states = false) const;

  /// Since construction; spinnaker_neuron.hpp says what overflows.
  const IntegerCounts& counts() const { return counts_; }

 private:
  struct State;
  const LoweredNetwork& network_;
  IntegerCounts counts_;
};

}  // namespace spikeloom
