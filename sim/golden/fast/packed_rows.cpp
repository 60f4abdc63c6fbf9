#include "sim/golden/fast/packed_rows.hpp"

namespace spikeloom::fast {

template <typename Word, int kWeightBits>
PackedRows<Word, kWeightBits>::PackedRows(const SparseConnectivity& sparse,
                                          const NeuronOrder& sources,
                                          const NeuronOrder& targets,
                                          const RingShape& shape) {
  constexpr auto kWeightMask = (Word{1} << kWeightBits) - 1;
  first_.reserve(sources.neuron_at.size() + 1);
  words_.reserve(sparse.target.size());
  first_.push_back(0);
  for (const std::uint32_t source : sources.neuron_at) {
    for (std::uint64_t i = sparse.row[source]; i < sparse.row[source + 1]; ++i) {
      if (sparse.weight[i] == 0) continue;
      const std::size_t place =
          sparse.delay[i] * shape.stride() + targets.position_of[sparse.target[i]];
      words_.push_back(static_cast<Word>(place) << kWeightBits |
                       (static_cast<Word>(sparse.weight[i]) & kWeightMask));
    }
    first_.push_back(words_.size());
  }
}

template class PackedRows<std::uint32_t, 8>;
template class PackedRows<std::uint32_t, 10>;
template class PackedRows<std::uint32_t, 16>;
template class PackedRows<std::uint64_t, 16>;

}  // namespace spikeloom::fast
