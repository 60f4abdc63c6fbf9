#include <algorithm>
#include <optional>

#include "models/base/error.hpp"
#include "models/network/graph.hpp"
#include "models/network/shapes.hpp"

namespace spikeloom {
namespace {

/// Indices into graph.edges of the edges that leave each node, by name of their targets.
using Leaving = IdVector<NodeId, std::vector<std::size_t>>;

Leaving leaving_by_name(const Graph& graph) {
  Leaving leaving(graph.nodes.size());
  for (std::size_t e = 0; e < graph.edges.size(); ++e) leaving[graph.edges[e].from].push_back(e);
  for (std::vector<std::size_t>& edges : leaving)
    std::stable_sort(edges.begin(), edges.end(), [&](std::size_t a, std::size_t b) {
      return graph.nodes[graph.edges[a].to].name < graph.nodes[graph.edges[b].to].name;
    });
  return leaving;
}

/// Input nodes by name, then all others by name.
std::vector<NodeId> roots_of(const Graph& graph) {
  std::vector<NodeId> roots;
  for (const NodeId id : ids_of(graph.nodes)) roots.push_back(id);
  const auto key = [&](NodeId id) {
    const Node& node = graph.nodes[id];
    return std::pair<bool, const std::string&>(!std::holds_alternative<node::Input>(node.primitive),
                                               node.name);
  };
  std::sort(roots.begin(), roots.end(), [&](NodeId a, NodeId b) { return key(a) < key(b); });
  return roots;
}

/// Depth-first search with its own stack: chains may be long.
class DepthFirst {
 public:
  DepthFirst(const Graph& graph, const Leaving& leaving)
      : graph_(graph),
        leaving_(leaving),
        state_(graph.nodes.size(), Fresh),
        closes_cycle_(graph.edges.size(), false) {}

  /// Visits what is reachable and was not visited before.
  void visit(NodeId root) {
    if (state_[root] != Fresh) return;
    roots_.push_back(root);
    open(root);
    while (!path_.empty()) advance();
  }

  /// The roots that were not reached from earlier ones.
  const std::vector<NodeId>& roots() const { return roots_; }
  const std::vector<bool>& closes_cycle() const { return closes_cycle_; }
  /// Nodes in the order in which they were left.
  const std::vector<NodeId>& left() const { return left_; }

 private:
  enum State : char { Fresh, Open, Left };
  struct Step {
    NodeId node;
    std::size_t next_edge;
  };

  void open(NodeId node) {
    state_[node] = Open;
    path_.push_back({node, 0});
  }
  void advance() {
    Step& step = path_.back();
    const std::vector<std::size_t>& edges = leaving_[step.node];
    if (step.next_edge == edges.size()) {
      state_[step.node] = Left;
      left_.push_back(step.node);
      path_.pop_back();
      return;
    }
    const std::size_t edge = edges[step.next_edge++];
    const NodeId to = graph_.edges[edge].to;
    if (state_[to] == Open) closes_cycle_[edge] = true;
    if (state_[to] == Fresh) open(to);
  }

  const Graph& graph_;
  const Leaving& leaving_;
  IdVector<NodeId, State> state_;
  std::vector<bool> closes_cycle_;
  std::vector<Step> path_;
  std::vector<NodeId> roots_;
  std::vector<NodeId> left_;
};

template <typename Keep>
Leaving kept(const Leaving& leaving, const Keep& keep) {
  Leaving result(leaving.size());
  for (const NodeId id : ids_of(leaving))
    for (const std::size_t edge : leaving[id])
      if (keep(edge)) result[id].push_back(edge);
  return result;
}

/// The nodes from `from` to `to` along the edges of `leaving`, by a search for the shortest way.
std::vector<NodeId> way(const Graph& graph, const Leaving& leaving, NodeId from, NodeId to) {
  IdVector<NodeId, std::optional<NodeId>> came_from(graph.nodes.size());
  std::vector<NodeId> seen{from};
  for (std::size_t i = 0; i < seen.size() && seen[i] != to; ++i)
    for (const std::size_t edge : leaving[seen[i]]) {
      const NodeId next = graph.edges[edge].to;
      if (next == from || came_from[next]) continue;
      came_from[next] = seen[i];
      seen.push_back(next);
    }
  std::vector<NodeId> nodes{to};
  while (nodes.back() != from) nodes.push_back(*came_from[nodes.back()]);
  return {nodes.rbegin(), nodes.rend()};
}

[[noreturn]] void refuse_cycle(const Graph& graph, const Leaving& leaving, const Edge& closing) {
  std::string names;
  for (const NodeId id : way(graph, leaving, closing.to, closing.from))
    names += "'" + graph.nodes[id].name + "' -> ";
  const std::string& first = graph.nodes[closing.to].name;
  throw InputError(graph.origin,
                   nir_path_of(first),
                   "is on a cycle without a neuron: " + names + "'" + first + "'");
}

/// A value that depends on itself within a step has no meaning; a neuron's state breaks the loop.
void refuse_cycles_without_neuron(const Graph& graph, const Leaving& leaving) {
  const auto is_neuron = [&](NodeId id) {
    return std::holds_alternative<node::Neuron>(graph.nodes[id].primitive);
  };
  const Leaving instantaneous = kept(leaving, [&](std::size_t edge) {
    return !is_neuron(graph.edges[edge].from) && !is_neuron(graph.edges[edge].to);
  });
  DepthFirst search(graph, instantaneous);
  for (const NodeId root : roots_of(graph)) search.visit(root);
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    if (search.closes_cycle()[e]) refuse_cycle(graph, instantaneous, graph.edges[e]);
}

/// Orders what the feedback edges left acyclic. Visiting the last name first puts the first name
/// first in the reversed order of leaving.
std::vector<NodeId> topological_order(const Graph& graph,
                                      Leaving leaving,
                                      std::vector<NodeId> roots) {
  for (std::vector<std::size_t>& edges : leaving) std::reverse(edges.begin(), edges.end());
  std::reverse(roots.begin(), roots.end());
  DepthFirst search(graph, leaving);
  for (const NodeId root : roots) search.visit(root);
  return {search.left().rbegin(), search.left().rend()};
}

}  // namespace

EvaluationOrder evaluation_order(const Graph& graph) {
  const Leaving leaving = leaving_by_name(graph);
  refuse_cycles_without_neuron(graph, leaving);
  DepthFirst search(graph, leaving);
  for (const NodeId root : roots_of(graph)) search.visit(root);
  const std::vector<bool>& feedback = search.closes_cycle();
  Leaving onward = kept(leaving, [&](std::size_t edge) { return !feedback[edge]; });
  return {topological_order(graph, std::move(onward), search.roots()), feedback};
}

}  // namespace spikeloom
