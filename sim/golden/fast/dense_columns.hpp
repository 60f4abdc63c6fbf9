#pragma once
// All-to-all connections: what one source sends lies side by side, as its targets do.

#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "sim/golden/fast/neuron_order.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

/// sums[i] += weights[i] * unit, for all i < count.
template <typename Sum>
void add_weights(Sum* __restrict sums,
                 const std::int16_t* __restrict weights,
                 std::size_t count,
                 Sum unit) {
  if (unit == 1)
    for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<Sum>(sums[i] + weights[i]);
  else
    for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<Sum>(sums[i] + weights[i] * unit);
}

class DenseColumns {
 public:
  DenseColumns(const DenseConnectivity& dense,
               const NeuronOrder& sources,
               const NeuronOrder& targets);

  /// As PackedRows::deliver; zero weights are added, not counted.
  template <typename Sum>
  std::uint64_t deliver(std::span<const SourceSpike> spikes,
                        std::uint32_t now,
                        Sum unit,
                        Rings<Sum>& rings) const {
    std::uint64_t crossed = 0;
    for (const SourceSpike& spike : spikes) {
      add_weights(rings.slot(spike.sample, now + delay_),
                  weights_.data() + spike.position * targets_,
                  targets_,
                  spike.times(unit));
      crossed += std::uint64_t{synapses_[spike.position]} * spike.count;
    }
    return crossed;
  }

 private:
  std::size_t targets_;
  std::uint32_t delay_;
  std::vector<std::int16_t> weights_;    // [source position * targets + target position]
  std::vector<std::uint32_t> synapses_;  // weights that are not zero, by source position
};

}  // namespace spikeloom::fast
