#pragma once
// Which neuron is on which core, and as which of the core's neurons.

#include <string>
#include <vector>

#include "mapper/network_view.hpp"

namespace spikeloom {

inline constexpr std::uint32_t kNoCore = 0xFFFFFFFFU;

/// The neurons of one core, in the order of their local numbers.
using CoreContents = std::vector<NeuronNumber>;

struct Partition {
  std::vector<CoreContents> cores;
  std::vector<std::uint32_t> core_of;   ///< per NeuronNumber; kNoCore for input elements
  std::vector<std::uint32_t> local_of;  ///< per NeuronNumber
  std::string partitioner;              ///< the one that `auto` took, else empty

  Partition() = default;
  /// `neurons`: of the whole network, inputs included.
  Partition(std::vector<CoreContents> contents, std::uint32_t neurons);
};

}  // namespace spikeloom
