#pragma once
// Who is connected to whom, with integer weights, kept as compactly as its author wrote it.
// Every form answers one question: which synapses leave source neuron i?

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "models/lowering/drawn_connectivity.hpp"
#include "models/network/graph.hpp"

namespace spikeloom {

/// All to all; a zero weight is no synapse.
struct DenseConnectivity {
  std::uint32_t sources, targets;
  std::vector<std::int16_t> weight;  ///< [target * sources + source]
  std::uint32_t delay = 1;
};

/// A two-dimensional convolution (cross-correlation, as in NIR), channels first.
struct ConvConnectivity {
  std::array<std::uint32_t, 3> source_shape, target_shape;  ///< (channels, height, width)
  std::array<std::uint32_t, 2> kernel, stride, padding, dilation;
  std::uint32_t groups = 1;
  std::vector<std::int16_t> weight;  ///< (out channels, in channels / groups, height, width)
  std::uint32_t delay = 1;
};

/// Compressed rows by source neuron: synapses row[i] .. row[i+1].
struct SparseConnectivity {
  std::vector<std::uint64_t> row;  ///< sources + 1
  std::vector<std::uint32_t> target;
  std::vector<std::int16_t> weight;
  std::vector<std::uint8_t> delay;
};

using Connectivity =
    std::variant<DenseConnectivity, ConvConnectivity, SparseConnectivity, DrawnConnectivity>;

/// Calls `visit(Synapse)` for every synapse that leaves `source`, in ascending order of target
/// (sparse rows: in stored order; drawn ones: as drawn).
template <typename Visit>
void for_each_synapse(const DenseConnectivity& dense, std::uint32_t source, Visit visit) {
  for (std::uint32_t target = 0; target < dense.targets; ++target) {
    const std::int16_t weight = dense.weight[std::size_t{target} * dense.sources + source];
    if (weight != 0) visit(Synapse{target, weight, dense.delay});
  }
}

template <typename Visit>
void for_each_synapse(const SparseConnectivity& sparse, std::uint32_t source, Visit visit) {
  for (std::uint64_t i = sparse.row[source]; i < sparse.row[source + 1]; ++i)
    if (sparse.weight[i] != 0) visit(Synapse{sparse.target[i], sparse.weight[i], sparse.delay[i]});
}

template <typename Visit>
void for_each_synapse(const DrawnConnectivity& drawn, std::uint32_t source, Visit visit) {
  std::array<Synapse, kDrawnAtOnce> synapses;
  for (std::uint32_t first = 0; first < drawn.fan_out; first += kDrawnAtOnce) {
    const std::uint32_t count = std::min(kDrawnAtOnce, drawn.fan_out - first);
    draw_synapses(drawn, source, first, std::span(synapses).first(count));
    for (std::uint32_t i = 0; i < count; ++i) visit(synapses[i]);
  }
}

template <typename Visit>
void for_each_synapse(const ConvConnectivity& conv, std::uint32_t source, Visit visit) {
  const auto [in_channels, in_height, in_width] = conv.source_shape;
  const auto [out_channels, out_height, out_width] = conv.target_shape;
  const std::uint32_t channel = source / (in_height * in_width);
  const std::uint32_t y = source / in_width % in_height;
  const std::uint32_t x = source % in_width;
  const std::uint32_t in_group = in_channels / conv.groups;
  const std::uint32_t out_group = out_channels / conv.groups;
  const std::uint32_t group = channel / in_group;
  // Output o sees input y through tap k when o * stride + k * dilation = y + padding.
  for (std::uint32_t out = group * out_group; out < (group + 1) * out_group; ++out) {
    const std::size_t plane =
        (std::size_t{out} * in_group + channel % in_group) * conv.kernel[0] * conv.kernel[1];
    for (std::uint32_t ky = conv.kernel[0]; ky-- > 0;) {
      const std::int64_t row =
          std::int64_t{y} + conv.padding[0] - std::int64_t{ky} * conv.dilation[0];
      if (row < 0 || row % conv.stride[0] != 0 || row / conv.stride[0] >= out_height) continue;
      for (std::uint32_t kx = conv.kernel[1]; kx-- > 0;) {
        const std::int64_t column =
            std::int64_t{x} + conv.padding[1] - std::int64_t{kx} * conv.dilation[1];
        if (column < 0 || column % conv.stride[1] != 0 || column / conv.stride[1] >= out_width)
          continue;
        const std::int16_t weight = conv.weight[plane + std::size_t{ky} * conv.kernel[1] + kx];
        if (weight == 0) continue;
        const auto target = static_cast<std::uint32_t>(
            (out * std::int64_t{out_height} + row / conv.stride[0]) * out_width +
            column / conv.stride[1]);
        visit(Synapse{target, weight, conv.delay});
      }
    }
  }
}

template <typename Visit>
void for_each_synapse(const Connectivity& connectivity, std::uint32_t source, Visit visit) {
  std::visit([&](const auto& form) { for_each_synapse(form, source, visit); }, connectivity);
}

/// Adds `steps` to every delay (may be negative as long as every delay stays at least 1).
void shift_delays(Connectivity& connectivity, std::int64_t steps);
std::uint64_t count_synapses(const Connectivity& connectivity, std::uint32_t sources);
/// Synapses that leave `source`.
std::uint32_t fan_out_of(const Connectivity& connectivity, std::uint32_t source);
/// Any form written out as rows. Delays are at most 255 steps, weights fit 16 bits.
SparseConnectivity rows_of(const Connectivity& connectivity, std::uint32_t sources);

}  // namespace spikeloom
