#include "cli/flow/run_account.hpp"

#include <algorithm>

#include "cli/flow/neurobench.hpp"

namespace spikeloom {
namespace {

std::uint64_t percentile(const std::vector<std::uint64_t>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(share * last)];
}

}  // namespace

RunAccount::RunAccount(const Workload& workload,
                       const Lowering& lowering,
                       const Mapping& mapping,
                       std::unique_ptr<TraceFiles> traces)
    : workload_(workload),
      network_(lowering.network),
      meter_(lowering.network),
      traces_(std::move(traces)),
      float_tally_(workload, "float", nullptr),
      integer_tally_(workload, "integer", &lowering.network),
      chip_tally_(workload, "chip", &lowering.network),
      comparison_(workload, lowering.network, mapping) {}

void RunAccount::add(const EngineRun& run, const RunRecord& record) {
  note("float", run.first, record.float_traces, float_tally_);
  note("integer", run.first, record.integer_traces, integer_tally_);
  note("chip", run.first, record.chip_traces, chip_tally_);
  for (const SampleTrace& trace : record.integer_traces) meter_.add(trace, run.steps_each());
  comparison_.add(run, record.integer_traces, record.chip_traces, record.chip.log);
  real_time_.add(record.chip.real_time);
  const std::vector<std::uint64_t>& cycles = record.chip.step_cycles;
  reset_cycles_ += record.chip.reset_cycles;
  step_cycles_.insert(step_cycles_.end(), cycles.begin(), cycles.end());
}

void RunAccount::note(const std::string& engine,
                      std::size_t sample,
                      const std::vector<SampleTrace>& traces,
                      EngineTally& tally) {
  for (const SampleTrace& trace : traces) {
    tally.add(sample, trace, rows_);
    if (traces_) traces_->add(engine, sample, trace);
    ++sample;
  }
}

void RunAccount::close(const EngineTotals& totals, RunResult& result) {
  if (traces_) traces_->finish();
  if (workload_.source) fill_float(totals, result);
  result.integer_engine = integer_tally_.summary();
  result.integer_engine.neurobench = neurobench_of(
      integer_tally_, network_, workload_.experiment.quantization, meter_, totals.integer);
  result.chip_engine = chip_tally_.summary();
  result.comparison = comparison_.result();
  for (const std::string& warning : comparison_.warnings()) result.warnings.push_back(warning);
  result.readouts = std::move(rows_);
  const IntegerCounts& counts = totals.integer;
  result.overflows = {
      counts.sum_overflows, counts.u_overflows, counts.v_overflows, counts.spike_overflows};
  result.latency = latency(totals.chip_cycles);
  result.real_time = real_time_.figures(workload_.experiment.chip->step);
}

void RunAccount::fill_float(const EngineTotals& totals, RunResult& result) const {
  result.float_engine = float_tally_.summary();
  result.float_engine->neurobench = neurobench_of(
      float_tally_, workload_, *workload_.experiment.network.semantics, totals.float_counts);
  const auto& overflow = totals.float_counts.first_non_finite;
  if (overflow)
    result.warnings.push_back("float golden: " + non_finite_words(*overflow,
                                                                  workload_.population_names,
                                                                  workload_.experiment.steps));
}

LatencyFigures RunAccount::latency(std::uint64_t cycles) {
  LatencyFigures figures;
  figures.cycles = cycles;
  figures.reset_cycles = reset_cycles_;
  const double period = period_of(workload_.experiment.chip->clock).value();
  figures.total = Seconds(static_cast<double>(figures.cycles) * period);
  const auto samples = static_cast<double>(workload_.input.samples.size());
  figures.per_sample = Seconds(figures.total.value() / samples);
  std::sort(step_cycles_.begin(), step_cycles_.end());
  figures.step_p50 = percentile(step_cycles_, 0.50);
  figures.step_p95 = percentile(step_cycles_, 0.95);
  figures.step_max = step_cycles_.back();
  return figures;
}

}  // namespace spikeloom
