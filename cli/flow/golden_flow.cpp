#include "cli/flow/golden_flow.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/flow/neurobench.hpp"
#include "cli/flow/progress.hpp"
#include "cli/flow/readout.hpp"
#include "cli/flow/resources.hpp"
#include "cli/flow/run_flow.hpp"
#include "cli/flow/sample_runs.hpp"
#include "models/base/error.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/float_engine.hpp"
#include "sim/golden/spinnaker_engine.hpp"
#include "sim/report/output_directory.hpp"

namespace spikeloom {
namespace {

constexpr const char* kGoldenFormat = "spikeloom-golden/1";

// A preset's name, or the object in a file.
std::string semantics_value(const std::string& given) {
  if (!given.ends_with(".json")) return Json(given).dump();
  const Json document = read_json_file(given);
  return to_json(read_semantics(document, JsonPlace{given, ""})).dump();
}

std::vector<Override> with_semantics(std::vector<Override> overrides, const std::string& given) {
  overrides.push_back({"/network/semantics", semantics_value(given)});
  return overrides;
}

std::string name_of(const Experiment& experiment) {
  if (experiment.network.semantics) return convention_label(experiment.network.semantics->name);
  return experiment.network.netx ? "netx" : "generated";
}

// The experiment once per convention.
std::vector<Experiment> experiments_of(const GoldenRequest& request, const Workload& workload) {
  std::vector<Experiment> experiments{workload.experiment};
  for (std::size_t i = 1; i < request.semantics.size(); ++i)
    experiments.push_back(read_experiment(
        load_experiment_document(request.experiment,
                                 with_semantics(request.overrides, request.semantics[i])),
        request.experiment));
  std::set<std::string> names;
  for (const Experiment& experiment : experiments)
    if (!names.insert(name_of(experiment)).second)
      throw InputError(
          "", "", "--semantics: two conventions are named '" + name_of(experiment) + "'");
  return experiments;
}

// One engine under one convention, and what it did so far.
class Reference {
 public:
  /// `workload` and `experiment` outlive the reference.
  Reference(const Workload& workload, const Experiment& experiment, GoldenEngine engine)
      : workload_(workload), experiment_(experiment), name_(name_of(experiment)) {
    if (engine == GoldenEngine::Integer) {
      lowering_ = lower_workload(workload, experiment);
      if (lowering_->network.is_spinnaker)
        spinnaker_.emplace(lowering_->network, workload.resets);
      else
        integer_.emplace(lowering_->network, workload.resets);
      meter_.emplace(lowering_->network);
    } else {
      start_float(workload);
    }
    tally_.emplace(workload, name_, lowering_ ? &lowering_->network : nullptr);
  }

  const std::string& name() const { return name_; }
  std::vector<SampleTrace> run(const EngineRun& run, bool record_states) {
    if (float_) return run.cut_back(float_->run(run.sample, run.steps, record_states));
    SampleTrace trace = spinnaker_ ? spinnaker_->run(run.sample, run.steps, record_states)
                                   : integer_->run(run.sample, run.steps, record_states);
    meter_->add(trace, run.steps);
    return run.cut_back(std::move(trace));
  }
  EngineTally& tally() { return *tally_; }

  // Whether v of both counts in the same unit.
  bool shares_unit(const Reference& other) const {
    if (lowering_) return false;
    const auto normalized = [](const Reference& reference) {
      return reference.experiment_.network.semantics->input_gain == InputGain::Normalized;
    };
    return normalized(*this) == normalized(other);
  }

  void describe(GoldenRun& run) const {
    run.name = name_;
    if (experiment_.network.semantics)
      run.semantics = to_json(*experiment_.network.semantics).dump();
    run.summary = tally_->summary();
    run.summary.neurobench =
        lowering_
            ? neurobench_of(
                  *tally_, lowering_->network, experiment_.quantization, *meter_, integer_counts())
            : neurobench_of(*tally_, workload_, *experiment_.network.semantics, *float_);
    if (float_) run.non_finite = float_->counts().first_non_finite;
    if (!lowering_) return;
    run.quantization = lowering_->losses;
    const IntegerCounts& counts = integer_counts();
    run.overflows = {counts.sum_overflows, counts.u_overflows, counts.v_overflows};
  }

 private:
  const IntegerCounts& integer_counts() const {
    return spinnaker_ ? spinnaker_->counts() : integer_->counts();
  }

  void start_float(const Workload& workload) {
    if (workload.netx)
      throw InputError(experiment_.file,
                       "/network/netx",
                       "a netx network is integer: run it with --engine integer");
    if (!workload.source)
      throw InputError(experiment_.file,
                       "/network/random",
                       "a generated network is integer: run it with --engine integer");
    float_.emplace(workload.source->graph,
                   workload.source->order,
                   *experiment_.network.semantics,
                   experiment_.network.dt,
                   workload.resets);
  }

