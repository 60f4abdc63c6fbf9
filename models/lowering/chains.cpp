#include "models/lowering/chains.hpp"

#include <algorithm>
#include <optional>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMostPaths = 4096;  // diamonds in a row double them

bool has_bias(const Primitive& primitive) {
  return std::holds_alternative<node::Affine>(primitive) ||
         std::holds_alternative<node::Conv1d>(primitive) ||
         std::holds_alternative<node::Conv2d>(primitive);
}

// Walks backwards from each population until it meets the ones that feed it.
class ChainSearch {
 public:
  ChainSearch(const Graph& graph, const EvaluationOrder& order, const PopulationTable& populations)
      : graph_(graph),
        order_(order),
        arriving_(graph.nodes.size()),
        population_at_(graph.nodes.size()) {
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge)
      arriving_[graph.edges[edge].to].push_back(edge);
    for (const PopulationId id : ids_of(populations)) population_at_[populations[id].node] = id;
  }

  void search(PopulationId target, NodeId node) {
    target_ = target;
    found_ = 0;
    extend(node);
  }

  ChainTable table;

 private:
  // Cycles pass a neuron (evaluation_order refuses others), so the walk ends.
  void extend(NodeId node) {
    for (const std::size_t edge : arriving_[node]) {
      feedback_edges_ += order_.feedback[edge];
      reach(graph_.edges[edge].from);
      feedback_edges_ -= order_.feedback[edge];
    }
  }

  void reach(NodeId node) {
    if (const auto source = population_at_[node]) return add_chain(*source);
    passed_.push_back(node);
    count_path(node);
    if (has_bias(graph_.nodes[node].primitive)) table.biases.push_back({target_, flow()});
    extend(node);
    passed_.pop_back();
  }

  void add_chain(PopulationId source) {
    table.chains.push_back({source, target_, flow(), feedback_edges_});
  }

  void count_path(NodeId node) {
    if (++found_ > kMostPaths)
      throw InputError(
          graph_.origin,
          graph_.nodes[node].name,
          "is on more than " + std::to_string(kMostPaths) + " paths between two populations");
  }

  std::vector<NodeId> flow() const { return {passed_.rbegin(), passed_.rend()}; }

  const Graph& graph_;
  const EvaluationOrder& order_;
  IdVector<NodeId, std::vector<std::size_t>> arriving_;
  IdVector<NodeId, std::optional<PopulationId>> population_at_;
  PopulationId target_{};
  std::vector<NodeId> passed_;  // from the target backwards
  std::uint32_t feedback_edges_ = 0;
  std::size_t found_ = 0;
};

}  // namespace

ChainTable find_chains(const Graph& graph,
                       const EvaluationOrder& order,
                       const PopulationTable& populations) {
  ChainSearch search(graph, order, populations);
  for (const PopulationId id : ids_of(populations)) search.search(id, populations[id].node);
  return std::move(search.table);
}

std::string name_of(const Chain& chain, const Graph& graph, const PopulationTable& populations) {
  std::string name = populations[chain.source].name;
  for (const NodeId node : chain.nodes) name += " -> " + graph.nodes[node].name;
  return name + " -> " + populations[chain.target].name;
}

}  // namespace spikeloom
