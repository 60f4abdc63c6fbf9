#include "models/inputs/frames.hpp"

#include <algorithm>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::string_view kElementAxes = "chw";  // slowest first

/// Distance of neighbours along each axis, in values.
std::vector<std::size_t> strides_of(const ArrayHeader& header) {
  const std::size_t rank = header.shape.size();
  std::vector<std::size_t> strides(rank);
  std::size_t stride = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = header.column_major ? i : rank - 1 - i;
    strides[axis] = stride;
    stride *= header.shape[axis];
  }
  return strides;
}

Shape without_ones(Shape shape) {
  shape.erase(std::remove(shape.begin(), shape.end(), std::size_t{1}), shape.end());
  return shape;
}

bool fit(const Shape& image, const Shape& input) {
  const bool is_flat = image.size() <= 1 || input.size() <= 1;
  if (is_flat) return volume_of(image) == volume_of(input);
  return without_ones(image) == without_ones(input);
}

/// The offsets of all elements spanned by the axes, the first axis slowest.
std::vector<std::size_t> offsets_of(const Shape& shape, const std::vector<std::size_t>& strides) {
  std::vector<std::size_t> offsets = {0};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    std::vector<std::size_t> finer;
    finer.reserve(offsets.size() * shape[axis]);
    for (const std::size_t offset : offsets)
      for (std::size_t i = 0; i < shape[axis]; ++i) finer.push_back(offset + i * strides[axis]);
    offsets = std::move(finer);
  }
  return offsets;
}

class Arrangement {
 public:
  Arrangement(const ArrayHeader& header, const Shape& input, const std::string& file)
      : shape_(header.shape), strides_(strides_of(header)), input_(input), file_(file) {}

  FrameLayout by_shape() const {
    const Shape rest(shape_.begin() + (shape_.empty() ? 0 : 1), shape_.end());
    FrameLayout layout;
    if (fit(shape_, input_)) {
      layout.element_offset = offsets_of(shape_, strides_);
      return layout;
    }
    if (shape_.empty() || !fit(rest, input_))
      fail("has shape " + to_string(shape_) + ", the network's input has " + to_string(input_) +
           "; \"axes\" may say which axis is which, such as \"nhwc\"");
    layout.samples = shape_.front();
    layout.sample_stride = strides_.front();
    layout.element_offset = offsets_of(rest, {strides_.begin() + 1, strides_.end()});
    return layout;
  }

  FrameLayout by_axes(const std::string& axes) const {
    if (axes.size() != shape_.size())
      fail("has shape " + to_string(shape_) + ", but \"axes\" names " +
           std::to_string(axes.size()) + " axes: \"" + axes + "\"");
    FrameLayout layout;
    take_axis(axes, 'n', layout.samples, layout.sample_stride);
    take_axis(axes, 't', layout.frames, layout.frame_stride);
    Shape image;
    std::vector<std::size_t> strides;
    for (const char letter : kElementAxes) {
      std::size_t extent = 0, stride = 0;
      if (!take_axis(axes, letter, extent, stride)) continue;
      image.push_back(extent);
      strides.push_back(stride);
    }
    if (!fit(image, input_))
      fail("has images of shape " + to_string(image) + " by the axes \"" + axes +
           "\", the network's input has " + to_string(input_));
    layout.element_offset = offsets_of(image, strides);
    return layout;
  }

 private:
  bool take_axis(const std::string& axes,
                 char letter,
                 std::size_t& extent,
                 std::size_t& stride) const {
    const std::size_t axis = axes.find(letter);
    if (axis == std::string::npos) return false;
    extent = shape_[axis];
    stride = strides_[axis];
    return true;
  }

  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(file_, "", sentence);
  }

  const Shape& shape_;
  std::vector<std::size_t> strides_;
  const Shape& input_;
  const std::string& file_;
};

}  // namespace

FrameLayout layout_of(const ArrayHeader& header,
                      const std::string& axes,
                      const Shape& input,
                      const std::string& file) {
  const Arrangement arrangement(header, input, file);
  return axes.empty() ? arrangement.by_shape() : arrangement.by_axes(axes);
}

}  // namespace spikeloom
