#include "cli/flow/run_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/flow/map_flow.hpp"
#include "cli/flow/parallel_runs.hpp"
#include "cli/flow/progress.hpp"
#include "cli/flow/resources.hpp"
#include "cli/flow/run_account.hpp"
#include "cli/flow/sample_runs.hpp"
#include "cli/flow/simulator_options.hpp"
#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/chip/grid.hpp"
#include "models/mapping/configuration.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/packet_file.hpp"
#include "sim/report/si_format.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kEngines = 3;  // float, integer, chip
constexpr double kClockTick = 1e-6;  // s; getrusage counts in these

ConfigurationFigures configuration_figures(const Mapping& mapping, const Experiment& experiment) {
  const Configuration configuration = configuration_of(mapping, *experiment.chip);
  const Seconds time(static_cast<double>(configuration.cycles) *
                     period_of(experiment.chip->clock).value());
  ConfigurationFigures figures{configuration.words, configuration.cycles, time, std::nullopt};
  const Picojoules each = experiment.prices->of(Action::ConfigurationWord).each;
  if (each.value() > 0) figures.energy = to_joules(each) * static_cast<double>(configuration.words);
  return figures;
}

/// Takes in what the tile at `position` did.
void add_tile(TrafficFigures& figures,
              const TileActivity& tile,
              TilePosition position,
              std::uint64_t cycles) {
  figures.detoured += tile.blocked.detoured;
  figures.dropped += tile.blocked.dropped + tile.unrouted;
  figures.reinjected += tile.blocked.reinjected;
  figures.lost += tile.blocked.lost + tile.unrouted;
  figures.worst_queue = std::max(figures.worst_queue, tile.worst_queue);
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    const LinkActivity& activity = tile.links[link];
    figures.starved_cycles += activity.starved_cycles;
    const double busy = static_cast<double>(activity.busy_cycles) / static_cast<double>(cycles);
    if (busy <= figures.worst_link_busy) continue;
    figures.worst_link_busy = busy;
    figures.worst_link_load = static_cast<double>(activity.packets) / static_cast<double>(cycles);
    figures.worst_link = {position, static_cast<Port>(link)};
  }
}

TrafficFigures traffic_of(const EngineTotals& totals, const Chip& chip) {
  TrafficFigures figures;
  const ActionCounts actions = totals.actions();
  figures.packets = actions[Action::SpikeWithinTile] + actions[Action::InputPacket];
  figures.deliveries = actions[Action::AxonLookup];
  for (const Action hop :
       {Action::HopEastWest, Action::HopNorthSouth, Action::HopDiagonal, Action::HopBetweenChips})
    figures.hops += actions[hop];
  for (const TileId tile : ids_of(totals.tiles))
    add_tile(figures, totals.tiles[tile], chip.position_of(tile), totals.chip_cycles);
  for (const TilePosition position : chip.io.ports) {
    const ActionCounts& port = totals.tiles[chip.tile_at(position)].actions;
    figures.ports.push_back({position, port[Action::InputPacket], port[Action::OutputPacket]});
  }
  return figures;
}

// What the cores of each tile hold.
void add_contents(const Mapping& mapping, std::vector<TileFigures>& tiles) {
  std::vector<std::set<PopulationId>> present(tiles.size());
  for (const CoreImage& core : mapping.cores) {
    tiles[index_of(core.tile)].neurons += core.neurons();
    for (const NeuronIdentity& neuron : core.identity)
      present[index_of(core.tile)].insert(neuron.population);
  }
  for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
    std::vector<std::string> names;
    for (const PopulationId population : present[tile])
      names.push_back(mapping.population_names[index_of(population)]);
    tiles[tile].populations = comma_separated(names);
  }
}

std::vector<TileFigures> tiles_of(const EngineTotals& totals,
                                  const Mapping& mapping,
                                  const Experiment& experiment) {
  const Chip& chip = *experiment.chip;
  std::vector<TileFigures> tiles(chip.tile_count());
  for (const TileId tile : IdRange<TileId>(chip.tile_count())) {
    const TileActivity& activity = totals.tiles[tile];
    TileFigures& figures = tiles[index_of(tile)];
    figures.position = chip.position_of(tile);
    figures.worst_queue = activity.worst_queue;
    figures.links = activity.links;
    for (std::size_t link = 0; link < kLinkCount; ++link)
      figures.packets_sent += activity.sent_packets[link];
    constexpr std::uint64_t kNoTime = 0;  // leaves leakage and clock out: dynamic energy only
    figures.dynamic = price_run(activity.actions, kNoTime, chip, *experiment.prices).total;
  }
  add_contents(mapping, tiles);
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

// Sample by sample, so that only few are in memory.
EngineTotals run_samples(const EngineTask& task,
                         std::uint32_t jobs,
                         RunAccount& account,
                         Progress& progress) {
  const auto samples = static_cast<double>(task.workload.input.samples.size());
  return run_engines(task, jobs, [&](const EngineRun& run, const RunRecord& record) {
    account.add(run, record);
    progress.show("simulate", static_cast<double>(run.first + run.count) / samples);
  });
}

// What the chip's own counts say.
void fill_chip(const Workload& workload,
               const Mapping& mapping,
               const EngineTotals& totals,
               RunResult& result) {
  const Experiment& experiment = workload.experiment;
  const ActionCounts actions = totals.actions();
  result.energy = price_run(actions, totals.chip_cycles, *experiment.chip, *experiment.prices);
  result.configuration = configuration_figures(mapping, experiment);
  result.traffic = traffic_of(totals, *workload.experiment.chip);
  result.tiles = tiles_of(totals, mapping, experiment);
  result.simulator.synaptic_events = actions[Action::SynapticOperation];
  result.simulator.chip_cpu_s = totals.chip_cpu_seconds;
  result.simulator.synaptic_events_per_cpu_s =
      static_cast<double>(result.simulator.synaptic_events) /
      std::max(result.simulator.chip_cpu_s, kClockTick);
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
  result.cores = Grid(workload.experiment.chip->topology).core_count();
  result.topology = workload.experiment.chip->topology;
  result.queue_packets = workload.experiment.chip->router.input_queue_packets;
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
  if (request.packet_trace && request.jobs > 1)
    throw InputError("", "", "--packet-trace follows one process: leave out --jobs");
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
  const bool record_states = traces != nullptr || needs_states(workload);
  RunAccount account(workload, lowering, mapping.mapping, std::move(traces));
  std::optional<PacketFile> packets;
  EngineTask task{workload, lowering.network, mapping.mapping, record_states, {}};
  if (request.packet_trace) {
    packets.emplace(output.file("packets.csv"));
    task.packets = [&packets](const PacketMoved& moved) { packets->write(moved); };
  }
  const EngineTotals totals = run_samples(task, request.jobs, account, progress);
  if (packets) packets->finish();
  account.close(totals, result);
  fill_chip(workload, mapping.mapping, totals, result);
  warn_of_silence(workload.population_spikes, result);
  warn_of_overflow(result);
  result.simulator.cpu_s = cpu_seconds();
  result.simulator.wall_s = wall_seconds() - wall_start;
  result.simulator.peak_rss_bytes = peak_resident_bytes();
  write_all(result, mapping.mapping, output);
  return {std::move(result), directory};
}

}  // namespace spikeloom
