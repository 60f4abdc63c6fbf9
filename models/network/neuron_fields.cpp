#include "models/network/neuron_fields.hpp"

namespace spikeloom {

std::vector<NeuronField> neuron_fields(node::NeuronKind kind) {
  using node::Neuron;
  std::vector<NeuronField> fields;
  if (has_synapse(kind)) {
    fields.push_back({"tau_syn", &Neuron::tau_syn, true, {}});
    fields.push_back({"tau_mem", &Neuron::tau, true, {}});
  } else if (leaks(kind)) {
    fields.push_back({"tau", &Neuron::tau, true, {}});
  }
  fields.push_back({"r", &Neuron::r, false, {}});
  if (leaks(kind)) fields.push_back({"v_leak", &Neuron::v_leak, false, {}});
  if (spikes(kind)) {
    fields.push_back({"v_threshold", &Neuron::v_threshold, false, {}});
    fields.push_back({"v_reset", &Neuron::v_reset, false, 0.0});
  }
  if (has_synapse(kind)) fields.push_back({"w_in", &Neuron::w_in, false, 1.0});
  return fields;
}

}  // namespace spikeloom
