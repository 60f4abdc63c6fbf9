#include "models/network/populations.hpp"

#include <utility>

namespace spikeloom {
namespace {

/// The nodes whose values reach an Output, directly or through nodes that only change the shape.
IdVector<NodeId, char> feeding_outputs(const Graph& graph) {
  IdVector<NodeId, std::vector<NodeId>> arriving(graph.nodes.size());
  for (const Edge& edge : graph.edges) arriving[edge.to].push_back(edge.from);
  IdVector<NodeId, char> feeds(graph.nodes.size(), 0);
  std::vector<NodeId> reached;
  for (const NodeId id : ids_of(graph.nodes))
    if (std::holds_alternative<node::Output>(graph.nodes[id].primitive)) reached.push_back(id);
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (const NodeId from : arriving[reached[i]]) {
      if (std::exchange(feeds[from], 1) != 0) continue;
      if (std::holds_alternative<node::Flatten>(graph.nodes[from].primitive))
        reached.push_back(from);
    }
  return feeds;
}

}  // namespace

PopulationTable populations_of(const Graph& graph, const EvaluationOrder& order) {
  PopulationTable table;
  const IdVector<NodeId, char> feeds_output = feeding_outputs(graph);
  for (const NodeId id : order.nodes) {
    const Node& node = graph.nodes[id];
    const auto* neuron = std::get_if<node::Neuron>(&node.primitive);
    const bool is_input = std::holds_alternative<node::Input>(node.primitive);
    if (!neuron && !is_input) continue;
    const bool gives_spikes = is_input || spikes(neuron->kind);
    table.push_back(
        {node.name, id, node.output_shape, is_input, gives_spikes, feeds_output[id] != 0});
  }
  return table;
}

}  // namespace spikeloom
