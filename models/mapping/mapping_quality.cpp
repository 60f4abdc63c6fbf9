#include "models/mapping/mapping_quality.hpp"

#include <algorithm>

#include "models/mapping/convolution.hpp"
#include "models/mapping/deadlock.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {
namespace {

std::uint32_t count_of(std::size_t size) { return static_cast<std::uint32_t>(size); }

std::uint64_t count_stored(const CoreImage& core, const CoreSpec& spec) {
  const bool has_software = spec.kind == CoreKind::Processor;
  const auto nonzero = [](std::int16_t weight) { return weight != 0; };
  return static_cast<std::uint64_t>(
      std::count_if(core.words.begin(),
                    core.words.end(),
                    [&](SynapticWord word) {
                      return (has_software ? ProcessorWord(word).weight() : word.weight()) != 0;
                    }) +
      std::count_if(core.dense.begin(), core.dense.end(), nonzero));
}

/// By tap along an axis: how many sources of the box reach a target through it.
std::vector<std::uint64_t> reached_by_tap(const Convolution& convolution, std::size_t axis) {
  std::vector<std::uint64_t> reached(convolution.kernel[axis]);
  for (std::uint32_t at = 0; at < convolution.source[1 + axis]; ++at) {
    const AxisTaps taps = axis_taps(convolution, axis, at);
    for (std::uint32_t i = 0; i < taps.count; ++i) ++reached[taps.tap + i * taps.tap_step];
  }
  return reached;
}

/// Taps whose weight is not zero, over all sources.
std::uint64_t count_generated(const CoreImage& core) {
  std::uint64_t synapses = 0;
  for (const Convolution& c : core.convolutions) {
    const auto rows = reached_by_tap(c, 0), columns = reached_by_tap(c, 1);
    const std::int16_t* weight = core.kernels.data() + c.first_weight;
    for (std::uint32_t pair = 0; pair < std::uint32_t{c.source[0]} * c.target[0]; ++pair)
      for (const std::uint64_t row : rows)
        for (const std::uint64_t column : columns) synapses += *weight++ != 0 ? row * column : 0;
  }
  return synapses;
}

void measure_rows(const CoreImage& core, MappingQuality& quality) {
  for (const Row& row : core.rows) {
    quality.sparse_rows += row.format == RowFormat::Sparse ? 1 : 0;
    quality.dense_rows += row.format == RowFormat::Dense ? 1 : 0;
    quality.convolution_rows += row.format == RowFormat::Convolution ? 1 : 0;
  }
}

void measure_core(const CoreImage& core, const Chip& chip, MappingQuality& quality) {
  const std::uint64_t words = words_used(core, chip.core);
  quality.neurons += core.neurons();
  quality.synaptic_words += words;
  quality.kernel_words += core.kernels.size();
  quality.convolutions += core.convolutions.size();
  quality.synapses += count_stored(core, chip.core) + count_generated(core);
  measure_rows(core, quality);
  quality.worst_core_neurons = std::max(quality.worst_core_neurons, core.neurons());
  quality.worst_core_words = std::max(quality.worst_core_words, count_of(words));
  quality.worst_core_rows = std::max(quality.worst_core_rows, count_of(rows_used(core)));
  quality.worst_core_kernel_words =
      std::max(quality.worst_core_kernel_words, count_of(core.kernels.size()));
}

struct Traffic {
  std::uint64_t senders = 0, deliveries = 0, hops = 0;
  std::vector<Channel> circle;
};

Traffic measure_traffic(const Mapping& mapping, const Chip& chip) {
  Traffic traffic;
  PacketWalker walker(mapping, chip, "mapping");
  const Grid grid(chip.topology);
  ChannelDependencies dependencies(chip, grid);
  for (const PacketSource& source : packet_sources(mapping, chip))
    walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
      std::uint64_t senders = 0;
      for (std::uint32_t n = 0; n < source.size; ++n)
        if (cube.contains(source.key_base | n) && source.is_sending(n)) ++senders;
      const auto to_cores = std::count_if(
          deliveries.begin(), deliveries.end(), [](const PacketDelivery& d) { return !d.to_io; });
      traffic.senders += senders;
      traffic.deliveries += senders * static_cast<std::uint64_t>(to_cores);
      traffic.hops += senders * walker.hops().size();
      dependencies.add(walker.hops());
    });
  traffic.circle = dependencies.cycle();
  return traffic;
}

}  // namespace

MappingQuality measure_quality(const Mapping& mapping, const Chip& chip) {
  MappingQuality quality;
  quality.cores_used = count_of(mapping.cores.size());
  for (const CoreImage& core : mapping.cores) measure_core(core, chip, quality);
  for (const auto& table : mapping.tables) {
    quality.routing_entries += table.size();
    quality.worst_table_entries = std::max(quality.worst_table_entries, count_of(table.size()));
  }
  const Traffic traffic = measure_traffic(mapping, chip);
  const double senders = static_cast<double>(std::max<std::uint64_t>(traffic.senders, 1));
  quality.packets_per_spike = static_cast<double>(traffic.deliveries) / senders;
  quality.hops_per_spike = static_cast<double>(traffic.hops) / senders;
  quality.waiting_circle = describe(traffic.circle, chip);
  return quality;
}

std::vector<std::string> deadlock_warnings(const MappingQuality& quality) {
  if (quality.waiting_circle.empty()) return {};
  return {"packets can wait for each other in a circle until the routers drop them: " +
          quality.waiting_circle};
}

}  // namespace spikeloom
