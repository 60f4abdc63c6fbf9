#pragma once
// The figures that NeuroBench reports of a model and its runs.

#include <cstdint>
#include <string>

#include "models/base/json_reader.hpp"
#include "sim/golden/neurobench.hpp"

namespace spikeloom {

struct NeurobenchFigures {
  ModelSize size;
  std::size_t samples = 1;
  OperationCounts operations;          ///< over all samples
  std::uint64_t membrane_updates = 0;  ///< over all samples
  /// Neuron-steps of the populations that spike, over all samples, and those without a spike:
  /// workload/activation_sparsity.py.
  std::uint64_t activations = 0, zero_activations = 0;

  double activation_sparsity() const;  ///< 0 without activations
  double per_sample(std::uint64_t count) const {
    return static_cast<double>(count) / static_cast<double>(samples);
  }
};

/// The `neurobench` object of a result; operations and updates are means over samples.
Json to_json(const NeurobenchFigures& figures);

}  // namespace spikeloom
