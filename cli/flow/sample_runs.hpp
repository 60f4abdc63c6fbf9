#pragma once
// The samples of an experiment as an engine runs them: each by itself, or as one long run.

#include <functional>
#include <utility>
#include <vector>

#include "cli/flow/workload.hpp"

namespace spikeloom {

/// All samples one after the other.
Sample joined(const SampleList& samples, std::uint32_t steps_each);
/// The trace of joined samples, cut back; steps count from each sample's first.
std::vector<SampleTrace> cut(SampleTrace trace, std::size_t samples, std::uint32_t steps_each);

/// One call of an engine: the samples it covers, [first, first + count).
struct EngineRun {
  const Sample& sample;
  std::uint32_t steps;
  std::size_t first, count;

  /// What an engine did with each of them.
  std::vector<SampleTrace> cut_back(SampleTrace trace) const {
    return cut(std::move(trace), count, static_cast<std::uint32_t>(steps / count));
  }
};
/// Calls `run` once for each sample, or once for all where state continues. Refuses a long run of
/// too many steps.
void for_each_run(const Workload& workload, const std::function<void(const EngineRun&)>& run);

}  // namespace spikeloom
