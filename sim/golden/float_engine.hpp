#pragma once
// The network as its training tool ran it: one interpreter of semantics blocks, in floating point.

#include <memory>

#include "models/base/units.hpp"
#include "models/network/populations.hpp"
#include "models/network/recording.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

class FloatEngine {
 public:
  /// Refuses, naming the node, what the semantics cannot run. `graph` outlives the engine.
  FloatEngine(const Graph& graph,
              const EvaluationOrder& order,
              const Semantics& semantics,
              Seconds dt);
  ~FloatEngine();

  /// Runs `steps` steps from the initial state. Feed-forward edges without Delay nodes are
  /// instantaneous (plus synaptic_delay_steps). States are recorded if asked for.
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spikeloom
