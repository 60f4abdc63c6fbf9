#pragma once
// Images and sequences of images as the values of a network's input elements.

#include <optional>
#include <string>
#include <vector>

#include "models/inputs/number_array.hpp"
#include "models/network/graph.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// Where the values of samples, frames and input elements lie in an array.
struct FrameLayout {
  std::size_t samples = 1, frames = 1;
  std::size_t sample_stride = 0, frame_stride = 0;  ///< in values
  std::vector<std::size_t> element_offset;          ///< by element of the network's input
};

/// Values of the elements of a network's input, times `scale`, in samples of one or more frames.
struct Frames {
  NumberArray array;
  FrameLayout layout;
  double scale = 1;

  /// With one frame, every step shows it; else step k shows frame k.
  double value(std::size_t sample, std::size_t step, std::size_t element) const {
    const std::size_t frame = layout.frames == 1 ? 0 : step;
    return scale * array.at(sample * layout.sample_stride + frame * layout.frame_stride +
                            layout.element_offset[element]);
  }
};

/// Fits an array to an input of shape `input`. `axes` has a letter for each axis of the array: n
/// samples, t frames, and c (channel), h (height), w (width), which become elements in this order;
/// their extents must be those of `input`, or have its volume if it is flat. Without axes, the
/// array has the input's shape, or that after one axis of samples; axes of extent 1 do not matter,
/// and only the volume does if one of both is flat. Refuses what does not fit, as an error of
/// `file`.
FrameLayout layout_of(const ArrayHeader& header,
                      const std::string& axes,
                      const Shape& input,
                      const std::string& file);

}  // namespace spikeloom
