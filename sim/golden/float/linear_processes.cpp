#include "sim/golden/float/linear_processes.hpp"

#include <algorithm>
#include <array>

namespace spikeloom::golden {
namespace {

template <typename Real>
std::vector<Real> cast_all(const std::vector<double>& values) {
  std::vector<Real> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(), [](double value) {
    return static_cast<Real>(value);
  });
  return result;
}

/// How many of `count` weights are to be counted.
template <typename Real>
std::uint32_t weights_met(const Real* weights, std::size_t count, bool with_zeros) {
  const auto zeros = with_zeros ? 0 : std::count(weights, weights + count, Real{0});
  return static_cast<std::uint32_t>(count) - static_cast<std::uint32_t>(zeros);
}

template <typename Real>
class Matrix final : public Process<Real> {
 public:
  Matrix(const Tensor& weight, const Tensor& bias)
      : extents_(matrix_extents(weight)),
        by_input_(weight.data.size()),
        bias_(extents_.matrices * extents_.outputs) {
    if (!bias.data.empty()) bias_ = cast_all<Real>(bias.data);
    const std::size_t inputs = extents_.matrices * extents_.inputs;
    for (std::size_t in = 0; in < inputs; ++in)
      for (std::size_t out = 0; out < extents_.outputs; ++out) {
        const std::size_t row = in / extents_.inputs * extents_.outputs + out;
        by_input_[in * extents_.outputs + out] =
            static_cast<Real>(weight.data[row * extents_.inputs + in % extents_.inputs]);
      }
  }

  void step(const std::vector<Real>& input, std::vector<Real>& output) override {
    output = bias_;
    for (std::size_t matrix = 0; matrix < extents_.matrices; ++matrix)
      multiply(matrix * extents_.inputs, input, &output[matrix * extents_.outputs]);
  }

  std::vector<std::uint32_t> fan_out(bool with_zeros) const override {
    std::vector<std::uint32_t> met(extents_.matrices * extents_.inputs);
    for (std::size_t in = 0; in < met.size(); ++in)
      met[in] = weights_met(&by_input_[in * extents_.outputs], extents_.outputs, with_zeros);
    return met;
  }

 private:
  /// Adds what the inputs of one matrix, from `first` on, give.
  void multiply(std::size_t first, const std::vector<Real>& input, Real* output) const {
    for (std::size_t in = first; in < first + extents_.inputs; ++in) {
      if (input[in] == Real{0}) continue;
      const Real* column = &by_input_[in * extents_.outputs];
      for (std::size_t out = 0; out < extents_.outputs; ++out)
        output[out] += column[out] * input[in];
    }
  }

  MatrixExtents extents_;
  std::vector<Real> by_input_;  // [input of all matrices * outputs + output of its matrix]
  std::vector<Real> bias_;
};

template <typename Real>
class ElementwiseProduct final : public Process<Real> {
 public:
  explicit ElementwiseProduct(const std::vector<double>& factor)
      : factor_(cast_all<Real>(factor)) {}
  void step(const std::vector<Real>& input, std::vector<Real>& output) override {
    for (std::size_t i = 0; i < input.size(); ++i) output[i] = factor_[i] * input[i];
  }

 private:
  std::vector<Real> factor_;
};

template <typename Real>
class Copy final : public Process<Real> {
 public:
  void step(const std::vector<Real>& input, std::vector<Real>& output) override { output = input; }
};

template <typename Real>
class Heaviside final : public Process<Real> {
 public:
  Heaviside(const std::vector<double>& threshold, Comparison comparison, double spike_value)
      : threshold_(cast_all<Real>(threshold)),
        or_equal_(comparison == Comparison::GreaterOrEqual),
        spike_value_(static_cast<Real>(spike_value)) {}
  void step(const std::vector<Real>& input, std::vector<Real>& output) override {
    for (std::size_t i = 0; i < input.size(); ++i) {
      const bool fires = or_equal_ ? input[i] >= threshold_[i] : input[i] > threshold_[i];
      output[i] = fires ? spike_value_ : Real{0};
    }
  }

