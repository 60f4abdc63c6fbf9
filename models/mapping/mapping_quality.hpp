#pragma once
// Figures of merit of a mapping: computed by the mapper, shown by the report.

#include <cstdint>
#include <string>
#include <vector>

#include "models/mapping/mapping.hpp"

namespace spikeloom {

struct MappingQuality {
  std::uint32_t cores_used = 0;
  std::uint64_t neurons = 0, synapses = 0, synaptic_words = 0;
  std::uint64_t kernel_words = 0, convolutions = 0;
  std::uint64_t sparse_rows = 0, dense_rows = 0, convolution_rows = 0;
  double packets_per_spike = 0;  ///< core deliveries per spike, mean over sending neurons
  double hops_per_spike = 0;     ///< link traversals per spike, mean over sending neurons
  std::uint64_t routing_entries = 0;
  std::uint32_t worst_table_entries = 0;
  /// Channels that can wait for each other in a circle, in words; empty if none can.
  std::string waiting_circle;
  std::uint32_t worst_core_neurons = 0, worst_core_words = 0, worst_core_rows = 0;
  std::uint32_t worst_core_kernel_words = 0;
};

/// Measured on the mapping itself: walks every source's packets through the tables.
MappingQuality measure_quality(const Mapping& mapping, const Chip& chip);

/// A sentence if packets can wait for each other in a circle until they are dropped, else nothing.
std::vector<std::string> deadlock_warnings(const MappingQuality& quality);

}  // namespace spikeloom
