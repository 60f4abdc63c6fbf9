#include "models/mapping/mapping.hpp"

namespace spikeloom {

std::uint32_t dense_weights_per_word(const CoreSpec& core) {
  return core.synapses_per_word * synapse_bits(core) / core.arithmetic.weight_bits;
}

std::uint64_t rows_used(const CoreImage& core) {
  return core.rows.size() + std::uint64_t{kRowsPerConvolution} * core.convolutions.size();
}

std::uint64_t words_used(const CoreImage& core, const CoreSpec& spec) {
  return core.words.size() / spec.synapses_per_word +
         core.dense.size() / dense_weights_per_word(spec);
}

}  // namespace spikeloom
