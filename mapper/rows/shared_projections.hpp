#pragma once
// Which convolutions are generated from kernels that all positions share; all other projections are
// stored synapse by synapse.

#include <vector>

#include "models/chip/chip.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// Extents or positions along (channels, height, width).
using Volume = std::array<std::uint32_t, 3>;
inline std::uint64_t volume_of(const Volume& extents) {
  return std::uint64_t{extents[0]} * extents[1] * extents[2];
}

/// How a population lies in space: (channels, height, width) as its shape or a convolution says,
/// (height, width) as one channel; anything else is a line.
Volume volume_shape(const LoweredPopulation& population);

/// Which of the convolutions that can be shared are.
enum class Sharing {
  ByNeed,         ///< where shares_of_core() says that a core has less to hold then
  WhereverItCan,  ///< all
};

/// Per projection. A convolution can be shared on a chip with kernel memory, if a core holds the
/// kernels of one neuron, a weight serves several synapses, and no projection between the same
/// populations is stored.
std::vector<bool> shared_projections(const LoweredNetwork& network,
                                     const CoreSpec& core,
                                     Sharing sharing);

/// What a core full of a convolution's targets needs for it, as shares of what a core has: of
/// kernel words or synaptic words, and of the row table, the larger of the two; above 1 it does not
/// fit. An estimate from shapes: all channels that a core holds, positions as a square, every
/// source inside the image, weights without zeros, sources on full cores.
struct SharesOfCore {
  double shared, unrolled;
};
SharesOfCore shares_of_core(const ConvConnectivity& convolution, const CoreSpec& core);

/// A box of a population, on consecutive local neurons: channel by channel, row by row.
struct Slice {
  PopulationId population;
  std::uint32_t first_local;  ///< of a core, or of a part of an input
  Volume at, extent;
  std::uint32_t end_local() const {
    return first_local + static_cast<std::uint32_t>(volume_of(extent));
  }
};

/// The neurons number_of(0) .. number_of(count - 1) of a population that lies as `shape`, from
/// local neuron `first_local` on, as few boxes as their order allows.
std::vector<Slice> slices_of(PopulationId population,
                             const Volume& shape,
                             std::uint32_t first_local,
                             const std::vector<std::uint32_t>& neurons);

}  // namespace spikeloom
