#pragma once
// The parameters of each neuron primitive, as NIR names them.

#include <optional>
#include <vector>

#include "models/network/graph.hpp"

namespace spikeloom {

struct NeuronField {
  const char* name;  ///< in the file
  Tensor node::Neuron::*member;
  bool is_time_constant;         ///< must be positive
  std::optional<double> absent;  ///< value where a file lacks the field; without it, required
};

/// In the order of NIR's own definition.
std::vector<NeuronField> neuron_fields(node::NeuronKind kind);

}  // namespace spikeloom
