#include "mapper/admission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// Extremes over all synapses of a projection.
struct SynapseRange {
  std::uint32_t delay_min = UINT32_MAX, delay_max = 0;
  std::int32_t weight_min = 0, weight_max = 0;
};

SynapseRange range_of(const Projection& projection, std::uint32_t sources) {
  SynapseRange range;
  for (std::uint32_t source = 0; source < sources; ++source)
    for_each_synapse(projection.connectivity, source, [&](const Synapse& synapse) {
      range.delay_min = std::min(range.delay_min, synapse.delay);
      range.delay_max = std::max(range.delay_max, synapse.delay);
      range.weight_min = std::min(range.weight_min, synapse.weight);
      range.weight_max = std::max(range.weight_max, synapse.weight);
    });
  return range;
}

void refuse_unfit_projection(const Projection& projection,
                             const SynapseRange& range,
                             const Chip& chip,
                             const std::string& file) {
  const Arithmetic& arithmetic = chip.core.arithmetic;
  const std::int64_t weight_max = arithmetic.weight_max();
  if (range.delay_max > chip.core.delay_steps)
    throw InputError(
        file,
        projection.name,
        fmt::format(
            "needs a delay of {} steps, a core holds {}", range.delay_max, chip.core.delay_steps));
  if (range.delay_min == 0) throw InputError(file, projection.name, "has a delay of 0 steps");
  if (range.weight_max > weight_max || range.weight_min < -weight_max - 1)
    throw InputError(file,
                     projection.name,
                     fmt::format("has weights from {} to {}, {} bits hold {} to {}",
                                 range.weight_min,
                                 range.weight_max,
                                 arithmetic.weight_bits,
                                 -weight_max - 1,
                                 weight_max));
  const auto exponent_max = static_cast<std::int32_t>(arithmetic.weight_exponent_max);
  if (projection.weight_exponent < 0 || projection.weight_exponent > exponent_max)
    throw InputError(file,
                     projection.name,
                     fmt::format("has weight exponent {}, a core takes 0 to {}",
                                 projection.weight_exponent,
                                 exponent_max));
}

}  // namespace

void refuse_unfit_network(const LoweredNetwork& network,
                          const Chip& chip,
                          const std::string& file) {
  if (network.arithmetic != chip.core.arithmetic)
    throw InputError(
        file,
        "",
        fmt::format("was lowered for other number formats than chip \"{}\" has", chip.name));
  for (const Projection& projection : network.projections)
    refuse_unfit_projection(
        projection, range_of(projection, network.populations[projection.source].size), chip, file);
  const std::uint64_t neurons = neuron_count(network);
  const std::uint64_t cores = (neurons + chip.core.neurons - 1) / chip.core.neurons;
  if (cores > chip.tile_count())
    throw InputError(file,
                     "",
                     fmt::format("needs {} cores of {} neurons, chip \"{}\" has {}",
                                 cores,
                                 chip.core.neurons,
                                 chip.name,
                                 chip.tile_count()));
}

std::vector<std::string> overflow_warnings(const LoweredNetwork& network, const Chip& chip) {
  std::vector<std::string> warnings;
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
