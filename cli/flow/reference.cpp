#include "cli/flow/reference.hpp"

#include <nlohmann/json.hpp>

#include "cli/flow/neurobench.hpp"
#include "models/base/error.hpp"

namespace spikeloom {

std::string convention_name(const Experiment& experiment) {
  if (experiment.network.semantics) return convention_label(experiment.network.semantics->name);
  return experiment.network.netx ? "netx" : "generated";
}

Reference::Reference(const Workload& workload, const Experiment& experiment, GoldenEngine engine)
    : workload_(workload), experiment_(experiment), name_(convention_name(experiment)) {
  if (engine == GoldenEngine::Integer)
    start_integer();
  else
    start_float();
  tally_.emplace(workload, name_, lowering_ ? &lowering_->network : nullptr);
}

void Reference::start_integer() {
  lowering_ = lower_workload(workload_, experiment_);
  if (lowering_->network.is_spinnaker)
    spinnaker_.emplace(lowering_->network);
  else
    integer_.emplace(lowering_->network);
  meter_.emplace(lowering_->network);
}

void Reference::start_float() {
  if (workload_.netx)
    throw InputError(experiment_.file,
                     "/network/netx",
                     "a netx network is integer: run it with --engine integer");
  if (!workload_.source)
    throw InputError(experiment_.file,
                     experiment_.network.random ? "/network/random" : "/network/local",
                     "a generated network is integer: run it with --engine integer");
  float_.emplace(workload_.source->graph,
                 workload_.source->order,
                 *experiment_.network.semantics,
                 experiment_.network.dt,
                 workload_.resets);
}

std::vector<SampleTrace> Reference::run(const EngineRun& run, bool record_states) {
  if (float_) return run.cut_back(float_->run(run.sample, run.steps, record_states));
  SampleTrace trace = spinnaker_ ? spinnaker_->run(run.sample, run.steps, record_states)
                                 : integer_->run(run.sample, run.steps, record_states);
  meter_->add(trace, run.steps);
  return run.cut_back(std::move(trace));
}

bool Reference::shares_unit(const Reference& other) const {
  if (lowering_) return false;
  const auto normalized = [](const Reference& reference) {
    return reference.experiment_.network.semantics->input_gain == InputGain::Normalized;
  };
  return normalized(*this) == normalized(other);
}

const IntegerCounts& Reference::integer_counts() const {
  return spinnaker_ ? spinnaker_->counts() : integer_->counts();
}

void Reference::describe(GoldenRun& run) const {
  run.name = name_;
  if (experiment_.network.semantics) run.semantics = to_json(*experiment_.network.semantics).dump();
  run.summary = tally_->summary();
  run.summary.neurobench =
      lowering_
          ? neurobench_of(
                *tally_, lowering_->network, experiment_.quantization, *meter_, integer_counts())
          : neurobench_of(*tally_, workload_, *experiment_.network.semantics, float_->counts());
  if (float_) run.non_finite = float_->counts().first_non_finite;
  if (!lowering_) return;
  run.quantization = lowering_->losses;
  const IntegerCounts& counts = integer_counts();
  run.overflows = {
      counts.sum_overflows, counts.u_overflows, counts.v_overflows, counts.spike_overflows};
}

}  // namespace spikeloom
