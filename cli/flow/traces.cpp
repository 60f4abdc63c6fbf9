#include "cli/flow/traces.hpp"

#include <fmt/format.h>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

TracedNetwork traced_network(const Workload& workload) {
  TracedNetwork network{workload.population_names,
                        workload.population_is_input,
                        workload.population_spikes,
                        {},
                        workload.experiment.network.dt,
                        workload.experiment.steps};
  for (const Shape& shape : workload.population_shapes) network.neurons.push_back(volume_of(shape));
  return network;
}

void refuse_large_table(const Workload& workload,
                        const TracedNetwork& network,
                        std::size_t engines) {
  double rows = static_cast<double>(engines) * network.steps *
                static_cast<double>(workload.input.samples.size());
  std::size_t neurons = 0;
  for (std::size_t p = 0; p < network.neurons.size(); ++p)
    neurons += network.is_input[p] ? 0 : network.neurons[p];
  rows *= static_cast<double>(neurons);
  if (rows > static_cast<double>(kMostStateRows))
    throw InputError("",
                     "",
                     fmt::format("--state-csv: state.csv would have {:.0f} rows, at most {} are "
                                 "written; --trace writes the same to state.h5",
                                 rows,
                                 kMostStateRows));
}

}  // namespace

std::unique_ptr<TraceFiles> open_traces(const TraceChoice& choice,
                                        const Workload& workload,
                                        std::size_t engines,
                                        OutputDirectory& output) {
  if (!choice.wanted()) return nullptr;
  TracedNetwork network = traced_network(workload);
  if (choice.state_table) refuse_large_table(workload, network, engines);
  return std::make_unique<TraceFiles>(output, std::move(network), choice.state_table);
}

}  // namespace spikeloom
