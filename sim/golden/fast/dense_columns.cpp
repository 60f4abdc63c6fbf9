#include "sim/golden/fast/dense_columns.hpp"

namespace spikeloom::fast {

DenseColumns::DenseColumns(const DenseConnectivity& dense,
                           const NeuronOrder& sources,
                           const NeuronOrder& targets)
    : targets_(dense.targets),
      delay_(dense.delay),
      weights_(std::size_t{dense.sources} * dense.targets),
      synapses_(dense.sources) {
  for (std::uint32_t target = 0; target < dense.targets; ++target)
    for (std::uint32_t source = 0; source < dense.sources; ++source) {
      const std::int16_t weight = dense.weight[std::size_t{target} * dense.sources + source];
      const std::size_t position = sources.position_of[source];
      weights_[position * targets_ + targets.position_of[target]] = weight;
      synapses_[position] += weight != 0;
    }
}

}  // namespace spikeloom::fast
