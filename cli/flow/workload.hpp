#pragma once
// An experiment made ready: network read and lowered, input read, names resolved.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/experiment/experiment.hpp"
#include "models/network/populations.hpp"
#include "models/network/recording.hpp"
#include "models/network/state_resets.hpp"

namespace spikeloom {

/// The network as its author wrote it. Absent for networks that are integer from the start.
struct SourceNetwork {
  Graph graph;
  EvaluationOrder order;
};

struct Workload {
  std::shared_ptr<const Json> document;  ///< references embedded, overrides applied
  Experiment experiment;
  std::optional<SourceNetwork> source;
  std::optional<LoweredNetwork> netx;  ///< read from a netx file
  InputData input;
  std::vector<std::string> population_names;
  std::vector<bool> population_is_input;
  std::vector<bool> population_spikes;  ///< false: a read-out, compared by its potential
  std::vector<Shape> population_shapes;
  std::optional<PopulationId> readout;
  StateResets resets;  ///< that the experiment asks for

  bool labelled() const;  ///< there is a read-out, and every sample has a label
  /// A file name for errors about the network.
  const std::string& network_file() const;
};

/// Reads everything the experiment names. Throws InputError.
Workload prepare_workload(const std::string& path, const std::vector<Override>& overrides);
/// The network in the chip's integers; separate, because a float run does not need it.
Lowering lower_workload(const Workload& workload);
/// The same under another experiment of the same network: other semantics, formats or quantization.
Lowering lower_workload(const Workload& workload, const Experiment& experiment);

}  // namespace spikeloom
