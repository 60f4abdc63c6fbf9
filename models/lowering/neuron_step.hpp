#pragma once
// What one step does to one neuron under a semantics block, as real coefficients.

#include <optional>

#include "models/base/units.hpp"
#include "models/network/graph.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

/// With input x (weights times spikes, plus biases):
///   kinds with a synapse:  u = kept_u u + gain x;  v = kept_v v + u + leak
///   others:                v = kept_v v + gain x + leak
/// then threshold, reset and lower bound. u is kept in units of what it adds to v.
struct NeuronStep {
  double kept_u = 0.0, kept_v = 1.0;
  double gain = 1.0;
  double leak = 0.0;
  double threshold = 0.0, reset = 0.0;
  std::optional<double> v_min;
};

/// Coefficients of neuron `index` of `node`. Refuses (InputError at the node) what has no integer
/// form: factors kept per step outside 0 .. 1, thresholds below 0.
NeuronStep neuron_step(const Node& node,
                       std::size_t index,
                       const Semantics& semantics,
                       Seconds dt,
                       const std::string& origin);

}  // namespace spikeloom
