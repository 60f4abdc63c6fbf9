#include "cli/flow/workload.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/flow/workload_input.hpp"
#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/lowering/netx.hpp"
#include "models/network/nir.hpp"

namespace spikeloom {
namespace {

void describe_generated(Workload& workload) {
  const NetworkSpec& network = workload.experiment.network;
  workload.population_names = {"neurons"};
  workload.population_is_input = {false};
  workload.population_spikes = {true};
  if (network.random)
    workload.population_shapes = {{network.random->neurons}};
  else
    workload.population_shapes = {{network.local->grid.height, network.local->grid.width}};
}

void read_netx_file(Workload& workload) {
  const Experiment& experiment = workload.experiment;
  workload.netx = read_netx(*experiment.network.netx,
                            experiment.arithmetic(),
                            {experiment.network.input_shape, experiment.quantization.weight_bits});
  for (const LoweredPopulation& population : workload.netx->populations) {
    workload.population_names.push_back(population.name);
    workload.population_is_input.push_back(population.is_input);
    workload.population_spikes.push_back(population.spikes());
    workload.population_shapes.push_back(population.shape);
  }
}

void read_source(Workload& workload) {
  if (workload.experiment.network.generated()) return describe_generated(workload);
  if (workload.experiment.network.netx) return read_netx_file(workload);
  workload.source.emplace();
  SourceNetwork& source = *workload.source;
  source.graph = read_nir(*workload.experiment.network.nir);
  source.order = evaluation_order(source.graph);
  for (const PopulationInfo& population : populations_of(source.graph, source.order)) {
    workload.population_names.push_back(population.name);
    workload.population_is_input.push_back(population.is_input);
    workload.population_spikes.push_back(population.spikes);
    workload.population_shapes.push_back(population.shape);
  }
}

void read_input(Workload& workload) {
  const auto& is_input = workload.population_is_input;
  const auto inputs = std::count(is_input.begin(), is_input.end(), true);
  if (!workload.experiment.input) {
    workload.input.samples.push_back({});
    return;
  }
  if (inputs != 1)
    throw InputError(
        workload.experiment.file,
        "/input",
        "needs a network with exactly one input, this one has " + std::to_string(inputs));
  const auto at = std::find(is_input.begin(), is_input.end(), true) - is_input.begin();
  workload.input = read_workload_input(workload.experiment,
                                       workload.population_shapes[static_cast<std::size_t>(at)]);
}

void refuse_unreadable(const Workload& workload, std::size_t population) {
  const Experiment& experiment = workload.experiment;
  if (workload.population_is_input[population])
    throw InputError(experiment.file,
                     "/readout/population",
                     "\"" + experiment.readout->population + "\" is an input, not a read-out");
  if (!workload.population_spikes[population] && experiment.readout->by != ReadoutRule::Potential)
    throw InputError(
        experiment.file,
        "/readout/by",
        "\"" + experiment.readout->population + "\" does not spike; allowed: potential");
}

void find_readout(Workload& workload) {
  const auto& readout = workload.experiment.readout;
  if (!readout) return;
  const auto& names = workload.population_names;
  const auto found = std::find(names.begin(), names.end(), readout->population);
  if (found == names.end())
    throw InputError(workload.experiment.file,
                     "/readout/population",
                     "the network has no population \"" + readout->population + "\"; it has " +
                         comma_separated(names));
  const auto index = static_cast<std::uint32_t>(found - names.begin());
  refuse_unreadable(workload, index);
  workload.readout = PopulationId{index};
  const std::size_t classes = volume_of(workload.population_shapes[index]);
  for (std::size_t i = 0; i < workload.input.samples.size(); ++i)
    if (const SampleLabel label = workload.input.samples.label(i); label && *label >= classes)
      throw InputError(workload.experiment.file,
                       "/readout/population",
                       "\"" + readout->population + "\" has " + std::to_string(classes) +
                           " neurons, a sample has label " + std::to_string(*label));
}

}  // namespace

bool Workload::labelled() const {
  for (std::size_t i = 0; i < input.samples.size(); ++i)
    if (!input.samples.label(i)) return false;
  return readout.has_value();
}

const std::string& Workload::network_file() const {
  if (experiment.network.netx) return *experiment.network.netx;
  return experiment.network.nir ? *experiment.network.nir : experiment.file;
}

Workload prepare_workload(const std::string& path, const std::vector<Override>& overrides) {
  Workload workload;
  workload.document = std::make_shared<const Json>(load_experiment_document(path, overrides));
  workload.experiment = read_experiment(*workload.document, path);
  read_source(workload);
  read_input(workload);
  find_readout(workload);
  workload.resets = resets_of(workload.experiment.between_samples,
                              workload.population_names,
                              workload.population_is_input,
                              JsonPlace{workload.experiment.file, "/between_samples"});
  return workload;
}

namespace {

// What integer engines and chips take; more of an element in a step is no spike train.
constexpr double kMostEventsPerStep = 65535;

void refuse_uncountable(const Workload& workload) {
  const auto refuse = [&](const std::string& sentence) {
    throw InputError(workload.experiment.input->events, "", sentence);
  };
  if (!workload.input.is_counts)
    refuse("holds values that are no whole counts: only the float engine takes them");
  const InputEvent& largest = workload.input.largest;
  if (largest.value > kMostEventsPerStep)
    refuse("holds more than 65535 events of element " + std::to_string(largest.index) +
           " in step " + std::to_string(largest.step));
}

LoweredNetwork generated_network(const Experiment& experiment) {
  const NetworkSpec& network = experiment.network;
  const JsonPlace place = JsonPlace{experiment.file, "/network"};
  if (network.random)
    return random_network(
        *network.random, network.dt, experiment.arithmetic(), experiment.seed, place / "random");
  return local_network(
      *network.local, network.dt, experiment.arithmetic(), experiment.seed, place / "local");
}

Lowering lowering_of(const Workload& workload, const Experiment& experiment) {
  if (workload.netx) return {*workload.netx, {}};
  if (!workload.source) return {generated_network(experiment), {}};
  return lower(workload.source->graph,
               workload.source->order,
               *experiment.network.semantics,
               experiment.network.dt,
               experiment.arithmetic(),
               experiment.quantization,
               experiment.max_spikes_per_step());
}

}  // namespace

Lowering lower_workload(const Workload& workload) {
  return lower_workload(workload, workload.experiment);
}

Lowering lower_workload(const Workload& workload, const Experiment& experiment) {
  if (experiment.input) refuse_uncountable(workload);
  Lowering lowering = lowering_of(workload, experiment);
  lowering.network.resets = workload.resets;
  return lowering;
}

}  // namespace spikeloom
