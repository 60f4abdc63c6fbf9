#pragma once
// One number per distinct neuron parameter set of a network, whichever population uses it.

#include <vector>

#include "mapper/network_view.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

class ProfileIds {
 public:
  explicit ProfileIds(const LoweredNetwork& network);

  std::uint32_t count() const { return static_cast<std::uint32_t>(profiles_.size()); }
  const CoreProfile& profile(std::uint32_t id) const { return profiles_[id]; }
  /// Only of a network of SpiNNaker's neurons.
  const SpinnakerProfile& spinnaker(std::uint32_t id) const { return spinnaker_[id]; }
  std::uint32_t id_of(const NetworkView& view, NeuronNumber number) const;

 private:
  std::vector<CoreProfile> profiles_;
  std::vector<SpinnakerProfile> spinnaker_;                 ///< beside profiles_, or empty
  IdVector<PopulationId, std::vector<std::uint32_t>> ids_;  ///< per profile of a population
};

}  // namespace spikeloom
