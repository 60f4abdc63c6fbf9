#include "cli/flow/verify_flow.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/flow/integer_golden.hpp"
#include "cli/flow/map_flow.hpp"
#include "cli/flow/progress.hpp"
#include "cli/flow/sample_runs.hpp"
#include "models/base/error.hpp"
#include "models/library/library.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/rtl/build.hpp"
#include "sim/rtl/top.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-verify/1";
constexpr const char* kWaveform = "divergence.fst";
constexpr std::uint64_t kCyclesBefore = 200, kCyclesAfter = 10;  // in the waveform

/// The modules of hw/rtl that an experiment may replace, as `rtl` names them.
const std::vector<std::pair<std::string, std::string>> kReplaceable = {
    {"neuron_unit", "sl_neuron_unit"}, {"router", "sl_router"}};

rtl::Sources read_sources(const Workload& workload) {
  rtl::Sources sources;
  sources.folder = rtl_directory();
  sources.top = rtl::top_of(*workload.experiment.chip, workload.experiment.file);
  const Json given = workload.document->value("rtl", Json::object());
  ObjectReader reader(given, JsonPlace{workload.experiment.file, ""} / "rtl");
  for (const auto& [name, module] : kReplaceable) {
    if (!reader.has(name)) continue;
    const std::filesystem::path folder =
        std::filesystem::path(workload.experiment.file).parent_path();
    const std::filesystem::path file = folder / reader.string(name);
    if (!std::filesystem::is_regular_file(file))
      reader.fail(name, "names " + file.string() + ", which is no file");
    sources.replaced.emplace_back(module, std::filesystem::absolute(file));
  }
  reader.finish();
  return sources;
}

struct FoundDivergence {
  Divergence divergence;
  std::size_t sample;
};

class Verification {
 public:
  explicit Verification(const VerifyRequest& request)
      : request_(request),
        workload_(prepare_workload(request.experiment, request.overrides)),
        directory_(request.out.value_or(default_directory())) {
    if (!workload_.experiment.chip)
      throw InputError(workload_.experiment.file, "/chip", "required field is missing");
    require_sample();
  }

  VerifyOutcome run() {
    OutputDirectory output(directory_, kFormat);
    compare_all();
    if (found_) dump_waveform(output.file(kWaveform));
    VerifyOutcome outcome{directory_, result().dump(1) + "\n", summary(), !found_};
    output.write("result.json", outcome.json);
    output.publish();
    return outcome;
  }

 private:
  std::string default_directory() const {
    return (std::filesystem::path("results") /
            (std::filesystem::path(request_.experiment).stem().string() + "-verify"))
        .string();
  }

  void require_sample() const {
    if (request_.sample && *request_.sample >= run_count(workload_))
      throw InputError("",
                       "",
                       fmt::format("--sample is {}, the experiment has {} runs",
                                   *request_.sample,
                                   run_count(workload_)));
  }

  bool is_asked_for(const EngineRun& run) const {
    return !request_.sample || run.first / run.count == *request_.sample;
  }

  std::filesystem::path compiled(bool waveforms) {
    rtl::Sources sources = read_sources(workload_);
    sources.waveforms = waveforms;
    return rtl::build(sources, [&](const std::string& stage) { progress_.show(stage, 0); });
  }

  void compare_all() {
    const Lowering lowering = lower_workload(workload_);
    mapping_ =
        map_workload(workload_, lowering.network, [&](const std::string& stage, double fraction) {
          progress_.show(stage, fraction);
        }).mapping;
    const Chip& chip = *workload_.experiment.chip;
    rtl::Model model(compiled(false));
    model.configure(chip, mapping_);
    Lockstep lockstep(chip, mapping_, model);
    IntegerGolden golden(lowering.network);
    const std::size_t runs = request_.sample ? 1 : run_count(workload_);
    for_each_run(workload_, [&](const EngineRun& run) {
      if (found_ || !is_asked_for(run)) return;
      progress_.show("lockstep", static_cast<double>(samples_) / static_cast<double>(runs));
      const LockstepResult result =
          lockstep.run(run.sample, run.steps, golden.run(run.sample, run.steps, true));
      counts_ += result.counts;
      ++samples_;
      if (result.divergence) found_ = FoundDivergence{*result.divergence, run.first / run.count};
    });
  }

  // The same sample again, in RTL that writes its signals down.
  void dump_waveform(const std::string& path) {
    const Chip& chip = *workload_.experiment.chip;
    rtl::Model model(compiled(true));
    model.configure(chip, mapping_);
    Lockstep lockstep(chip, mapping_, model);
    const std::uint64_t cycle = found_->divergence.cycle;
    const std::uint64_t from = cycle < kCyclesBefore ? 0 : cycle - kCyclesBefore;
    for_each_run(workload_, [&](const EngineRun& run) {
      if (run.first / run.count == found_->sample)
        lockstep.record(run.sample, run.steps, {from, cycle + kCyclesAfter, path});
    });
  }

  std::string replay() const {
    return fmt::format("{} --sample {}", request_.command, found_->sample);
  }

  Json result() const {
    Json json = {{"format", kFormat},
                 {"name", workload_.experiment.name},
                 {"equal", !found_},
                 {"samples", samples_},
                 {"cycles", counts_.cycles},
                 {"moves", counts_.moves},
                 {"neuron_steps", counts_.neuron_steps},
                 {"spikes", counts_.spikes},
                 {"divergence", nullptr}};
    if (!found_) return json;
    const Divergence& d = found_->divergence;
    json["divergence"] = {{"sample", found_->sample},
                          {"cycle", d.cycle},
                          {"step", d.step ? Json(*d.step) : Json()},
                          {"where", d.where},
                          {"reference", d.reference},
                          {"expected", d.expected},
                          {"found", d.found},
                          {"before", d.before},
                          {"waveform", kWaveform},
                          {"replay", replay()}};
    return json;
  }

  std::string summary() const {
    std::string text = fmt::format(
        "{} on {}, all tiles RTL\n", workload_.experiment.name, workload_.experiment.chip->name);
    if (!found_)
      return text + fmt::format(
                        "  verdict      RTL equals chip and golden: {} samples, {} cycles\n"
                        "  compared     {} packets on ports, {} neuron steps, {} spikes\n",
                        samples_,
                        counts_.cycles,
                        counts_.moves,
                        counts_.neuron_steps,
                        counts_.spikes);
    const Divergence& d = found_->divergence;
    text += fmt::format(
        "  verdict      RTL differs from {}\n"
        "  first        sample {}, cycle {}{}: {}\n"
        "    {:<10} {}\n    {:<10} {}\n",
        d.reference,
        found_->sample,
        d.cycle,
        d.step ? fmt::format(" (step {})", *d.step) : "",
        d.where,
        d.reference,
        d.expected,
        "RTL",
        d.found);
    if (!d.before.empty()) text += "  before\n";
    for (const std::string& line : d.before) text += "    " + line + "\n";
    return text + fmt::format(
                      "  waveform     {}/{}\n  replay       {}\n", directory_, kWaveform, replay());
  }

  const VerifyRequest& request_;
  Workload workload_;
  std::string directory_;
  Progress progress_;
  Mapping mapping_;
  LockstepCounts counts_;
  std::uint64_t samples_ = 0;
  std::optional<FoundDivergence> found_;
};

}  // namespace

VerifyOutcome verify_experiment(const VerifyRequest& request) {
  return Verification(request).run();
}

}  // namespace spikeloom
