#pragma once
// In which order the fast engine keeps the neurons of a population. Nothing outside of the engine
// sees it.

#include <cstdint>
#include <vector>

#include "models/lowering/lowered_network.hpp"

namespace spikeloom::fast {

/// A permutation: neuron indices are the network's, positions the engine's.
struct NeuronOrder {
  bool natural = true;                     ///< position = neuron
  std::vector<std::uint32_t> position_of;  ///< by neuron
  std::vector<std::uint32_t> neuron_at;    ///< by position
};

/// Targets of convolutions lie channels last, so that the kernels of all output channels are added
/// to neighbours: `channels` is then the number of channels (see ConvKernel). Neurons of few
/// profiles that nothing else orders lie by profile, so that neighbours share their parameters.
/// All others keep the network's order.
IdVector<PopulationId, NeuronOrder> choose_orders(const LoweredNetwork& network);

/// Whether the neurons of `order` lie as the channels-last form of `shape` (channels, height,
/// width).
bool is_channels_last(const NeuronOrder& order, const std::array<std::uint32_t, 3>& shape);

}  // namespace spikeloom::fast
