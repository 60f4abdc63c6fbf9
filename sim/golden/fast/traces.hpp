#pragma once
// Collects the trace of every sample in its sorted order, without sorting.

#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "sim/golden/fast/neuron_order.hpp"
#include "sim/golden/fast/neuron_update.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

class Traces {
 public:
  Traces(std::size_t samples, std::size_t populations);

  /// Spikes of a population in a step of its own, of all samples. Per sample, they ascend by
  /// position.
  void add_spikes(PopulationId population,
                  std::uint32_t step,
                  const NeuronOrder& order,
                  std::span<const SourceSpike> spikes);
  void add_state(std::size_t sample,
                 PopulationId population,
                 std::uint32_t step,
                 const NeuronOrder& order,
                 const NeuronState& state);

  std::vector<SampleTrace> take(std::uint32_t steps);

 private:
  void add_by_neuron(PopulationId population,
                     std::uint32_t step,
                     const NeuronOrder& order,
                     std::span<const SourceSpike> spikes);

  std::vector<IdVector<PopulationId, SampleTrace>> parts_;  // [sample], each by step
  std::vector<std::vector<std::uint64_t>> marked_;          // [sample]: bit per neuron, all 0
  std::vector<std::vector<std::uint32_t>> counts_;          // [sample]: of neurons that are marked
};

}  // namespace spikeloom::fast
