#pragma once
// The samples of an experiment as an engine runs them: each by itself, or as one long run.

#include <functional>
#include <vector>

#include "cli/flow/workload.hpp"

namespace spikeloom {

/// One call of an engine: the samples it covers, [first, first + count).
struct EngineRun {
  const Sample& sample;
  std::uint32_t steps;
  std::size_t first, count;

  /// What an engine did with each of them; steps count from each sample's first.
  std::vector<SampleTrace> cut_back(SampleTrace trace) const;
  /// The opposite of cut_back.
  SampleTrace joined(const std::vector<SampleTrace>& traces) const;
  /// Of one sample.
  std::uint32_t steps_each() const { return static_cast<std::uint32_t>(steps / count); }
};

/// Every `of`-th run, from number `index` on.
struct RunShare {
  std::size_t index = 0, of = 1;
};

/// How many runs the samples are: one each, or one for all where state continues.
std::size_t run_count(const Workload& workload);
/// Calls `run` for each of them that belongs to `share`. Refuses a long run of too many steps.
void for_each_run(const Workload& workload,
                  const std::function<void(const EngineRun&)>& run,
                  RunShare share = {});

}  // namespace spikeloom
