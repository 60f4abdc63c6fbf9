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

  bool due(PopulationId population, std::uint32_t step) const {
    if (period == 0 || index_of(population) >= offset.size() || !offset[population]) return false;
    return step % period == *offset[population];
  }
};

}  // namespace spikeloom
