#include "models/network/populations.hpp"

namespace spikeloom {
namespace {

// Directly, or through nodes that only change the shape.
bool feeds_output(const Graph& graph, NodeId id) {
  for (const Edge& edge : graph.edges) {
    if (edge.from != id) continue;
    const Primitive& to = graph.nodes[edge.to].primitive;
    if (std::holds_alternative<node::Output>(to)) return true;
    if (std::holds_alternative<node::Flatten>(to) && feeds_output(graph, edge.to)) return true;
  }
  return false;
}

}  // namespace

PopulationTable populations_of(const Graph& graph, const EvaluationOrder& order) {
  PopulationTable table;
  for (const NodeId id : order.nodes) {
    const Node& node = graph.nodes[id];
    const auto* neuron = std::get_if<node::Neuron>(&node.primitive);
    const bool is_input = std::holds_alternative<node::Input>(node.primitive);
    if (!neuron && !is_input) continue;
    const bool gives_spikes = is_input || spikes(neuron->kind);
    table.push_back(
        {node.name, id, node.output_shape, is_input, gives_spikes, feeds_output(graph, id)});
  }
  return table;
}

}  // namespace spikeloom
