#pragma once
// Cuts populations that lie in space, (channels, height, width), into boxes.

#include <array>
#include <cstdint>
#include <vector>

#include "mapper/network_view.hpp"
#include "mapper/rows/shared_projections.hpp"

namespace spikeloom {

/// The projections into a population, as far as they say what a cut costs.
struct PatchCosts {
  /// Of every projection: how many rows and columns of the target a source reaches beyond the first
  /// one. A source that reaches all is so many that no box holds them.
  std::vector<std::array<std::uint32_t, 2>> reach;
  /// Kernel words that a channel of the population needs in a core.
  std::uint64_t kernel_words_per_channel = 0;

  /// Cores that a spike is delivered to, summed over the projections, if the population is cut into
  /// `parts` boxes.
  double deliveries(const Volume& shape, const Volume& parts) const;
};
PatchCosts patch_costs(const NetworkView& view, PopulationId population);

/// How many boxes along each axis: none has more than `capacity` neurons or, where that can be,
/// needs more than `kernel_words`, and spikes into them are
/// delivered to the fewest cores; where that is much alike (10 %), boxes are as high as wide.
Volume choose_parts(const Volume& shape,
                    const PatchCosts& costs,
                    std::uint32_t capacity,
                    std::uint64_t kernel_words);

/// Where box `part` of `parts` begins along an axis; their sizes differ by at most one.
inline std::uint32_t patch_begin(std::uint32_t extent, std::uint32_t parts, std::uint32_t part) {
  return static_cast<std::uint32_t>(std::uint64_t{extent} * part / parts);
}

}  // namespace spikeloom
