#pragma once
// The software references alone.

#include <string>
#include <vector>

#include "cli/flow/workload.hpp"
#include "sim/report/run_result.hpp"

namespace spikeloom {

enum class GoldenEngine { Float, Integer };

struct GoldenRow {
  std::string semantics;  ///< preset or "custom"; "generated" for random networks
  EngineSummary summary;
  std::vector<SampleReadout> readouts;
  std::vector<QuantizationLoss> quantization;  ///< integer engine only
};

/// Runs one engine over all samples of the experiment.
GoldenRow run_golden(const Workload& workload, GoldenEngine engine);

}  // namespace spikeloom
