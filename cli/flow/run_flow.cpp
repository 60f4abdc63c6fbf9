#include "cli/flow/run_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/flow/causes.hpp"
#include "cli/flow/map_flow.hpp"
#include "cli/flow/neurobench.hpp"
#include "cli/flow/progress.hpp"
#include "cli/flow/readout.hpp"
#include "cli/flow/resources.hpp"
#include "cli/flow/sample_runs.hpp"
#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/float_engine.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/si_format.hpp"

namespace spikeloom {
namespace {

// The `simulator` object: how to simulate, which changes no number.
HostOptions read_simulator(const Workload& workload) {
  const Json given = workload.document->value("simulator", Json::object());
  ObjectReader reader(given, JsonPlace{workload.experiment.file, ""} / "simulator");
  HostOptions options;
  options.skip_idle = reader.boolean("skip_idle", true);
  if (reader.has("shuffle_seed"))
    options.shuffle_seed =
        static_cast<std::uint32_t>(reader.unsigned_integer("shuffle_seed", 0, UINT32_MAX));
  reader.finish();
  return options;
}

Json to_json(const HostOptions& options) {
  Json json = {{"skip_idle", options.skip_idle}};
  if (options.shuffle_seed) json["shuffle_seed"] = *options.shuffle_seed;
  return json;
}

constexpr std::size_t kEngines = 3;  // float, integer, chip
constexpr double kClockTick = 1e-6;  // s; getrusage counts in these

std::uint64_t percentile(const std::vector<std::uint64_t>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(share * last)];
}

// Runs the three engines side by side, sample by sample, so that only one sample is in memory.
class SideBySide {
 public:
  SideBySide(const Workload& workload,
             const Lowering& lowering,
             const Mapping& mapping,
             std::unique_ptr<TraceFiles> traces)
      : workload_(workload),
        integer_(lowering.network),
        network_(lowering.network),
        meter_(lowering.network),
        chip_(*workload.experiment.chip, mapping, read_simulator(workload)),
        traces_(std::move(traces)),
        record_states_(traces_ != nullptr || needs_states(workload)),
        float_tally_(workload, "float", nullptr),
        integer_tally_(workload, "integer", &lowering.network),
        chip_tally_(workload, "chip", &lowering.network),
        comparison_(workload, lowering.network, mapping) {
    if (workload.source)
      float_.emplace(workload.source->graph,
                     workload.source->order,
                     *workload.experiment.network.semantics,
                     workload.experiment.network.dt);
  }

  void run(Progress& progress) {
    const auto samples = static_cast<double>(workload_.input.samples.size());
    for_each_run(workload_, [&](const EngineRun& run) {
      run_engines(run);
      progress.show("simulate", static_cast<double>(run.first + run.count) / samples);
    });
    if (traces_) traces_->finish();
  }

  void fill(RunResult& result) {
    if (float_) fill_float(result);
    result.integer_engine = integer_tally_.summary();
    result.integer_engine.neurobench = neurobench_of(
        integer_tally_, network_, workload_.experiment.quantization, meter_, integer_.counts());
    result.chip_engine = chip_tally_.summary();
    result.comparison = comparison_.result();
    for (const std::string& warning : comparison_.warnings()) result.warnings.push_back(warning);
    result.readouts = std::move(rows_);
    const IntegerCounts& counts = integer_.counts();
    result.overflows = {counts.sum_overflows, counts.u_overflows, counts.v_overflows};
    result.latency = latency();
  }

  const ChipSimulator& chip() const { return chip_; }
  double chip_cpu_seconds() const { return chip_cpu_seconds_; }

 private:
  void run_engines(const EngineRun& run) {
    if (float_)
      note("float",
           run.first,
           run.cut_back(float_->run(run.sample, run.steps, record_states_)),
           float_tally_);
    SampleTrace integer = integer_.run(run.sample, run.steps, record_states_);
    meter_.add(integer, run.steps);
    const std::vector<SampleTrace> expected = run.cut_back(std::move(integer));
    note("integer", run.first, expected, integer_tally_);
    const double before = cpu_seconds();
    SampleRun chip = chip_.run(run.sample, run.steps, record_states_);
    chip_cpu_seconds_ += cpu_seconds() - before;
    const std::vector<SampleTrace> found = run.cut_back(std::move(chip.trace));
    note("chip", run.first, found, chip_tally_);
    comparison_.add(run, expected, found, chip.log);
    reset_cycles_ += chip.reset_cycles;
    step_cycles_.insert(step_cycles_.end(), chip.step_cycles.begin(), chip.step_cycles.end());
  }