 private:
  std::vector<Real> threshold_;
  bool or_equal_;
  Real spike_value_;
};

/// A two-dimensional cross-correlation, channels first. One dimension is a height of 1.
struct Kernel {
  std::array<std::size_t, 3> in, out;  // (channels, height, width)
  std::array<std::size_t, 2> size, stride, dilation;
  std::array<std::size_t, 2> padding;  // before the first row and column
  std::size_t groups;
};

/// Rows of padding before the first: half of what the outputs reach over the inputs, rounded down.
std::size_t same_padding(
    std::size_t in, std::size_t out, std::size_t size, std::size_t stride, std::size_t dilation) {
  const std::size_t reach = (out - 1) * stride + dilation * (size - 1) + 1;
  return reach > in ? (reach - in) / 2 : 0;
}

void apply_padding_rule(Kernel& kernel, node::PaddingRule rule) {
  if (rule == node::PaddingRule::Valid) kernel.padding = {0, 0};
  if (rule != node::PaddingRule::Same) return;
  for (std::size_t axis = 0; axis < 2; ++axis)
    kernel.padding[axis] = same_padding(kernel.in[axis + 1],
                                        kernel.out[axis + 1],
                                        kernel.size[axis],
                                        kernel.stride[axis],
                                        kernel.dilation[axis]);
}

template <typename Real>
class Convolution final : public Process<Real> {
 public:
  /// `weight` is (out channels, in channels / groups, height, width), row-major; an empty `bias`
  /// is none.
  Convolution(const Kernel& kernel,
              const std::vector<double>& weight,
              const std::vector<double>& bias)
      : kernel_(kernel), bias_(kernel.out[0]), by_input_(weight.size()) {
    if (!bias.empty()) bias_ = cast_all<Real>(bias);
    reorder(weight);
  }

  void step(const std::vector<Real>& input, std::vector<Real>& output) override {
    fill_with_bias(output);
    const auto [channels, height, width] = kernel_.in;
    std::size_t i = 0;
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, ++i)
          if (input[i] != Real{0}) scatter(channel, y, x, input[i], output);
  }

  std::vector<std::uint32_t> fan_out(bool with_zeros) const override {
    const auto [channels, height, width] = kernel_.in;
    std::vector<std::uint32_t> met;
    met.reserve(channels * height * width);
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) met.push_back(met_at(channel, y, x, with_zeros));
    return met;
  }

 private:
  std::size_t out_group() const { return kernel_.out[0] / kernel_.groups; }
  std::size_t in_group() const { return kernel_.in[0] / kernel_.groups; }
  std::size_t taps() const { return kernel_.size[0] * kernel_.size[1]; }

  // To [in channel][tap][out channel of the group]: what one input value meets lies together.
  void reorder(const std::vector<double>& weight) {
    for (std::size_t out = 0; out < kernel_.out[0]; ++out)
      for (std::size_t in = 0; in < in_group(); ++in)
        for (std::size_t tap = 0; tap < taps(); ++tap) {
          const std::size_t channel = out / out_group() * in_group() + in;
          by_input_[(channel * taps() + tap) * out_group() + out % out_group()] =
              static_cast<Real>(weight[(out * in_group() + in) * taps() + tap]);
        }
  }

  void fill_with_bias(std::vector<Real>& output) const {
    const std::size_t plane = kernel_.out[1] * kernel_.out[2];
    for (std::size_t out = 0; out < kernel_.out[0]; ++out)
      std::fill_n(output.begin() + static_cast<std::ptrdiff_t>(out * plane), plane, bias_[out]);
  }

  // The output position that sees input `position` through tap `tap` along `axis`, if any:
  // out * stride + tap * dilation = position + padding.
  std::size_t output_position(std::size_t axis, std::size_t position, std::size_t tap) const {
    const std::size_t padded = position + kernel_.padding[axis];
    const std::size_t offset = tap * kernel_.dilation[axis];
    if (offset > padded || (padded - offset) % kernel_.stride[axis] != 0) return kNone;
    const std::size_t result = (padded - offset) / kernel_.stride[axis];
    return result < kernel_.out[axis + 1] ? result : kNone;
  }

  // Calls `visit(weights of the group's output channels, row, column)` for every tap through which
  // an output sees the position.
  template <typename Visit>
  void for_each_tap(std::size_t channel, std::size_t y, std::size_t x, Visit visit) const {
    for (std::size_t ky = 0; ky < kernel_.size[0]; ++ky) {
      const std::size_t row = output_position(0, y, ky);
      if (row == kNone) continue;
      for (std::size_t kx = 0; kx < kernel_.size[1]; ++kx) {
        const std::size_t column = output_position(1, x, kx);
        if (column == kNone) continue;
        const std::size_t tap = ky * kernel_.size[1] + kx;
        visit(&by_input_[(channel * taps() + tap) * out_group()], row, column);
      }
    }
  }

  void scatter(std::size_t channel,
               std::size_t y,
               std::size_t x,
               Real value,
               std::vector<Real>& output) const {
    const std::size_t first_out = channel / in_group() * out_group();
    const std::size_t plane = kernel_.out[1] * kernel_.out[2];
    for_each_tap(channel, y, x, [&](const Real* weights, std::size_t row, std::size_t column) {
      std::size_t target = (first_out * kernel_.out[1] + row) * kernel_.out[2] + column;
      for (std::size_t out = 0; out < out_group(); ++out, target += plane)
        output[target] += weights[out] * value;
    });
  }

  std::uint32_t met_at(std::size_t channel, std::size_t y, std::size_t x, bool with_zeros) const {
    std::uint32_t met = 0;
    for_each_tap(channel, y, x, [&](const Real* weights, std::size_t, std::size_t) {
      met += weights_met(weights, out_group(), with_zeros);
    });
    return met;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Kernel kernel_;
  std::vector<Real> bias_;
  std::vector<Real> by_input_;
};

