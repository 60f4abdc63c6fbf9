#pragma once
// What the float engine counts.

#include <optional>

#include "sim/golden/neurobench.hpp"

namespace spikeloom {

/// A neuron whose v became infinite or no number.
struct NonFiniteState {
  std::size_t run;  ///< of the engine, from 0
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;
};

/// What happened beyond spikes, over all runs.
struct FloatCounts {
  OperationCounts operations;
  /// NeuroBench's workload/membrane_updates.py: neurons whose v differs from the step before; in
  /// the first step of a run, all.
  std::uint64_t membrane_updates = 0;
  std::optional<NonFiniteState> first_non_finite;
};

}  // namespace spikeloom
