#pragma once
// The graph step by step: every node in evaluation order, feedback edges from earlier steps.

#include <memory>

#include "models/base/units.hpp"
#include "models/network/populations.hpp"
#include "models/network/recording.hpp"
#include "models/network/semantics.hpp"
#include "models/network/state_resets.hpp"
#include "sim/golden/float_counts.hpp"

namespace spikeloom::golden {

/// Runs samples in one of the float widths.
class NetworkRunner {
 public:
  virtual ~NetworkRunner() = default;
  virtual SampleTrace run(const Sample& sample,
                          std::uint32_t steps,
                          const StateResets& resets,
                          bool record_states) = 0;
  virtual FloatCounts counts() const = 0;
};

/// In the width the semantics asks for. `graph` outlives the runner.
std::unique_ptr<NetworkRunner> make_runner(const Graph& graph,
                                           const EvaluationOrder& order,
                                           const Semantics& semantics,
                                           Seconds dt);

}  // namespace spikeloom::golden