  const Workload& workload_;
  const Experiment& experiment_;
  std::string name_;
  std::optional<Lowering> lowering_;
  std::optional<FloatEngine> float_;
  std::optional<FastIntegerEngine> integer_;
  std::optional<SpinnakerEngine> spinnaker_;
  std::optional<NetworkMeter> meter_;
  std::optional<EngineTally> tally_;
};

std::vector<Compared> compared_in(const Workload& workload, bool potentials) {
  std::vector<Compared> compared;
  for (std::size_t p = 0; p < workload.population_names.size(); ++p)
    compared.push_back(workload.population_is_input[p] ? Compared::Nothing
                       : workload.population_spikes[p] ? Compared::Spikes
                       : potentials                    ? Compared::Potential
                                                       : Compared::Nothing);
  return compared;
}

// Conventions step through the samples together.
class SideBySide {
 public:
  SideBySide(const Workload& workload,
             const std::vector<Experiment>& experiments,
             GoldenEngine engine,
             TraceFiles* traces)
      : workload_(workload), traces_(traces), record_(traces || needs_states(workload)) {
    for (const Experiment& experiment : experiments) {
      references_.push_back(std::make_unique<Reference>(workload, experiment, engine));
      const bool potentials = references_.back()->shares_unit(*references_.front());
      differences_.emplace_back(compared_in(workload, potentials));
    }
  }

  void run(Progress& progress) {
    const auto samples = static_cast<double>(workload_.input.samples.size());
    for_each_run(workload_, [&](const EngineRun& run) {
      const std::vector<SampleTrace> first = references_.front()->run(run, record_);
      note(run.first, *references_.front(), first);
      for (std::size_t i = 1; i < references_.size(); ++i) {
        const std::vector<SampleTrace> other = references_[i]->run(run, record_);
        note(run.first, *references_[i], other);
        for (std::size_t k = 0; k < run.count; ++k)
          differences_[i].add(run.first + k, first[k], other[k]);
      }
      progress.show("golden", static_cast<double>(run.first + run.count) / samples);
    });
    if (traces_) traces_->finish();
  }

  void fill(GoldenResult& result) {
    for (std::size_t i = 0; i < references_.size(); ++i) {
      GoldenRun& run = result.runs.emplace_back();
      references_[i]->describe(run);
      run.differences = differences_[i];
    }
    result.readouts = std::move(rows_);
  }

 private:
  void note(std::size_t sample, Reference& reference, const std::vector<SampleTrace>& traces) {
    for (const SampleTrace& trace : traces) {
      reference.tally().add(sample, trace, rows_);
      if (traces_) traces_->add(reference.name(), sample, trace);
      ++sample;
    }
  }

  const Workload& workload_;
  TraceFiles* traces_;
  bool record_;
  std::vector<std::unique_ptr<Reference>> references_;
  std::vector<SpikeComparison> differences_;
  std::vector<SampleReadout> rows_;
};

void warn_of_silence(const Workload& workload, GoldenResult& result) {
  for (const GoldenRun& run : result.runs)
    for (std::size_t p = 0; p < workload.population_names.size(); ++p)
      if (workload.population_spikes[p] && run.summary.spikes[p] == 0)
        result.warnings.push_back("population " + workload.population_names[p] +
                                  " never spiked under " + run.name);
}

void warn_of_overflow(GoldenResult& result) {
  for (const GoldenRun& run : result.runs)
    if (run.non_finite)
      result.warnings.push_back(
          non_finite_words(*run.non_finite, result.population_names, result.steps) + " under " +
          run.name);
}

GoldenResult describe(const Workload& workload, const GoldenRequest& request) {
  GoldenResult result;
  result.experiment = effective_document(workload.experiment, *workload.document).dump(1);
  result.name = workload.experiment.name;
  result.network = source_words(workload.experiment);
  result.engine = request.engine == GoldenEngine::Integer ? "integer" : "float";
  result.seed = workload.experiment.seed.value();
  result.steps = workload.experiment.steps;
  result.samples = workload.input.samples.size();
  result.population_names = workload.population_names;
  return result;
}

std::optional<std::string> directory_of(const GoldenRequest& request) {
  if (request.out || !request.trace.wanted()) return request.out;
  return default_directory(request.experiment) + "-golden";
}

}  // namespace

GoldenOutcome run_golden(const GoldenRequest& request) {
  const double wall_start = wall_seconds();
  const Workload workload = prepare_workload(
      request.experiment,
      request.semantics.empty() ? request.overrides
                                : with_semantics(request.overrides, request.semantics.front()));
  validate_options(workload);
  const std::vector<Experiment> experiments = experiments_of(request, workload);
  GoldenOutcome outcome{describe(workload, request), directory_of(request)};
  std::optional<OutputDirectory> output;
  if (outcome.directory) output.emplace(*outcome.directory, kGoldenFormat);
  std::unique_ptr<TraceFiles> traces;
  if (output) traces = open_traces(request.trace, workload, experiments.size(), *output);
  {
    Progress progress;
    SideBySide references(workload, experiments, request.engine, traces.get());
    references.run(progress);
    references.fill(outcome.result);
  }
  GoldenResult& result = outcome.result;
  warn_of_silence(workload, result);
  warn_of_overflow(result);
  result.cpu_s = cpu_seconds();
  result.wall_s = wall_seconds() - wall_start;
  result.peak_rss_bytes = peak_resident_bytes();
  if (!output) return outcome;
  output->write("effective.json", result.experiment + "\n");
  output->write("samples.csv", samples_csv(result.readouts));
  output->write("result.json", to_json(result).dump(1) + "\n");
  output->publish();
  return outcome;
}

}  // namespace spikeloom
