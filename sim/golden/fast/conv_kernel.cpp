#include "sim/golden/fast/conv_kernel.hpp"

#include <algorithm>
#include <numeric>

namespace spikeloom::fast {

// Input i meets tap k at output o where o * stride = i + padding - k * dilation. The taps of an
// input are thus `stride / g` apart and their outputs `dilation / g`, g = gcd(stride, dilation).
AxisTaps::AxisTaps(std::uint32_t inputs,
                   std::uint32_t outputs,
                   std::uint32_t kernel,
                   std::uint32_t stride,
                   std::uint32_t padding,
                   std::uint32_t dilation)
    : output_step_(dilation / std::gcd(stride, dilation)), kernel_index_(kernel) {
  const std::uint32_t apart = stride / std::gcd(stride, dilation);
  std::iota(kernel_index_.rbegin(), kernel_index_.rend(), 0);  // outputs ascend as taps descend
  std::stable_sort(kernel_index_.begin(), kernel_index_.end(), [&](auto a, auto b) {
    return a % apart < b % apart;
  });
  for (std::uint32_t input = 0; input < inputs; ++input)
    reach_.push_back(reach_of(std::int64_t{input} + padding, outputs, stride, dilation));
}

AxisTaps::Reach AxisTaps::reach_of(std::int64_t padded_input,
                                   std::uint32_t outputs,
                                   std::uint32_t stride,
                                   std::uint32_t dilation) const {
  Reach reach{0, 0, 0};
  for (std::uint32_t tap = 0; tap < taps(); ++tap) {
    const std::int64_t scaled = padded_input - std::int64_t{kernel_index_[tap]} * dilation;
    if (scaled < 0 || scaled % stride != 0 || scaled / stride >= outputs) continue;
    if (reach.taps++ > 0) continue;
    reach.first_tap = tap;
    reach.first_output = static_cast<std::uint32_t>(scaled / stride);
  }
  return reach;
}

ConvKernel::ConvKernel(const ConvConnectivity& conv,
                       const NeuronOrder& sources,
                       const NeuronOrder& targets)
    : rows_(conv.source_shape[1],
            conv.target_shape[1],
            conv.kernel[0],
            conv.stride[0],
            conv.padding[0],
            conv.dilation[0]),
      columns_(conv.source_shape[2],
               conv.target_shape[2],
               conv.kernel[1],
               conv.stride[1],
               conv.padding[1],
               conv.dilation[1]),
      out_width_(conv.target_shape[2]),
      out_pixels_(std::size_t{conv.target_shape[1]} * conv.target_shape[2]),
      out_channels_(conv.target_shape[0]),
      in_group_(conv.source_shape[0] / conv.groups),
      out_group_(conv.target_shape[0] / conv.groups),
      delay_(conv.delay) {
  const auto [channels, height, width] = conv.source_shape;
  for (const std::uint32_t neuron : sources.neuron_at)
    sources_.push_back({neuron / (height * width), neuron / width % height, neuron % width});
  if (!is_channels_last(targets, conv.target_shape)) target_position_ = targets.position_of;
  contiguous_ = target_position_.empty() && conv.groups == 1 && columns_.output_step() == 1;

  const std::size_t taps = std::size_t{conv.kernel[0]} * conv.kernel[1];
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::uint32_t row = 0; row < conv.kernel[0]; ++row)
      for (std::uint32_t column = 0; column < conv.kernel[1]; ++column) {
        const std::size_t tap =
            std::size_t{rows_.kernel_index(row)} * conv.kernel[1] + columns_.kernel_index(column);
        for (std::size_t o = 0; o < out_group_; ++o) {
          const std::size_t out = channel / in_group_ * out_group_ + o;
          weights_.push_back(conv.weight[(out * in_group_ + channel % in_group_) * taps + tap]);
        }
        synapses_.push_back(static_cast<std::uint32_t>(
            std::count_if(weights_.end() - static_cast<std::ptrdiff_t>(out_group_),
                          weights_.end(),
                          [](std::int16_t weight) { return weight != 0; })));
      }
}

}  // namespace spikeloom::fast
