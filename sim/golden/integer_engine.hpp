#pragma once
// The network in the chip's number formats: slow, obvious, knows no chip. The reference of every
// other integer engine; it implements arithmetic.hpp's equations by itself.

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "sim/golden/integer_counts.hpp"
#include "sim/golden/replay.hpp"

namespace spikeloom {

class IntegerEngine {
 public:
  /// `network` outlives the engine.
  explicit IntegerEngine(const LoweredNetwork& network);

  /// Runs `steps` + deepest_start steps from the initial state. In the trace, steps count from each
  /// population's start and only [0, steps) is kept. Inputs must be whole counts (InputData).
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  /// What every neuron does by itself if it gets the spikes of `replay` instead of those of the
  /// reference's own neurons. Counts nothing.
  SampleTrace replay(const Sample& sample,
                     const Replay& replay,
                     std::uint32_t steps,
                     bool record_states = false) const;

  const IntegerCounts& counts() const { return counts_; }  ///< since construction

 private:
  struct State;
  const LoweredNetwork& network_;
  IntegerCounts counts_;
};

}  // namespace spikeloom
