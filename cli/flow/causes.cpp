#include "cli/flow/causes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/flow/readout.hpp"
#include "sim/golden/integer_engine.hpp"
#include "sim/golden/spinnaker_engine.hpp"

namespace spikeloom {
namespace {

std::vector<Compared> compared_in(const Workload& workload) {
  std::vector<Compared> compared;
  for (std::size_t p = 0; p < workload.population_names.size(); ++p)
    compared.push_back(workload.population_is_input[p] ? Compared::Nothing
                       : workload.population_spikes[p] ? Compared::Spikes
                                                       : Compared::Potential);
  return compared;
}

std::string core_name(const CoreImage& core, const Chip& chip) {
  const auto [x, y] = chip.position_of(core.tile);
  if (chip.topology.cores_per_tile == 1) return fmt::format("core ({},{})", x, y);
  return fmt::format("core ({},{},{})", x, y, core.slot);
}

}  // namespace

ChipPlaces places_of(const LoweredNetwork& network, const Mapping& mapping, const Chip& chip) {
  ChipPlaces places;
  for (const LoweredPopulation& population : network.populations)
    places.core_of.push_back(std::vector<CoreId>(population.is_input ? 0 : population.size));
  for (const CoreId id : ids_of(mapping.cores)) {
    const CoreImage& core = mapping.cores[id];
    places.core_names.push_back(core_name(core, chip));
    for (const NeuronIdentity& who : core.identity) places.core_of[who.population][who.neuron] = id;
  }
  return places;
}

RunComparison::RunComparison(const Workload& workload,
                             const LoweredNetwork& network,
                             const Mapping& mapping)
    : workload_(workload),
      network_(network),
      mapping_(mapping),
      comparison_(compared_in(workload)) {}

bool RunComparison::differ(const std::vector<SampleTrace>& expected,
                           const std::vector<SampleTrace>& found) const {
  bool any = false;
  for (std::size_t k = 0; k < expected.size(); ++k)
    for_each_difference(
        expected[k], found[k], comparison_.compared(), [&](const Difference&) { any = true; });
  return any;
}

SampleTrace RunComparison::play(const EngineRun& run, const Replay& replay) const {
  const bool states = needs_states(workload_);
  if (network_.is_spinnaker)
    return SpinnakerEngine(network_).replay(run.sample, replay, run.steps, states);
  return IntegerEngine(network_).replay(run.sample, replay, run.steps, states);
}

void RunComparison::add(const EngineRun& run,
                        const std::vector<SampleTrace>& expected,
                        const std::vector<SampleTrace>& found,
                        const EventLog& log) {
  if (!differ(expected, found)) return;
  if (!log.is_complete())
    warnings_.push_back(
        fmt::format("sample {}: the log of the chip holds {} events and there were {}; without it "
                    "no mismatch of this sample is explained",
                    run.first,
                    EventLog::kMostEvents,
                    log.noted()));
  if (run.count == 1) return add_with_causes(run, expected, found, {found.front(), log});
  const SampleTrace whole = run.joined(found);
  add_with_causes(run, expected, found, {whole, log});
}

void RunComparison::add_with_causes(const EngineRun& run,
                                    const std::vector<SampleTrace>& expected,
                                    const std::vector<SampleTrace>& found,
                                    const ChipRun& chip) {
  if (!places_) places_ = places_of(network_, mapping_, *workload_.experiment.chip);
  MismatchCauses causes(
      network_, *places_, comparison_.compared(), chip, [&](const Replay& replay) {
        return play(run, replay);
      });
  for (std::size_t k = 0; k < run.count; ++k) {
    causes.look_from(static_cast<std::uint32_t>(k) * run.steps_each());
    comparison_.add(run.first + k, expected[k], found[k], &causes);
  }
}

}  // namespace spikeloom
