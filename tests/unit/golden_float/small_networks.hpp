#pragma once
// Networks of a few nodes, written by hand, and short runs of them.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/golden/float_engine.hpp"

namespace spikeloom::testing {

inline Tensor constant(const Shape& shape, double value) {
  return {shape, std::vector<double>(volume_of(shape), value)};
}

struct NeuronValues {
  double tau = 1e-2, tau_syn = 1e-2, r = 1.0, v_leak = 0.0;
  double v_threshold = 1.0, v_reset = 0.0, w_in = 1.0;
};

inline node::Neuron neurons(node::NeuronKind kind, const Shape& shape, const NeuronValues& x = {}) {
  return {kind,
          shape,
          constant(shape, x.tau),
          constant(shape, x.tau_syn),
          constant(shape, x.r),
          constant(shape, x.v_leak),
          constant(shape, x.v_threshold),
          constant(shape, x.v_reset),
          constant(shape, x.w_in)};
}

/// A graph whose edges are named by nodes: {{"a", ...}, ...}, {{"a", "b"}, ...}.
inline Graph graph_of(const std::vector<std::pair<std::string, Primitive>>& nodes,
                      const std::vector<std::pair<std::string, std::string>>& edges) {
  Graph graph;
  graph.origin = "net.nir";
  for (const auto& [name, primitive] : nodes) graph.nodes.push_back({name, primitive, {}, {}});
  for (const auto& [from, to] : edges)
    graph.edges.push_back({graph.find(from).value(), graph.find(to).value()});
  infer_shapes(graph);
  return graph;
}

/// The nodes one after the other, between "input" of `shape` and "output".
inline Graph chain_of(const Shape& shape,
                      const std::vector<std::pair<std::string, Primitive>>& middle,
                      const Shape& output_shape) {
  std::vector<std::pair<std::string, Primitive>> nodes = middle;
  nodes.insert(nodes.begin(), {"input", node::Input{shape}});
  nodes.push_back({"output", node::Output{output_shape}});
  std::vector<std::pair<std::string, std::string>> edges;
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
    edges.push_back({nodes[i].first, nodes[i + 1].first});
  return graph_of(nodes, edges);
}

/// `values[step]` on element 0; zeros are no events.
inline Sample sample_of(const std::vector<double>& values) {
  Sample sample;
  for (std::size_t step = 0; step < values.size(); ++step)
    if (values[step] != 0.0)
      sample.events.push_back({static_cast<std::uint32_t>(step), 0, values[step]});
  return sample;
}

inline SampleTrace run(const Graph& graph,
                       const Semantics& semantics,
                       const Sample& sample,
                       std::uint32_t steps,
                       Seconds dt = Seconds(1e-3)) {
  const EvaluationOrder order = evaluation_order(graph);
  return FloatEngine(graph, order, semantics, dt).run(sample, steps, true);
}

inline PopulationId population_of(const Graph& graph, const std::string& name) {
  const PopulationTable table = populations_of(graph, evaluation_order(graph));
  for (const PopulationId id : ids_of(table))
    if (table[id].name == name) return id;
  throw std::runtime_error("no population " + name);
}

/// v (or u) of one neuron, step by step.
inline std::vector<double> states_of(const SampleTrace& trace,
                                     PopulationId population,
                                     std::size_t neuron,
                                     std::vector<double> StateFrame::*which = &StateFrame::v) {
  std::vector<double> values;
  for (const StateFrame& frame : trace.states)
    if (frame.population == population) values.push_back((frame.*which).at(neuron));
  return values;
}

/// (step, spikes) of one neuron.
using SpikeList = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
inline SpikeList spikes_of(const SampleTrace& trace, PopulationId population, std::size_t neuron) {
  SpikeList list;
  for (const Spike& spike : trace.spikes)
    if (spike.population == population && spike.neuron == neuron)
      list.push_back({spike.step, spike.value});
  return list;
}

/// One neuron of `kind` driven directly, and what it did.
struct OneNeuron {
  std::vector<double> u, v;
  SpikeList spikes;
};
inline OneNeuron run_one(node::NeuronKind kind,
                         const NeuronValues& values,
                         const Semantics& semantics,
                         const std::vector<double>& input,
                         Seconds dt = Seconds(1e-3)) {
  const Graph graph = chain_of({1}, {{"n", neurons(kind, {1}, values)}}, {1});
  const SampleTrace trace =
      run(graph, semantics, sample_of(input), static_cast<std::uint32_t>(input.size()), dt);
  const PopulationId id = population_of(graph, "n");
  return {
      states_of(trace, id, 0, &StateFrame::u), states_of(trace, id, 0), spikes_of(trace, id, 0)};
}

}  // namespace spikeloom::testing
