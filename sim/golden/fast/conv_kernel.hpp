#pragma once
// Convolutions from coordinates: a spike adds a kernel, nothing is unrolled.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "sim/golden/fast/dense_columns.hpp"
#include "sim/golden/fast/neuron_order.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

/// The taps of a kernel along one axis that a source coordinate meets, and where they lead.
/// Taps are renumbered so that those of one coordinate follow each other, in ascending order of
/// their outputs.
class AxisTaps {
 public:
  struct Reach {
    std::uint32_t first_tap, taps;  ///< renumbered
    std::uint32_t first_output;     ///< each further tap: `output_step` later
  };

  AxisTaps(std::uint32_t inputs,
           std::uint32_t outputs,
           std::uint32_t kernel,
           std::uint32_t stride,
           std::uint32_t padding,
           std::uint32_t dilation);

  const Reach& of(std::uint32_t input) const { return reach_[input]; }
  std::uint32_t output_step() const { return output_step_; }
  std::uint32_t kernel_index(std::uint32_t tap) const { return kernel_index_[tap]; }
  std::uint32_t taps() const { return static_cast<std::uint32_t>(kernel_index_.size()); }

 private:
  Reach reach_of(std::int64_t padded_input,
                 std::uint32_t outputs,
                 std::uint32_t stride,
                 std::uint32_t dilation) const;

  std::uint32_t output_step_;
  std::vector<std::uint32_t> kernel_index_;
  std::vector<Reach> reach_;
};

class ConvKernel {
 public:
  ConvKernel(const ConvConnectivity& conv, const NeuronOrder& sources, const NeuronOrder& targets);

  /// As PackedRows::deliver; zero weights are added, not counted.
  template <typename Sum>
  std::uint64_t deliver(std::span<const SourceSpike> spikes,
                        std::uint32_t now,
                        Sum unit,
                        Rings<Sum>& rings) const {
    std::uint64_t crossed = 0;
    for (const SourceSpike& spike : spikes) {
      const Sum weight_unit = spike.times(unit);
      Sum* sums = rings.slot(spike.sample, now + delay_);
      crossed += spike.count * add_kernel(sources_[spike.position], weight_unit, sums);
    }
    return crossed;
  }

 private:
  struct Source {
    std::uint32_t channel, y, x;
  };

  template <typename Sum>
  std::uint64_t add_kernel(const Source& source, Sum unit, Sum* sums) const {
    const AxisTaps::Reach& rows = rows_.of(source.y);
    const AxisTaps::Reach& columns = columns_.of(source.x);
    std::uint64_t synapses = 0;
    for (std::uint32_t i = 0; i < rows.taps; ++i) {
      const std::size_t kernel_row =
          (std::size_t{source.channel} * rows_.taps() + rows.first_tap + i) * columns_.taps() +
          columns.first_tap;
      const std::size_t pixel =
          std::size_t{rows.first_output + i * rows_.output_step()} * out_width_ +
          columns.first_output;
      const std::size_t channel = source.channel / in_group_ * out_group_;
      if (contiguous_)
        add_weights(sums + pixel * out_channels_,
                    weights_.data() + kernel_row * out_group_,
                    columns.taps * out_group_,
                    unit);
      else
        add_row(channel, pixel, kernel_row, columns.taps, unit, sums);
      for (std::uint32_t j = 0; j < columns.taps; ++j) synapses += synapses_[kernel_row + j];
    }
    return synapses;
  }

  template <typename Sum>
  void add_row(std::size_t channel,
               std::size_t pixel,
               std::size_t kernel_row,
               std::uint32_t taps,
               Sum unit,
               Sum* sums) const {
    for (std::uint32_t j = 0; j < taps; ++j, ++kernel_row, pixel += columns_.output_step()) {
      const std::int16_t* weights = weights_.data() + kernel_row * out_group_;
      if (target_position_.empty())
        add_weights(sums + pixel * out_channels_ + channel, weights, out_group_, unit);
      else
        add_scattered(channel, pixel, weights, unit, sums);
    }
  }

  // Where a second convolution has ordered the targets otherwise.
  template <typename Sum>
  void add_scattered(std::size_t channel,
                     std::size_t pixel,
                     const std::int16_t* weights,
                     Sum unit,
                     Sum* sums) const {
    for (std::size_t o = 0; o < out_group_; ++o) {
      Sum& sum = sums[target_position_[(channel + o) * out_pixels_ + pixel]];
      sum = static_cast<Sum>(sum + weights[o] * unit);
    }
  }

  AxisTaps rows_, columns_;
  std::size_t out_width_, out_pixels_, out_channels_;
  std::size_t in_group_, out_group_;  // channels per group
  std::uint32_t delay_;
  bool contiguous_;                             // the taps of a kernel row are added to neighbours
  std::vector<Source> sources_;                 // by position
  std::vector<std::uint32_t> target_position_;  // by neuron; empty: channels last
  std::vector<std::int16_t> weights_;    // [source channel][row tap][column tap][channel of group]
  std::vector<std::uint32_t> synapses_;  // of them, those that are not zero, without the last index
};

}  // namespace spikeloom::fast
