#include "mapper/admission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"
#include "models/lowering/weight_format.hpp"

namespace spikeloom {
namespace {

/// Extremes over all synapses of a projection.
struct SynapseRange {
  std::uint32_t delay_min = UINT32_MAX, delay_max = 0;
  std::int32_t weight_min = 0, weight_max = 0;
  bool odd = false;  ///< some weight is
};

SynapseRange range_of(const Projection& projection, std::uint32_t sources) {
  SynapseRange range;
  for (std::uint32_t source = 0; source < sources; ++source)
    for_each_synapse(projection.connectivity, source, [&](const Synapse& synapse) {
      range.delay_min = std::min(range.delay_min, synapse.delay);
      range.delay_max = std::max(range.delay_max, synapse.delay);
      range.weight_min = std::min(range.weight_min, synapse.weight);
      range.weight_max = std::max(range.weight_max, synapse.weight);
      range.odd = range.odd || synapse.weight % 2 != 0;
    });
  return range;
}

void refuse_unfit_neurons(const LoweredPopulation& population,
                          const Chip& chip,
                          const std::string& file) {
  for (const NeuronProfile& profile : population.profiles)
    if (profile.max_spikes_per_step > chip.core.max_spikes_per_step)
      throw InputError(file,
                       population.name,
                       fmt::format("spikes up to {} times a step, a neuron of the chip {}",
                                   profile.max_spikes_per_step,
                                   chip.core.max_spikes_per_step));
}

// A read-out sends no packets, so its synapses would be rows of nobody.
void refuse_read_out(const Projection& projection,
                     const LoweredPopulation& source,
                     const std::string& file) {
  for (const NeuronProfile& profile : source.profiles)
    if (!profile.spikes) throw InputError(file, projection.name, "leaves neurons that never spike");
}

void refuse_unfit_projection(const Projection& projection,
                             const SynapseRange& range,
                             const Chip& chip,
                             const std::string& file) {
  const Arithmetic& arithmetic = chip.core.arithmetic;
  const SignMode signs = sign_mode_of(range.weight_max > 0, range.weight_min < 0);
  const WeightGrid grid = weight_grid(arithmetic, signs, arithmetic.weight_bits);
  if (range.delay_max > chip.core.delay_steps)
    throw InputError(
        file,
        projection.name,
        fmt::format(
            "needs a delay of {} steps, a core holds {}", range.delay_max, chip.core.delay_steps));
  if (range.delay_min == 0) throw InputError(file, projection.name, "has a delay of 0 steps");
  if (chip.core.kind == CoreKind::Processor) return;  // its weights have the bits of lowering
  if (range.weight_max > grid.high || range.weight_min < grid.low || (range.odd && grid.step > 1))
    throw InputError(file,
                     projection.name,
                     fmt::format("has weights from {} to {}{}, {} bits hold {}",
                                 range.weight_min,
                                 range.weight_max,
                                 range.odd && grid.step > 1 ? ", some of them odd" : "",
                                 arithmetic.weight_bits,
                                 weights_held(arithmetic, signs)));
  const auto exponent_max = static_cast<std::int32_t>(arithmetic.weight_exponent_max);
  if (projection.weight_exponent < 0 || projection.weight_exponent > exponent_max)
    throw InputError(file,
                     projection.name,
                     fmt::format("has weight exponent {}, a core takes 0 to {}",
                                 projection.weight_exponent,
                                 exponent_max));
}

void refuse_other_kind(const LoweredNetwork& network, const Chip& chip, const std::string& file) {
  const bool has_software = chip.core.kind == CoreKind::Processor;
  if (network.is_spinnaker && !has_software)
    throw InputError(file,
                     "",
                     fmt::format("has SpiNNaker's software neurons, which the digital cores of "
                                 "chip \"{}\" do not compute",
                                 chip.name));
  if (!network.is_spinnaker && has_software)
    throw InputError(file,
                     "",
                     fmt::format("has neurons of digital cores; the software cores of chip \"{}\" "
                                 "compute SpiNNaker's alone (semantics spinnaker)",
                                 chip.name));
  if (has_software && network.resets.period > 0)
    throw InputError(file,
                     "",
                     fmt::format("resets neurons periodically, which the software cores of chip "
                                 "\"{}\" do not; golden --engine integer does",
                                 chip.name));
}

}  // namespace

void refuse_unfit_network(const LoweredNetwork& network,
                          const Chip& chip,
                          const UsableCores& usable,
                          const std::string& file) {
  refuse_other_kind(network, chip, file);
  if (network.arithmetic != chip.core.arithmetic && !network.is_spinnaker)
    throw InputError(
        file,
        "",
        fmt::format("was lowered for other number formats than chip \"{}\" has", chip.name));
  for (const LoweredPopulation& population : network.populations)
    refuse_unfit_neurons(population, chip, file);
  for (const Projection& projection : network.projections) {
    const LoweredPopulation& source = network.populations[projection.source];
    refuse_read_out(projection, source, file);
    refuse_unfit_projection(projection, range_of(projection, source.size), chip, file);
  }
  const std::uint64_t neurons = neuron_count(network);
  const std::uint64_t cores = (neurons + chip.core.neurons - 1) / chip.core.neurons;
  if (cores > usable.count())
    throw InputError(
        file,
        "",
        fmt::format(
            "needs {} cores of {} neurons, {}", cores, chip.core.neurons, usable.sentence()));
}

std::vector<std::string> overflow_warnings(const LoweredNetwork& network, const Chip& chip) {
  std::vector<std::string> warnings;
  if (network.is_spinnaker) return warnings;  // lowering makes the sums fit the ring buffer
  const auto sums = worst_case_sum(network);
  for (const PopulationId id : ids_of(network.populations)) {
    const auto bits = static_cast<std::uint32_t>(std::bit_width(sums[id])) + 1;
    if (sums[id] != 0 && bits > chip.core.arithmetic.sum_bits)
      warnings.push_back(fmt::format("{}: a sum may need {} bits, the ring has {}",
                                     network.populations[id].name,
                                     bits,
                                     chip.core.arithmetic.sum_bits));
  }
  return warnings;
}

}  // namespace spikeloom
