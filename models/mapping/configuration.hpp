#pragma once
// What it takes to load a mapping into its chip before a run.

#include "models/mapping/mapping.hpp"

namespace spikeloom {

struct Configuration {
  /// Words of all memories: a word per routing entry, profile, neuron (its profile and bias), axon
  /// entry, row pointer (a convolution takes several), wide synaptic word and kernel weight.
  std::uint64_t words = 0;
  /// Every tile is loaded through its nearest port, of two the first; ports work side by side. The
  /// ways to the tiles are filled while words follow each other, and are not counted.
  std::uint64_t cycles = 0;
};

Configuration configuration_of(const Mapping& mapping, const Chip& chip);

}  // namespace spikeloom
