#include "models/network/leading_extents.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace spikeloom {
namespace {

/// What a layer takes, as far as it says; nullopt stands for any extent.
using Taken = std::vector<std::optional<std::size_t>>;

Taken taken_by_matrix(const Tensor& weight) {
  if (weight.shape.size() < 2) return {};
  Taken taken(weight.shape.begin(), weight.shape.end() - 2);
  taken.push_back(weight.shape.back());
  return taken;
}

/// Empty where a layer says nothing.
struct TakenBy {
  Taken operator()(const node::Affine& affine) const { return taken_by_matrix(affine.weight); }
  Taken operator()(const node::Linear& linear) const { return taken_by_matrix(linear.weight); }
  Taken operator()(const node::Conv1d& conv) const {
    if (conv.weight.shape.size() != 3) return {};
    return {conv.weight.shape[1] * conv.groups, conv.input_extent};
  }
  Taken operator()(const node::Conv2d& conv) const {
    if (conv.weight.shape.size() != 4) return {};
    Taken taken{conv.weight.shape[1] * conv.groups, std::nullopt, std::nullopt};
    if (conv.input_extent) taken[1] = (*conv.input_extent)[0], taken[2] = (*conv.input_extent)[1];
    return taken;
  }
  Taken operator()(const node::Pool2d&) const { return Taken(3); }
  template <typename Other>
  Taken operator()(const Other&) const {
    return {};
  }
};

bool keeps_shape(const Primitive& primitive) {
  return std::holds_alternative<node::Neuron>(primitive) ||
         std::holds_alternative<node::Scale>(primitive) ||
         std::holds_alternative<node::Delay>(primitive) ||
         std::holds_alternative<node::Threshold>(primitive);
}

using Leaving = std::vector<std::vector<NodeId>>;

/// What the Flatten says itself, else as many of the last extents of `shape` as hold all that a
/// matrix behind it takes.
Taken taken_by_flatten(const Graph& graph,
                       const Leaving& leaving,
                       NodeId flatten,
                       const Shape& shape) {
  const Shape& stated = std::get<node::Flatten>(graph.nodes[flatten].primitive).input_shape;
  if (!stated.empty()) return {stated.begin(), stated.end()};
  for (const NodeId to : leaving[index_of(flatten)]) {
    const Taken taken = std::visit(TakenBy(), graph.nodes[to].primitive);
    if (taken.size() != 1) continue;
    std::size_t volume = 1, fitting = 0;
    for (std::size_t count = 1; count <= shape.size() && volume <= *taken[0]; ++count) {
      volume *= shape[shape.size() - count];
      if (volume == *taken[0]) fitting = count;
    }
    return Taken(fitting);
  }
  return {};
}

/// What the first layer that says so takes, breadth first from `input`.
Taken taken_behind(const Graph& graph, const Leaving& leaving, NodeId input) {
  const Shape& shape = std::get<node::Input>(graph.nodes[input].primitive).shape;
  std::vector<NodeId> seen{input};
  std::set<NodeId> known{input};
  for (std::size_t i = 0; i < seen.size(); ++i)
    for (const NodeId to : leaving[index_of(seen[i])]) {
      const Primitive& primitive = graph.nodes[to].primitive;
      if (Taken taken = std::visit(TakenBy(), primitive); !taken.empty()) return taken;
      if (std::holds_alternative<node::Flatten>(primitive))
        return taken_by_flatten(graph, leaving, to, shape);
      if (keeps_shape(primitive) && known.insert(to).second) seen.push_back(to);
    }
  return {};
}

bool ends_with(const Shape& shape, const Taken& taken) {
  if (shape.size() < taken.size()) return false;
  return std::equal(
      taken.begin(),
      taken.end(),
      shape.end() - static_cast<std::ptrdiff_t>(taken.size()),
      [](const auto& wanted, std::size_t extent) { return !wanted || *wanted == extent; });
}

}  // namespace

Shape without_leading_ones(const Shape& shape) {
  auto first = shape.begin();
  while (first != shape.end() && *first == 1 && first + 1 != shape.end()) ++first;
  return {first, shape.end()};
}

bool alike(const Shape& a, const Shape& b) {
  return a == b || without_leading_ones(a) == without_leading_ones(b);
}

std::vector<std::size_t> drop_leading_extents(Graph& graph) {
  Leaving leaving(graph.nodes.size());
  for (const Edge& edge : graph.edges) leaving[index_of(edge.from)].push_back(edge.to);
  std::set<std::size_t> dropped;
  for (const NodeId id : ids_of(graph.nodes)) {
    auto* input = std::get_if<node::Input>(&graph.nodes[id].primitive);
    if (input == nullptr) continue;
    const Taken taken = taken_behind(graph, leaving, id);
    if (taken.empty() || !ends_with(input->shape, taken)) continue;
    const auto kept = input->shape.end() - static_cast<std::ptrdiff_t>(taken.size());
    dropped.insert(volume_of(Shape(input->shape.begin(), kept)));
    input->shape.erase(input->shape.begin(), kept);
  }
  return {dropped.begin(), dropped.end()};
}

}  // namespace spikeloom
