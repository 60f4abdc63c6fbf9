#pragma once
// The populations of a graph: its Input nodes and its neurons. All engines number them alike.

#include <string>

#include "models/network/graph.hpp"

namespace spikeloom {

struct PopulationInfo {
  std::string name;  ///< NIR path
  NodeId node;
  Shape shape;
  bool is_input;
  bool spikes;     ///< false for read-out integrators
  bool is_output;  ///< feeds an Output node, at most reshaped on the way
  std::size_t size() const { return volume_of(shape); }
};

using PopulationTable = IdVector<PopulationId, PopulationInfo>;

/// In evaluation order.
PopulationTable populations_of(const Graph& graph, const EvaluationOrder& order);

}  // namespace spikeloom
