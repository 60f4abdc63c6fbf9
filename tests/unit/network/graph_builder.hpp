#pragma once
// Small graphs for tests, built by name.

#include <string>
#include <utility>

#include "models/network/graph.hpp"

namespace spikeloom_test {

inline spikeloom::Tensor filled(spikeloom::Shape shape, double value) {
  const std::size_t volume = spikeloom::volume_of(shape);
  return {std::move(shape), std::vector<double>(volume, value)};
}

/// A LIF neuron whose parameters have `shape` (no extents: one for all).
inline spikeloom::node::Neuron lif(const spikeloom::Shape& shape) {
  spikeloom::node::Neuron neuron{
      spikeloom::node::NeuronKind::LIF, shape, {}, {}, {}, {}, {}, {}, {}};
  neuron.tau = filled(shape, 0.01);
  neuron.r = filled(shape, 1);
  neuron.v_leak = filled(shape, 0);
  neuron.v_threshold = filled(shape, 1);
  neuron.v_reset = filled(shape, 0);
  return neuron;
}

struct Builder {
  spikeloom::Graph graph{{}, {}, "net.nir"};

  Builder& add(const std::string& name, spikeloom::Primitive primitive) {
    graph.nodes.push_back({name, std::move(primitive), {}, {}});
    return *this;
  }
  Builder& edge(const std::string& from, const std::string& to) {
    graph.edges.push_back({*graph.find(from), *graph.find(to)});
    return *this;
  }
  /// Joins all nodes in the order in which they were added.
  Builder& chain() {
    for (std::uint32_t i = 1; i < graph.nodes.size(); ++i)
      graph.edges.push_back({spikeloom::NodeId{i - 1}, spikeloom::NodeId{i}});
    return *this;
  }
};

}  // namespace spikeloom_test
