#pragma once
// The main job: map, simulate, compare, report.

#include <optional>
#include <string>
#include <vector>

#include "cli/flow/traces.hpp"
#include "cli/flow/workload.hpp"
#include "sim/report/run_result.hpp"

namespace spikeloom {

struct RunRequest {
  std::string experiment;
  std::vector<Override> overrides;
  std::optional<std::string> out;  ///< default: results/<experiment's stem>
  TraceChoice trace;
  std::uint32_t jobs = 1;     ///< processes that simulate samples, at least 1
  bool packet_trace = false;  ///< also write packets.csv; then `jobs` is 1
  std::string command;        ///< the command line, for the report
};

struct RunOutcome {
  RunResult result;
  std::string directory;  ///< where everything was written
};

/// Runs the experiment and publishes its results. Throws InputError; then nothing is written.
RunOutcome run_experiment(const RunRequest& request);

/// Reads the `mapping` and `simulator` objects of the experiment. Throws InputError.
void validate_options(const Workload& workload);

/// Source and steps of an experiment's network, in a few words.
std::string source_words(const Experiment& experiment);

/// results/<stem of the experiment's file>.
std::string default_directory(const std::string& experiment);

}  // namespace spikeloom
