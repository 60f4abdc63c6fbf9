#include "cli/flow/golden_flow.hpp"

#include "cli/flow/progress.hpp"
#include "cli/flow/readout.hpp"
#include "models/base/error.hpp"
#include "sim/golden/float_engine.hpp"
#include "sim/golden/integer_engine.hpp"

namespace spikeloom {
namespace {

template <typename Engine>
void run_all(const Workload& workload,
             Engine& engine,
             const std::string& name,
             const LoweredNetwork* network,
             GoldenRow& row) {
  Progress progress;
  EngineTally tally(workload, name, network);
  const auto& samples = workload.input.samples;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    tally.add(
        s, engine.run(samples[s], workload.experiment.steps, needs_states(workload)), row.readouts);
    progress.show(name, static_cast<double>(s + 1) / static_cast<double>(samples.size()));
  }
  row.summary = tally.summary();
}

}  // namespace

GoldenRow run_golden(const Workload& workload, GoldenEngine engine) {
  GoldenRow row;
  const Experiment& experiment = workload.experiment;
  row.semantics = workload.source ? experiment.network.semantics->name : "generated";
  if (engine == GoldenEngine::Integer) {
    const Lowering lowering = lower_workload(workload);
    row.quantization = lowering.losses;
    IntegerEngine integer(lowering.network);
    run_all(workload, integer, "integer", &lowering.network, row);
    return row;
  }
  if (!workload.source)
    throw InputError(experiment.file,
                     "/network/random",
                     "a generated network is integer: run it with --engine integer");
  FloatEngine floating(workload.source->graph,
                       workload.source->order,
                       *experiment.network.semantics,
                       experiment.network.dt);
  run_all(workload, floating, "float", nullptr, row);
  return row;
}

}  // namespace spikeloom
