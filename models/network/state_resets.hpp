#pragma once
// State that is forgotten at fixed times during a run, as Lava's networks do between frames.

#include <cstdint>
#include <optional>

#include "models/base/ids.hpp"

namespace spikeloom {

/// Before every step t with t mod period == offset, all u, v and refractory counters of a
/// population are set to their initial values; what is on its way to the population stays. Steps
/// count from the population's own start.
struct StateResets {
  std::uint32_t period = 0;  ///< steps; 0: never
  /// By PopulationId; those without one, and those beyond the list, are never reset.
  IdVector<PopulationId, std::optional<std::uint32_t>> offset;

  /// Absent: the population is never reset.
  std::optional<std::uint32_t> offset_of(PopulationId population) const {
    if (period == 0 || index_of(population) >= offset.size()) return std::nullopt;
    return offset[population];
  }
  bool due(PopulationId population, std::uint32_t step) const {
    const std::optional<std::uint32_t> own = offset_of(population);
    return own && step % period == *own;
  }
};

}  // namespace spikeloom
