#include "sim/report/neurobench_figures.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {

double NeurobenchFigures::activation_sparsity() const {
  if (activations == 0) return 0.0;
  return static_cast<double>(zero_activations) / static_cast<double>(activations);
}

Json to_json(const NeurobenchFigures& figures) {
  const OperationCounts& operations = figures.operations;
  return {{"footprint_bytes", figures.size.footprint_bytes()},
          {"parameter_bytes", (figures.size.parameter_bits + 7) / 8},
          {"parameter_count", figures.size.parameters},
          {"connection_sparsity", figures.size.connection_sparsity()},
          {"activation_sparsity", figures.activation_sparsity()},
          {"synaptic_operations",
           {{"dense", figures.per_sample(operations.dense)},
            {"effective_macs", figures.per_sample(operations.effective_macs)},
            {"effective_acs", figures.per_sample(operations.effective_acs)}}},
          {"membrane_updates", figures.per_sample(figures.membrane_updates)}};
}

}  // namespace spikeloom
