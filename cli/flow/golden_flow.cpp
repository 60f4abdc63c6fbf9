#include "cli/flow/golden_flow.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "cli/flow/progress.hpp"
#include "cli/flow/reference.hpp"
#include "cli/flow/resources.hpp"
#include "cli/flow/run_flow.hpp"
#include "cli/flow/sample_runs.hpp"
#include "models/base/error.hpp"
#include "sim/report/output_directory.hpp"

namespace spikeloom {
namespace {

constexpr const char* kGoldenFormat = "spikeloom-golden/1";

// A preset's name, or the object in a file.
std::string semantics_value(const std::string& given) {
  if (!given.ends_with(".json")) {
    const std::vector<std::string> presets = semantics_preset_names();
    if (std::find(presets.begin(), presets.end(), given) == presets.end())
      throw InputError("",
                       "",
                       "--semantics: there is no preset '" + given +
                           "' (see spikeloom list semantics), and a file would end in .json");
    return Json(given).dump();
  }
  const Json document = read_json_file(given);
  return to_json(read_semantics(document, JsonPlace{given, ""})).dump();
}

std::vector<Override> with_semantics(std::vector<Override> overrides, const std::string& given) {
  overrides.push_back({"/network/semantics", semantics_value(given)});
  return overrides;
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
    if (!names.insert(convention_name(experiment)).second)
      throw InputError(
          "", "", "--semantics: two conventions are named '" + convention_name(experiment) + "'");
  return experiments;
}

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
  for (const GoldenRun& run : result.runs) {
    if (run.non_finite)
      result.warnings.push_back(
          non_finite_words(*run.non_finite, result.population_names, result.steps) + " under " +
          run.name);
    for (const std::string& words : overflow_words(run.overflows))
      result.warnings.push_back(words + " under " + run.name);
  }
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
