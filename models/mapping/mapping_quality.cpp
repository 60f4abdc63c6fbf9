#include "models/mapping/mapping_quality.hpp"

#include <algorithm>

#include "models/mapping/packet_walk.hpp"

namespace spikeloom {
namespace {

std::uint32_t count_of(std::size_t size) { return static_cast<std::uint32_t>(size); }

void measure_core(const CoreImage& core, const Chip& chip, MappingQuality& quality) {
  const std::size_t words = core.words.size() / chip.core.synapses_per_word;
  quality.neurons += core.neurons();
  quality.synaptic_words += words;
  quality.synapses += static_cast<std::uint64_t>(std::count_if(
      core.words.begin(), core.words.end(), [](SynapticWord word) { return word.weight() != 0; }));
  quality.worst_core_neurons = std::max(quality.worst_core_neurons, core.neurons());
  quality.worst_core_words = std::max(quality.worst_core_words, count_of(words));
  quality.worst_core_rows = std::max(quality.worst_core_rows, count_of(core.rows.size()));
}

struct Traffic {
  std::uint64_t senders = 0, deliveries = 0, hops = 0;
};

Traffic measure_traffic(const Mapping& mapping, const Chip& chip) {
  Traffic traffic;
  PacketWalker walker(mapping, chip, "mapping");
  for (const PacketSource& source : packet_sources(mapping, chip))
    walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
      std::uint64_t senders = 0;
      for (std::uint32_t n = 0; n < source.size; ++n)
        if (cube.contains(source.key_base | n) && source.is_sending(n)) ++senders;
      const auto to_cores = std::count_if(
          deliveries.begin(), deliveries.end(), [](const PacketDelivery& d) { return !d.to_io; });
      traffic.senders += senders;
      traffic.deliveries += senders * static_cast<std::uint64_t>(to_cores);
      traffic.hops += senders * walker.links();
    });
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
  return quality;
}

}  // namespace spikeloom
