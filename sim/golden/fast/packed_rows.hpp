#pragma once
// Sparse connections as compressed rows of one word per synapse.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "sim/golden/fast/neuron_order.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

/// A row of synapses per source position; zero weights are left out. The low kWeightBits of a word
/// are the weight, the others the place of the sum in a ring: delay * stride + target position.
/// Delays thus cost nothing in the inner loop, and half the memory of separate fields is read.
template <typename Word, int kWeightBits>
class PackedRows {
 public:
  static bool fits(const RingShape& shape, std::int32_t weight_bits) {
    constexpr int kPlaceBits = 8 * static_cast<int>(sizeof(Word)) - kWeightBits;
    return weight_bits <= kWeightBits && std::bit_width(shape.mask()) <= kPlaceBits;
  }

  PackedRows(const SparseConnectivity& sparse,
             const NeuronOrder& sources,
             const NeuronOrder& targets,
             const RingShape& shape);

  /// Adds what the spikes of step `now` send, `unit` times; the number of synapses crossed.
  template <typename Sum>
  std::uint64_t deliver(std::span<const SourceSpike> spikes,
                        std::uint32_t now,
                        Sum unit,
                        Rings<Sum>& rings) const {
    std::uint64_t crossed = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      if (i + kRowsAhead < spikes.size()) fetch(spikes[i + kRowsAhead].position);
      const SourceSpike& spike = spikes[i];
      Sum* ring = rings.of_sample(spike.sample);
      const std::size_t first = rings.shape.slot_of(now), mask = rings.shape.mask();
      const Sum weight_unit = spike.times(unit);
      if (weight_unit == 1)
        for (const Word word : row(spike.position))
          add(ring[((word >> kWeightBits) + first) & mask], weight_of(word));
      else
        for (const Word word : row(spike.position))
          add(ring[((word >> kWeightBits) + first) & mask], weight_of(word) * weight_unit);
      crossed += row(spike.position).size() * std::uint64_t{spike.count};
    }
    return crossed;
  }

 private:
  // Rows of spikes lie far apart: they are fetched while the rows before them are added. What lies
  // beyond kBytesAhead, the processor foresees by itself.
  static constexpr std::size_t kRowsAhead = 2, kBytesAhead = 512, kLine = 64;

  static std::int32_t weight_of(Word word) {
    constexpr int kAbove = 32 - kWeightBits;
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(word) << kAbove) >> kAbove;
  }

  template <typename Sum, typename Value>
  static void add(Sum& sum, Value value) {
    sum = static_cast<Sum>(sum + value);
  }

  std::span<const Word> row(std::uint32_t position) const {
    return {words_.data() + first_[position], words_.data() + first_[position + std::size_t{1}]};
  }

  // Inlined by order: GCC 12 takes a function that only prefetches for one without effect.
  [[gnu::always_inline]] void fetch(std::uint32_t position) const {
    const std::span<const std::byte> bytes = std::as_bytes(row(position));
    for (std::size_t at = 0; at < std::min(bytes.size(), kBytesAhead); at += kLine)
      __builtin_prefetch(bytes.data() + at);
  }

  std::vector<std::uint64_t> first_;  // positions + 1
  std::vector<Word> words_;
};

}  // namespace spikeloom::fast