  void note(const std::string& engine,
            std::size_t sample,
            const std::vector<SampleTrace>& traces,
            EngineTally& tally) {
    for (const SampleTrace& trace : traces) {
      tally.add(sample, trace, rows_);
      if (traces_) traces_->add(engine, sample, trace);
      ++sample;
    }
  }

  void fill_float(RunResult& result) const {
    result.float_engine = float_tally_.summary();
    result.float_engine->neurobench =
        neurobench_of(float_tally_, workload_, *workload_.experiment.network.semantics, *float_);
    const auto overflow = float_->counts().first_non_finite;
    if (overflow)
      result.warnings.push_back("float golden: " + non_finite_words(*overflow,
                                                                    workload_.population_names,
                                                                    workload_.experiment.steps));
  }

  LatencyFigures latency() {
    LatencyFigures figures;
    figures.cycles = chip_.cycles();
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

  const Workload& workload_;
  std::optional<FloatEngine> float_;
  FastIntegerEngine integer_;
  const LoweredNetwork& network_;
  NetworkMeter meter_;
  ChipSimulator chip_;
  std::unique_ptr<TraceFiles> traces_;
  bool record_states_;
  EngineTally float_tally_, integer_tally_, chip_tally_;
  RunComparison comparison_;
  std::vector<SampleReadout> rows_;
  std::vector<std::uint64_t> step_cycles_;
  std::uint64_t reset_cycles_ = 0;
  double chip_cpu_seconds_ = 0;
};

TrafficFigures traffic_of(const ChipSimulator& chip) {
  TrafficFigures figures;
  const ActionCounts actions = chip.actions();
  figures.packets = actions[Action::SpikeWithinTile] + actions[Action::InputPacket];
  figures.deliveries = actions[Action::AxonLookup];
  figures.hops = actions[Action::HopEastWest] + actions[Action::HopNorthSouth];
  figures.dropped = chip.dropped_packets();
  for (const TileActivity& tile : chip.tiles()) {
    figures.worst_queue = std::max(figures.worst_queue, tile.worst_queue);
    for (std::size_t link = 0; link < kLinkCount; ++link)
      figures.worst_link_load = std::max(
          figures.worst_link_load,
          static_cast<double>(tile.sent_packets[link]) / static_cast<double>(chip.cycles()));
  }
  return figures;
}

std::string populations_on(const CoreImage& core, const std::vector<std::string>& names) {
  std::set<PopulationId> present;
  for (const NeuronIdentity& neuron : core.identity) present.insert(neuron.population);
  std::vector<std::string> present_names;
  for (const PopulationId population : present)
    present_names.push_back(names[index_of(population)]);
  return comma_separated(present_names);
}

std::vector<TileFigures> tiles_of(const ChipSimulator& simulator,
                                  const Mapping& mapping,
                                  const Experiment& experiment) {
  const Chip& chip = *experiment.chip;
  std::vector<TileFigures> tiles(chip.tile_count());
  for (const TileId tile : IdRange<TileId>(chip.tile_count())) {
    const TileActivity& activity = simulator.tiles()[tile];
    TileFigures& figures = tiles[index_of(tile)];
    figures.position = chip.position_of(tile);
    figures.worst_queue = activity.worst_queue;
    for (std::size_t link = 0; link < kLinkCount; ++link)
      figures.packets_sent += activity.sent_packets[link];
    constexpr std::uint64_t kNoTime = 0;  // leaves leakage and clock out: dynamic energy only
    figures.dynamic = price_run(activity.actions, kNoTime, chip, *experiment.prices).total;
  }
  for (const CoreImage& core : mapping.cores) {
    TileFigures& figures = tiles[index_of(core.tile)];
    figures.neurons = core.neurons();
    figures.populations = populations_on(core, mapping.population_names);
  }
  return tiles;
}

void warn_of_silence(const std::vector<bool>& spikes, RunResult& result) {
  for (std::size_t p = 0; p < result.population_names.size(); ++p)
    if (spikes[p] && result.integer_engine.spikes[p] == 0)
      result.warnings.push_back("population " + result.population_names[p] +
                                " never spiked: comparing silence proves nothing");
}

void warn_of_overflow(RunResult& result) {
  for (const std::string& words : overflow_words(result.overflows))
    result.warnings.push_back(words);
}

Json effective(const Workload& workload) {
  Json json = effective_document(workload.experiment, *workload.document);
  json["mapping"] = effective_mapping(workload);
  json["simulator"] = to_json(read_simulator(workload));
  return json;
}

RunResult describe(const Workload& workload,
                   const Lowering& lowering,
                   const MappingResult& mapping,
                   const std::string& command) {
  RunResult result;
  result.experiment = effective(workload).dump(1);
  result.name = workload.experiment.name;
  result.network = source_words(workload.experiment);
  const auto& semantics = workload.experiment.network.semantics;
  if (semantics) result.network += ", semantics " + semantics->name;
  result.chip_name = workload.experiment.chip->name;
  result.command = command;
  result.seed = workload.experiment.seed.value();
  result.samples = workload.input.samples.size();
  result.population_names = workload.population_names;
  result.mapping = mapping.quality;
  result.mapping_stages = mapping.mapping.stages;
  result.quantization = lowering.losses;
  result.width = workload.experiment.chip->topology.width;
  result.height = workload.experiment.chip->topology.height;
  result.warnings = mapping.warnings;
  return result;
}

void write_all(const RunResult& result, const Mapping& mapping, OutputDirectory& output) {
  output.write("effective.json", result.experiment + "\n");
  write_mapping(mapping, output.file("mapping.h5"));
  output.write("samples.csv", samples_csv(result.readouts));
  output.write("chip.svg", chip_picture(result));
  output.write("report.html", html_report(result));
  output.write("result.json", spikeloom::to_json(result).dump(1) + "\n");
  output.publish();
}

}  // namespace

std::string source_words(const Experiment& experiment) {
  const NetworkSpec& network = experiment.network;
  const auto name_of = [](const std::string& path) {
    return std::filesystem::path(path).filename().string();
  };
  const std::string source = network.nir    ? name_of(*network.nir)
                             : network.netx ? name_of(*network.netx) + ", Loihi's integers"
                                            : "generated at random";
  return fmt::format("{}, {} steps of {}", source, experiment.steps, si(network.dt.value(), "s"));
}

void validate_options(const Workload& workload) {
  read_simulator(workload);
  effective_mapping(workload);
}

std::string default_directory(const std::string& experiment) {
  return (std::filesystem::path("results") / std::filesystem::path(experiment).stem()).string();
}

RunOutcome run_experiment(const RunRequest& request) {
  const double wall_start = wall_seconds();
  const Workload workload = prepare_workload(request.experiment, request.overrides);
  validate_options(workload);
  const std::string directory = request.out.value_or(default_directory(request.experiment));
  OutputDirectory output(directory);
  std::unique_ptr<TraceFiles> traces = open_traces(request.trace, workload, kEngines, output);
  Progress progress;
  const Lowering lowering = lower_workload(workload);
  const MappingResult mapping =
      map_workload(workload, lowering.network, [&](const std::string& stage, double fraction) {
        progress.show(stage, fraction);
      });

  RunResult result = describe(workload, lowering, mapping, request.command);
  SideBySide engines(workload, lowering, mapping.mapping, std::move(traces));
  engines.run(progress);
  engines.fill(result);
  const ChipSimulator& chip = engines.chip();
  result.energy = price_run(
      chip.actions(), chip.cycles(), *workload.experiment.chip, *workload.experiment.prices);
  result.traffic = traffic_of(chip);
  result.tiles = tiles_of(chip, mapping.mapping, workload.experiment);
  warn_of_silence(workload.population_spikes, result);
  warn_of_overflow(result);
  result.simulator.synaptic_events = chip.actions()[Action::SynapticOperation];
  result.simulator.chip_cpu_s = engines.chip_cpu_seconds();
  result.simulator.synaptic_events_per_cpu_s =
      static_cast<double>(result.simulator.synaptic_events) /
      std::max(result.simulator.chip_cpu_s, kClockTick);
  result.simulator.cpu_s = cpu_seconds();
  result.simulator.wall_s = wall_seconds() - wall_start;
  result.simulator.peak_rss_bytes = peak_resident_bytes();
  write_all(result, mapping.mapping, output);
  return {std::move(result), directory};
}

}  // namespace spikeloom
