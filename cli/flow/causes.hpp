#pragma once
// Compares golden integer and chip, run by run; only where they differ it looks for the causes.

#include <optional>
#include <string>
#include <vector>

#include "cli/flow/sample_runs.hpp"
#include "models/mapping/mapping.hpp"
#include "sim/cosim/causes.hpp"

namespace spikeloom {

/// Where the neurons of `network` are.
ChipPlaces places_of(const LoweredNetwork& network, const Mapping& mapping, const Chip& chip);

class RunComparison {
 public:
  /// All outlive it.
  RunComparison(const Workload& workload, const LoweredNetwork& network, const Mapping& mapping);

  /// Adds each sample of a run: what golden integer did, what the chip did, and its log.
  void add(const EngineRun& run,
           const std::vector<SampleTrace>& expected,
           const std::vector<SampleTrace>& found,
           const EventLog& log);

  const SpikeComparison& result() const { return comparison_; }
  /// One sentence for each run of which more went wrong than a log holds.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  bool differ(const std::vector<SampleTrace>& expected,
              const std::vector<SampleTrace>& found) const;
  void add_with_causes(const EngineRun& run,
                       const std::vector<SampleTrace>& expected,
                       const std::vector<SampleTrace>& found,
                       const ChipRun& chip);
  SampleTrace play(const EngineRun& run, const Replay& replay) const;

  const Workload& workload_;
  const LoweredNetwork& network_;
  const Mapping& mapping_;
  std::optional<ChipPlaces> places_;  // once they are needed
  SpikeComparison comparison_;
  std::vector<std::string> warnings_;
};

}  // namespace spikeloom
