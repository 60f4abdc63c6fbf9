#pragma once
// The undirected graph that METIS cuts: neurons, or blocks of consecutive neurons in large
// networks, joined by the number of synapses between them.

#include <metis.h>

#include <vector>

#include "mapper/partition/core_filler.hpp"

namespace spikeloom {

struct BlockGraph {
  std::vector<NeuronNumber>
      first;  ///< per block, and one past the last; blocks stay in a population
  std::vector<idx_t> row, neighbour, synapses;  ///< compressed rows; both directions summed
  std::vector<idx_t> load;                      ///< per block, in kLoadUnit-ths of a core
  std::uint32_t blocks() const { return static_cast<std::uint32_t>(load.size()); }
};

inline constexpr idx_t kLoadUnit = 10000;

/// Blocks are as small as keeps the number of edges below about half a million, so that large
/// networks stay fast.
BlockGraph make_block_graph(const PartitionProblem& problem);

}  // namespace spikeloom
