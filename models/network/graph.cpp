#include "models/network/graph.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace spikeloom {

bool is_zero(const Tensor& tensor) {
  return std::all_of(
      tensor.data.begin(), tensor.data.end(), [](double value) { return value == 0.0; });
}

std::size_t volume_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis > 0 ? ", " : "") + std::to_string(shape[axis]);
  return text + ")";
}

MatrixExtents matrix_extents(const Tensor& weight) {
  const std::size_t rank = weight.shape.size();
  const std::size_t outputs = weight.shape.at(rank - 2), inputs = weight.shape.at(rank - 1);
  return {weight.data.size() / (outputs * inputs), outputs, inputs};
}

bool spikes(node::NeuronKind kind) {
  using enum node::NeuronKind;
  return kind == IF || kind == LIF || kind == CubaLIF;
}

bool leaks(node::NeuronKind kind) {
  using enum node::NeuronKind;
  return kind != I && kind != IF;
}

bool has_synapse(node::NeuronKind kind) {
  using enum node::NeuronKind;
  return kind == CubaLI || kind == CubaLIF;
}

const std::string& name_of(node::NeuronKind kind) {
  static const std::string kNames[] = {"I", "IF", "LI", "LIF", "CubaLI", "CubaLIF"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<NodeId> Graph::find(const std::string& name) const {
  for (const NodeId id : ids_of(nodes))
    if (nodes[id].name == name) return id;
  return std::nullopt;
}

}  // namespace spikeloom