std::array<std::size_t, 3> extents(const Shape& shape, std::size_t rank, const ProcessSite& site) {
  if (shape.size() != rank)
    site.fail("works on tensors of rank " + std::to_string(rank) + ", not on " + to_string(shape));
  return rank == 2 ? std::array{shape[0], std::size_t{1}, shape[1]}
                   : std::array{shape[0], shape[1], shape[2]};
}

}  // namespace

template <typename Real>
std::unique_ptr<Process<Real>> make_matrix(const Tensor& weight,
                                           const Tensor& bias,
                                           const ProcessSite& site) {
  const std::size_t inputs = volume_of(site.node.input_shape);
  const std::size_t outputs = volume_of(site.node.output_shape);
  const auto [matrices, each_outputs, each_inputs] = matrix_extents(weight);
  if (matrices * each_inputs != inputs || matrices * each_outputs != outputs)
    site.fail("weight " + to_string(weight.shape) + " does not map " + std::to_string(inputs) +
              " inputs to " + std::to_string(outputs) + " outputs");
  return std::make_unique<Matrix<Real>>(weight, bias);
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Scale& scale, const ProcessSite&) {
  return std::make_unique<ElementwiseProduct<Real>>(scale.scale.data);
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Conv1d& conv, const ProcessSite& site) {
  Kernel kernel{.in = extents(site.node.input_shape, 2, site),
                .out = extents(site.node.output_shape, 2, site),
                .size = {1, conv.weight.shape.at(2)},
                .stride = {1, conv.stride},
                .dilation = {1, conv.dilation},
                .padding = {0, conv.padding},
                .groups = conv.groups};
  apply_padding_rule(kernel, conv.padding_rule);
  return std::make_unique<Convolution<Real>>(kernel, conv.weight.data, conv.bias.data);
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Conv2d& conv, const ProcessSite& site) {
  Kernel kernel{.in = extents(site.node.input_shape, 3, site),
                .out = extents(site.node.output_shape, 3, site),
                .size = {conv.weight.shape.at(2), conv.weight.shape.at(3)},
                .stride = conv.stride,
                .dilation = conv.dilation,
                .padding = conv.padding,
                .groups = conv.groups};
  apply_padding_rule(kernel, conv.padding_rule);
  return std::make_unique<Convolution<Real>>(kernel, conv.weight.data, conv.bias.data);
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Pool2d& pool, const ProcessSite& site) {
  const auto in = extents(site.node.input_shape, 3, site);
  const Kernel kernel{.in = in,
                      .out = extents(site.node.output_shape, 3, site),
                      .size = pool.kernel,
                      .stride = pool.stride,
                      .dilation = {1, 1},
                      .padding = pool.padding,
                      .groups = in[0]};  // every channel by itself
  const std::size_t window = pool.kernel[0] * pool.kernel[1];
  const double weight = pool.kind == node::PoolKind::Sum ? 1.0 : 1.0 / static_cast<double>(window);
  return std::make_unique<Convolution<Real>>(
      kernel, std::vector<double>(in[0] * window, weight), std::vector<double>{});
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Flatten&, const ProcessSite&) {
  return std::make_unique<Copy<Real>>();  // row-major order is kept
}

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Threshold& threshold,
                                            const ProcessSite& site) {
  return std::make_unique<Heaviside<Real>>(
      threshold.threshold.data, site.semantics.comparison, site.spike_value());
}

#define SPIKELOOM_LINEAR_PROCESSES(Real)                                                          \
  template std::unique_ptr<Process<Real>> make_matrix(                                            \
      const Tensor&, const Tensor&, const ProcessSite&);                                          \
  template std::unique_ptr<Process<Real>> make_process(const node::Scale&, const ProcessSite&);   \
  template std::unique_ptr<Process<Real>> make_process(const node::Conv1d&, const ProcessSite&);  \
  template std::unique_ptr<Process<Real>> make_process(const node::Conv2d&, const ProcessSite&);  \
  template std::unique_ptr<Process<Real>> make_process(const node::Pool2d&, const ProcessSite&);  \
  template std::unique_ptr<Process<Real>> make_process(const node::Flatten&, const ProcessSite&); \
  template std::unique_ptr<Process<Real>> make_process(const node::Threshold&, const ProcessSite&);
SPIKELOOM_LINEAR_PROCESSES(float)
SPIKELOOM_LINEAR_PROCESSES(double)
#undef SPIKELOOM_LINEAR_PROCESSES

}  // namespace spikeloom::golden
