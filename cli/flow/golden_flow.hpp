#pragma once
// The software references alone: one experiment under several conventions.

#include <optional>
#include <string>
#include <vector>

#include "cli/flow/reference.hpp"
#include "cli/flow/traces.hpp"
#include "cli/flow/workload.hpp"
#include "sim/report/golden_result.hpp"

namespace spikeloom {

struct GoldenRequest {
  std::string experiment;
  std::vector<Override> overrides;
  GoldenEngine engine = GoldenEngine::Float;
  /// Presets, or files that hold a semantics object (*.json); empty: the experiment's own.
  std::vector<std::string> semantics;
  std::optional<std::string> out;  ///< with traces: results/<experiment's stem>-golden
  TraceChoice trace;
};

struct GoldenOutcome {
  GoldenResult result;
  std::optional<std::string> directory;  ///< where everything was written, if anything was
};

/// Runs all conventions side by side, sample by sample, so that only one sample's traces are in
/// memory. Writes results only where `out` or traces ask for it. Throws InputError; then nothing
/// is written.
GoldenOutcome run_golden(const GoldenRequest& request);

}  // namespace spikeloom
