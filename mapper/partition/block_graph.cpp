#include "mapper/partition/block_graph.hpp"

#include <algorithm>
#include <cmath>

namespace spikeloom {
namespace {

constexpr std::uint64_t kMaxEdges = 500'000;

/// The smallest power of two that bounds the possible edges.
std::uint32_t block_size(const PartitionProblem& problem) {
  const std::uint64_t synapses = problem.fan_in.total();
  std::uint32_t size = 1;
  const auto possible_edges = [&] {
    const std::uint64_t blocks = problem.view.size() / size + 1;
    return std::min(synapses, blocks * blocks / 2);
  };
  while (possible_edges() > kMaxEdges) size *= 2;
  return size;
}

void cut_blocks(const PartitionProblem& problem, BlockGraph& graph) {
  const std::uint32_t size = block_size(problem);
  const LoweredNetwork& network = problem.view.network();
  for (const PopulationId id : ids_of(network.populations))
    for (std::uint32_t n = 0; n < network.populations[id].size; n += size)
      graph.first.push_back(problem.view.number(id, n));
  graph.first.push_back(problem.view.size());
}

/// The share of a core that a neuron takes: of its neurons or of its synaptic words.
double share_of_core(const PartitionProblem& problem, NeuronNumber neuron) {
  const CoreSpec& core = problem.chip.core;
  return std::max(1.0 / core.neurons, mean_words(problem, neuron) / core.synaptic_words);
}

void weigh_blocks(const PartitionProblem& problem, BlockGraph& graph) {
  for (std::size_t b = 0; b + 1 < graph.first.size(); ++b) {
    double share = 0;
    if (!problem.view.population(graph.first[b]).is_input)
      for (NeuronNumber n = graph.first[b]; n < graph.first[b + 1]; ++n)
        share += share_of_core(problem, n);
    graph.load.push_back(static_cast<idx_t>(std::lround(share * kLoadUnit)));
  }
}

/// Adds up the synapses between blocks, first from each block to each, by source block.
class EdgeCollector {
 public:
  EdgeCollector(const PartitionProblem& problem, const BlockGraph& graph)
      : problem_(problem), graph_(graph), block_of_(problem.view.size()), count_(graph.blocks()) {
    for (std::uint32_t b = 0; b < graph.blocks(); ++b)
      std::fill(block_of_.begin() + graph.first[b], block_of_.begin() + graph.first[b + 1], b);
  }

  struct BlockEdge {
    std::uint32_t from, to;
    idx_t synapses;
  };

  std::vector<BlockEdge> collect() {
    for (std::uint32_t b = 0; b < graph_.blocks(); ++b) collect_from(b);
    return std::move(edges_);
  }

 private:
  void collect_from(std::uint32_t source) {
    touched_.clear();
    for (NeuronNumber n = graph_.first[source]; n < graph_.first[source + 1]; ++n)
      problem_.view.for_each_leaving(n, [&](const FlatSynapse& synapse) {
        const std::uint32_t target = block_of_[synapse.target];
        if (count_[target]++ == 0) touched_.push_back(target);
      });
    for (const std::uint32_t target : touched_) {
      if (source != target)
        edges_.push_back({std::min(source, target), std::max(source, target), count_[target]});
      count_[target] = 0;
    }
  }

  const PartitionProblem& problem_;
  const BlockGraph& graph_;
  std::vector<std::uint32_t> block_of_;
  std::vector<idx_t> count_;
  std::vector<std::uint32_t> touched_;
  std::vector<BlockEdge> edges_;
};

using BlockEdge = EdgeCollector::BlockEdge;

/// Sorts and adds up the two directions of a pair.
void sum_pairs(std::vector<BlockEdge>& edges) {
  std::sort(edges.begin(), edges.end(), [](const BlockEdge& a, const BlockEdge& b) {
    return a.from != b.from ? a.from < b.from : a.to < b.to;
  });
  std::size_t kept = 0;
  for (const BlockEdge& edge : edges) {
    if (kept > 0 && edges[kept - 1].from == edge.from && edges[kept - 1].to == edge.to)
      edges[kept - 1].synapses += edge.synapses;
    else
      edges[kept++] = edge;
  }
  edges.resize(kept);
}

void fill_rows(const std::vector<BlockEdge>& edges, BlockGraph& graph) {
  graph.row.assign(std::size_t{graph.blocks()} + 1, 0);
  for (const BlockEdge& edge : edges) ++graph.row[edge.from], ++graph.row[edge.to];
  idx_t end = 0;
  for (idx_t& entry : graph.row) entry = end += entry;
  graph.neighbour.resize(static_cast<std::size_t>(end));
  graph.synapses.resize(static_cast<std::size_t>(end));
  const auto add = [&](std::uint32_t from, std::uint32_t to, idx_t synapses) {
    const auto slot = static_cast<std::size_t>(--graph.row[from]);
    graph.neighbour[slot] = static_cast<idx_t>(to);
    graph.synapses[slot] = synapses;
  };
  for (const BlockEdge& edge : edges) {
    add(edge.from, edge.to, edge.synapses);
    add(edge.to, edge.from, edge.synapses);
  }
}

}  // namespace

BlockGraph make_block_graph(const PartitionProblem& problem) {
  BlockGraph graph;
  cut_blocks(problem, graph);
  weigh_blocks(problem, graph);
  std::vector<BlockEdge> edges = EdgeCollector(problem, graph).collect();
  sum_pairs(edges);
  fill_rows(edges, graph);
  return graph;
}

}  // namespace spikeloom
