#pragma once
// The network as its training tool ran it: one interpreter of semantics blocks, in floating point.

#include <memory>

#include "models/base/units.hpp"
#include "models/network/populations.hpp"
#include "models/network/recording.hpp"
#include "models/network/semantics.hpp"
#include "models/network/state_resets.hpp"
#include "sim/golden/float_counts.hpp"

namespace spikeloom {

class FloatEngine {
 public:
  /// Refuses, naming the node, what the semantics cannot run: a second Input node, time constants
  /// below dt under euler, delays between two steps. `graph`, with shapes inferred, outlives the
  /// engine. Before every step that `resets` names, a population's neurons go back to their initial
  /// state. Throws InputError.
  FloatEngine(const Graph& graph,
              const EvaluationOrder& order,
              const Semantics& semantics,
              Seconds dt,
              StateResets resets = {});
  ~FloatEngine();

  /// Runs `steps` steps from the initial state: u = 0, v as initial_v says, and delayed edges carry
  /// the biases of their linear nodes. Feed-forward edges without Delay nodes are instantaneous
  /// (plus synaptic_delay_steps). Events drive the Input node (one at most; as Diracs if spikes
  /// are); those after the last step are left out. The trace holds neurons, not inputs. States are
  /// recorded if asked for, in the units they are kept in (InputGain); neurons without a synapse
  /// record their summed input as u.
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  FloatCounts counts() const;  ///< since construction

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  StateResets resets_;
};

}  // namespace spikeloom
