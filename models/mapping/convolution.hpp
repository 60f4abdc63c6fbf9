#pragma once
// What rows say: the taps that convolutions generate for a packet, and the synapses of any row.

#include <cstddef>
#include <optional>
#include <string>

#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// What is wrong with a convolution of this core, such as "has delay 0, allowed are 1 to 15".
std::optional<std::string> fault_of(const Convolution& convolution,
                                    const CoreImage& core,
                                    const CoreSpec& spec);
/// What is wrong with a dense row of this core.
std::optional<std::string> fault_of_dense_row(const Row& row,
                                              const CoreImage& core,
                                              const CoreSpec& spec);

/// Taps along one axis that a source reaches inside the target box: tap, tap + tap_step, ... and
/// target, target - target_step, ...
struct AxisTaps {
  std::uint32_t count = 0;
  std::uint32_t tap = 0, tap_step = 1;
  std::uint32_t target = 0, target_step = 1;  ///< relative to the box
};
/// `at`: the source's coordinate in its box. `axis`: 0 rows, 1 columns.
AxisTaps axis_taps(const Convolution& convolution, std::size_t axis, std::uint32_t at);

/// What a packet of one source generates: every channel of the target box, every row, every column.
struct PacketTaps {
  AxisTaps rows, columns;
  std::uint32_t channels = 0;      ///< of the target box
  std::uint32_t first_weight = 0;  ///< of the source's channel
  std::uint64_t count() const { return std::uint64_t{channels} * rows.count * columns.count; }
};
/// None if the key is not one of the convolution's sources.
PacketTaps taps_of(const Convolution& convolution, std::uint32_t key);

/// Calls visit(local target, weight) for every tap, weights of zero included.
template <typename Visit>
void for_each_tap(const CoreImage& core,
                  const Convolution& convolution,
                  const PacketTaps& taps,
                  const Visit& visit) {
  const auto [channels, height, width] = convolution.target;
  const std::uint32_t kernel_width = convolution.kernel[1];
  const std::uint32_t plane = std::uint32_t{convolution.kernel[0]} * kernel_width;
  for (std::uint32_t channel = 0; channel < taps.channels; ++channel) {
    const std::int16_t* const weights =
        core.kernels.data() + taps.first_weight + std::size_t{channel} * plane;
    for (std::uint32_t r = 0; r < taps.rows.count; ++r) {
      const std::uint32_t tap_row = taps.rows.tap + r * taps.rows.tap_step;
      const std::uint32_t target_row = taps.rows.target - r * taps.rows.target_step;
      const std::int16_t* weight = weights + std::size_t{tap_row} * kernel_width + taps.columns.tap;
      std::uint32_t target =
          convolution.first_target + (channel * height + target_row) * width + taps.columns.target;
      for (std::uint32_t c = 0; c < taps.columns.count; ++c) {
        visit(target, std::int32_t{*weight});
        weight += taps.columns.tap_step;
        target -= taps.columns.target_step;
      }
    }
  }
}

/// A synapse of a row, whatever its format. Its weight is not zero.
struct StoredSynapse {
  std::uint32_t target;  ///< local neuron
  std::uint32_t delay;
  std::int32_t weight;
  std::uint32_t weight_exponent;
};

/// Calls visit(StoredSynapse) for the synapses that a packet of `key` finds in `row`.
template <typename Visit>
void for_each_stored_synapse(const CoreImage& core,
                             const Row& row,
                             std::uint32_t key,
                             const CoreSpec& spec,
                             const Visit& visit) {
  const std::uint32_t exponent = row.weight_exponent;
  const auto visit_words = [&](const auto& words, std::size_t per_word, const auto& visit_stored) {
    const std::size_t first = row.first_word * per_word;
    for (std::size_t i = 0; i < row.words * per_word; ++i) visit_stored(words[first + i], i);
  };
  const auto visit_word = [&](const auto& word) {
    if (word.weight() != 0)
      visit(StoredSynapse{word.target(), word.delay(), word.weight(), exponent});
  };
  const auto visit_sparse = [&](SynapticWord word, std::size_t) {
    if (spec.kind == CoreKind::Processor)
      visit_word(ProcessorWord(word));
    else
      visit_word(word);
  };
  const auto visit_dense = [&](std::int32_t weight, std::size_t i) {
    const auto target = static_cast<std::uint32_t>(row.first_target + i);
    if (weight != 0) visit(StoredSynapse{target, row.delay, weight, exponent});
  };
  const auto visit_convolution = [&](const Convolution& c, std::size_t) {
    for_each_tap(core, c, taps_of(c, key), [&](std::uint32_t target, std::int32_t weight) {
      if (weight != 0) visit(StoredSynapse{target, c.delay, weight, c.weight_exponent});
    });
  };
  switch (row.format) {
    case RowFormat::Sparse:
      return visit_words(core.words, spec.synapses_per_word, visit_sparse);
    case RowFormat::Dense:
      return visit_words(core.dense, dense_weights_per_word(spec), visit_dense);
    case RowFormat::Convolution:
      return visit_words(core.convolutions, 1, visit_convolution);
  }
}

}  // namespace spikeloom
