#pragma once
// What the software references found, one convention beside the other.

#include <optional>
#include <string>
#include <vector>

#include "sim/golden/float_counts.hpp"
#include "sim/report/run_result.hpp"

namespace spikeloom {

/// One reference under one convention.
struct GoldenRun {
  std::string name;       ///< of the convention; a file's and a column's name, so plain and unique
  std::string semantics;  ///< the whole block as JSON text; empty for generated networks
  EngineSummary summary;
  std::vector<QuantizationLoss> quantization;  ///< integer engine only
  IntegerOverflows overflows;                  ///< integer engine only
  std::optional<NonFiniteState> non_finite;    ///< float engine only
  /// Against the first convention: spikes, and v of populations that do not spike if both keep it
  /// in the same unit. Of the first convention: none.
  SpikeComparison differences;
};

struct GoldenResult {
  std::string experiment;  ///< effective document, as JSON text
  std::string name, engine, network;
  std::uint32_t seed = 0, steps = 0;
  std::size_t samples = 0;
  std::vector<std::string> population_names;
  std::vector<GoldenRun> runs;  ///< at least one
  std::vector<SampleReadout> readouts;
  std::vector<std::string> warnings;
  double wall_s = 0, cpu_s = 0;
  std::uint64_t peak_rss_bytes = 0;
};

/// `name` as a convention is called in files and columns: characters other than letters, digits,
/// '+', '-', '_' and '.' become '_'.
std::string convention_label(const std::string& name);

/// result.json, format "spikeloom-golden/1".
Json to_json(const GoldenResult& result);
/// What a person reads: conventions side by side, at most four in a block of 100 columns.
std::string golden_table(const GoldenResult& result);

}  // namespace spikeloom
