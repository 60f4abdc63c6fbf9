#pragma once
// The books of a run: adds up, sample by sample and in their order, what engines did.

#include <memory>
#include <vector>

#include "cli/flow/causes.hpp"
#include "cli/flow/engines.hpp"
#include "cli/flow/readout.hpp"
#include "cli/flow/real_time_tally.hpp"
#include "sim/golden/neurobench.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/trace_files.hpp"

namespace spikeloom {

class RunAccount {
 public:
  /// All but `traces`, which may be null, outlive the account.
  RunAccount(const Workload& workload,
             const Lowering& lowering,
             const Mapping& mapping,
             std::unique_ptr<TraceFiles> traces);

  /// The next run, and what the engines did in it.
  void add(const EngineRun& run, const RunRecord& record);
  /// Fills in what samples and totals say; no sample comes after it.
  void close(const EngineTotals& totals, RunResult& result);

 private:
  void note(const std::string& engine,
            std::size_t sample,
            const std::vector<SampleTrace>& traces,
            EngineTally& tally);
  void fill_float(const EngineTotals& totals, RunResult& result) const;
  LatencyFigures latency(std::uint64_t cycles);

  const Workload& workload_;
  const LoweredNetwork& network_;
  NetworkMeter meter_;
  std::unique_ptr<TraceFiles> traces_;
  EngineTally float_tally_, integer_tally_, chip_tally_;
  RunComparison comparison_;
  RealTimeTally real_time_;
  std::vector<SampleReadout> rows_;
  std::vector<std::uint64_t> step_cycles_;
  std::uint64_t reset_cycles_ = 0;
};

}  // namespace spikeloom
