#pragma once
// A drawn connection that is drawn again for every spike: no memory per synapse.

#include <span>

#include "models/lowering/connectivity.hpp"
#include "sim/golden/fast/neuron_order.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

class DrawnRows {
 public:
  DrawnRows(const DrawnConnectivity& drawn, const NeuronOrder& sources, const NeuronOrder& targets)
      : drawn_(drawn), neuron_at_(sources.neuron_at), position_of_(targets.position_of) {}

  /// Adds what the spikes of step `now` send, `unit` times; the number of synapses crossed.
  template <typename Sum>
  std::uint64_t deliver(std::span<const SourceSpike> spikes,
                        std::uint32_t now,
                        Sum unit,
                        Rings<Sum>& rings) const {
    std::uint64_t crossed = 0;
    for (const SourceSpike& spike : spikes) {
      Sum* ring = rings.of_sample(spike.sample);
      const Sum weight_unit = spike.times(unit);
      for_each_synapse(drawn_, neuron_at_[spike.position], [&](const Synapse& synapse) {
        Sum& sum = ring[rings.shape.slot_of(now + synapse.delay) + position_of_[synapse.target]];
        sum = static_cast<Sum>(sum + synapse.weight * weight_unit);
      });
      crossed += std::uint64_t{drawn_.fan_out} * spike.count;
    }
    return crossed;
  }

 private:
  DrawnConnectivity drawn_;
  std::vector<std::uint32_t> neuron_at_;    // by source position
  std::vector<std::uint32_t> position_of_;  // by target neuron
};

}  // namespace spikeloom::fast
