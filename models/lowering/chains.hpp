#pragma once
// The ways between populations: the nodes a spike passes from one population to the next.

#include <string>
#include <vector>

#include "models/network/populations.hpp"

namespace spikeloom {

/// One path from a population to a population; what lies between has no state.
struct Chain {
  PopulationId source, target;
  std::vector<NodeId> nodes;         ///< strictly between, in the order of flow
  std::uint32_t feedback_edges = 0;  ///< edges of the path that close a cycle
};

/// One path on which the bias of a node reaches a population.
struct BiasChain {
  PopulationId target;
  std::vector<NodeId> nodes;  ///< the first one has the bias
};

struct ChainTable {
  std::vector<Chain> chains;
  std::vector<BiasChain> biases;
};

/// Refuses (InputError) more paths than anyone means.
ChainTable find_chains(const Graph& graph,
                       const EvaluationOrder& order,
                       const PopulationTable& populations);

/// "hidden1 -> conv2 -> hidden2"
std::string name_of(const Chain& chain, const Graph& graph, const PopulationTable& populations);

}  // namespace spikeloom
