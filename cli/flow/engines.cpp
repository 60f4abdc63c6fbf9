#include "cli/flow/engines.hpp"

#include <algorithm>
#include <utility>

#include "cli/flow/resources.hpp"
#include "cli/flow/simulator_options.hpp"

namespace spikeloom {
namespace {

FloatCounts& operator+=(FloatCounts& sum, const FloatCounts& other) {
  sum.operations += other.operations;
  sum.membrane_updates += other.membrane_updates;
  const auto& found = other.first_non_finite;
  if (found && (!sum.first_non_finite || found->run < sum.first_non_finite->run))
    sum.first_non_finite = found;
  return sum;
}

}  // namespace

EngineTotals& EngineTotals::operator+=(const EngineTotals& other) {
  integer += other.integer;
  float_counts += other.float_counts;
  chip_cycles += other.chip_cycles;
  tiles.resize(std::max(tiles.size(), other.tiles.size()));
  for (const TileId tile : ids_of(other.tiles)) tiles[tile] += other.tiles[tile];
  chip_cpu_seconds += other.chip_cpu_seconds;
  return *this;
}

ActionCounts EngineTotals::actions() const {
  ActionCounts sum;
  for (const TileActivity& tile : tiles) sum += tile.actions;
  return sum;
}

namespace {

HostOptions host_options(const Workload& workload, PacketListener packets) {
  HostOptions options = read_simulator(workload);
  options.packets = std::move(packets);
  return options;
}

}  // namespace

Engines::Engines(const Workload& workload,
                 const LoweredNetwork& network,
                 const Mapping& mapping,
                 bool record_states,
                 PacketListener packets)
    : record_states_(record_states),
      integer_(network),
      chip_(*workload.experiment.chip, mapping, host_options(workload, std::move(packets))) {
  if (workload.source)
    float_.emplace(workload.source->graph,
                   workload.source->order,
                   *workload.experiment.network.semantics,
                   workload.experiment.network.dt,
                   workload.resets);
}

RunRecord Engines::run(const EngineRun& run) {
  RunRecord record;
  first_samples_.push_back(run.first);
  if (float_)
    record.float_traces = run.cut_back(float_->run(run.sample, run.steps, record_states_));
  record.integer_traces = run.cut_back(integer_.run(run.sample, run.steps, record_states_));
  const double before = cpu_seconds();
  record.chip = chip_.run(run.sample, run.steps, record_states_);
  chip_cpu_seconds_ += cpu_seconds() - before;
  record.chip_traces = run.cut_back(std::exchange(record.chip.trace, {}));
  return record;
}

FloatCounts Engines::float_counts() const {
  if (!float_) return {};
  FloatCounts counts = float_->counts();
  if (counts.first_non_finite)
    counts.first_non_finite->run = first_samples_[counts.first_non_finite->run];
  return counts;
}

EngineTotals Engines::totals() const {
  return {integer_.counts(), float_counts(), chip_.cycles(), chip_.tiles(), chip_cpu_seconds_};
}

}  // namespace spikeloom
