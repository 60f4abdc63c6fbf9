#include <doctest/doctest.h>

#include <random>

#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

using Engine = std::mt19937_64;

std::size_t draw(Engine& engine, std::size_t low, std::size_t high) {
  return low + engine() % (high - low + 1);
}

/// Eighths in [-2, 2]: sums of a few thousand products are exact.
Tensor random_tensor(Engine& engine, const Shape& shape) {
  Tensor tensor = constant(shape, 0.0);
  for (double& value : tensor.data) value = static_cast<double>(draw(engine, 0, 32)) / 8.0 - 2.0;
  return tensor;
}

/// About half the elements zero, as spikes are.
Tensor random_input(Engine& engine, const Shape& shape) {
  Tensor input = random_tensor(engine, shape);
  for (double& value : input.data)
    if (engine() % 2 == 0) value = 0.0;
  return input;
}

Sample sample_of(const Tensor& input) {
  Sample sample;
  for (std::uint32_t i = 0; i < input.data.size(); ++i)
    if (input.data[i] != 0.0) sample.events.push_back({0, i, input.data[i]});
  return sample;
}

/// What `primitive` makes of `input`: read from integrators behind it after one step.
std::vector<double> apply(const Primitive& primitive, const Tensor& input, const Shape& output) {
  const Graph graph =
      chain_of(input.shape, {{"node", primitive}, {"sum", neurons(I, output)}}, output);
  return run(graph, {}, sample_of(input), 1).states.at(0).v;
}

struct Window {
  std::size_t stride, padding, dilation;
};

/// The definition of a cross-correlation over zero-padded input, output by output.
std::vector<double> naive_conv(const Tensor& input,
                               const Tensor& weight,
                               const Tensor& bias,
                               const Shape& output,
                               const std::array<Window, 2>& window,
                               std::size_t groups) {
  std::vector<double> result;
  const auto at = [&](std::size_t c, std::ptrdiff_t y, std::ptrdiff_t x) {
    const auto height = static_cast<std::ptrdiff_t>(input.shape[1]);
    const auto width = static_cast<std::ptrdiff_t>(input.shape[2]);
    if (y < 0 || x < 0 || y >= height || x >= width) return 0.0;
    const auto base = static_cast<std::ptrdiff_t>(c) * height;
    return input.data[static_cast<std::size_t>((base + y) * width + x)];
  };
  const auto position = [&](std::size_t axis, std::size_t out, std::size_t tap) {
    const Window& w = window[axis];
    return static_cast<std::ptrdiff_t>(out * w.stride + tap * w.dilation) -
           static_cast<std::ptrdiff_t>(w.padding);
  };
  const std::size_t in_group = input.shape[0] / groups, out_group = output[0] / groups;
  for (std::size_t o = 0; o < output[0]; ++o)
    for (std::size_t y = 0; y < output[1]; ++y)
      for (std::size_t x = 0; x < output[2]; ++x) {
        double sum = bias.data[o];
        std::size_t w = o * in_group * weight.shape[2] * weight.shape[3];
        for (std::size_t c = 0; c < in_group; ++c)
          for (std::size_t ky = 0; ky < weight.shape[2]; ++ky)
            for (std::size_t kx = 0; kx < weight.shape[3]; ++kx)
              sum += weight.data[w++] *
                     at(o / out_group * in_group + c, position(0, y, ky), position(1, x, kx));
        result.push_back(sum);
      }
  return result;
}

std::size_t out_extent(std::size_t in, std::size_t kernel, const Window& window) {
  return (in + 2 * window.padding - window.dilation * (kernel - 1) - 1) / window.stride + 1;
}

}  // namespace

TEST_CASE("Affine and Linear multiply, and the bias comes every step") {
  const Tensor weight{{2, 3}, {1, 2, 3, 4, 5, 6}};
  const Tensor input{{3}, {1, 0, -2}};
  CHECK(apply(node::Linear{weight}, input, {2}) == std::vector<double>{-5, -8});
  CHECK(apply(node::Affine{weight, {{2}, {0.5, 1}}}, input, {2}) == std::vector<double>{-4.5, -7});
  const Graph graph = chain_of(
      {3}, {{"affine", node::Affine{weight, {{2}, {0.5, 1}}}}, {"sum", neurons(I, {2})}}, {2});
  CHECK(run(graph, {}, {}, 4).states.at(3).v == std::vector<double>{2, 4});
}

TEST_CASE("matrices side by side each multiply their own inputs") {
  const Tensor weight{{2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  const Tensor input{{2, 3}, {1, 0, -2, 0, 1, 1}};
  CHECK(apply(node::Linear{weight}, input, {2, 2}) == std::vector<double>{-5, -8, 17, 23});
  CHECK(apply(node::Affine{weight, {{2}, {0.5, 1}}}, input, {2, 2}) ==
        std::vector<double>{-4.5, -7, 17.5, 24});
}

TEST_CASE("Scale multiplies by element") {
  CHECK(apply(node::Scale{{{3}, {2, 3, 4}}}, {{3}, {1, 0, -2}}, {3}) ==
        std::vector<double>{2, 0, -8});
}

TEST_CASE("Flatten keeps the row-major order") {
  const Tensor input{{2, 1, 3}, {1, 2, 3, 4, 5, 6}};
  CHECK(apply(node::Flatten{{2, 1, 3}, 0, -1}, input, {6}) == input.data);
}

TEST_CASE("Threshold gives a spike by the semantics' comparison") {
  const Graph graph =
      chain_of({3}, {{"node", node::Threshold{{{3}, {1, 1, 1}}}}, {"sum", neurons(I, {3})}}, {3});
  const Sample sample = sample_of(Tensor{{3}, {0.5, 1.0, 1.5}});
  Semantics semantics;
  CHECK(run(graph, semantics, sample, 1).states.at(0).v == std::vector<double>{0, 0, 1});
  semantics.comparison = Comparison::GreaterOrEqual;
  CHECK(run(graph, semantics, sample, 1).states.at(0).v == std::vector<double>{0, 1, 1});
}

TEST_CASE("Conv2d equals its definition for any stride, padding, dilation and groups") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Engine engine(seed);
    const std::size_t groups = draw(engine, 1, 3);
    const Shape in{groups * draw(engine, 1, 2), draw(engine, 5, 8), draw(engine, 5, 8)};
    const Tensor weight = random_tensor(
        engine,
        {groups * draw(engine, 1, 2), in[0] / groups, draw(engine, 1, 3), draw(engine, 1, 3)});
    std::array<Window, 2> window;
    for (Window& w : window) w = {draw(engine, 1, 3), draw(engine, 0, 2), draw(engine, 1, 2)};
    const Shape out{weight.shape[0],
                    out_extent(in[1], weight.shape[2], window[0]),
                    out_extent(in[2], weight.shape[3], window[1])};
    const node::Conv2d conv{.input_extent = std::array{in[1], in[2]},
                            .weight = weight,
                            .stride = {window[0].stride, window[1].stride},
                            .padding = {window[0].padding, window[1].padding},
                            .dilation = {window[0].dilation, window[1].dilation},
                            .groups = groups,
                            .bias = random_tensor(engine, {weight.shape[0]})};
    const Tensor input = random_input(engine, in);
    REQUIRE(apply(conv, input, out) == naive_conv(input, weight, conv.bias, out, window, groups));
  }
}

TEST_CASE("the padding words mean: as large as the input, and none") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Engine engine(seed);
    const Shape in{2, draw(engine, 5, 8), draw(engine, 5, 8)};
    const std::array<std::size_t, 2> kernel{draw(engine, 1, 4), draw(engine, 1, 4)};
    node::Conv2d conv{.input_extent = std::array{in[1], in[2]},
                      .weight = random_tensor(engine, {3, 2, kernel[0], kernel[1]}),
                      .bias = random_tensor(engine, {3})};
    const Tensor input = random_input(engine, in);
    conv.padding_rule = node::PaddingRule::Same;
    // An even kernel has one more element behind than before.
    const std::array<Window, 2> same{Window{1, (kernel[0] - 1) / 2, 1},
                                     Window{1, (kernel[1] - 1) / 2, 1}};
    const Shape same_out{3, in[1], in[2]};
    REQUIRE(apply(conv, input, same_out) ==
            naive_conv(input, conv.weight, conv.bias, same_out, same, 1));
    conv.padding_rule = node::PaddingRule::Valid;
    const Shape valid_out{3, in[1] - kernel[0] + 1, in[2] - kernel[1] + 1};
    REQUIRE(apply(conv, input, valid_out) ==
            naive_conv(input, conv.weight, conv.bias, valid_out, {{{1, 0, 1}, {1, 0, 1}}}, 1));
  }
}

TEST_CASE("Conv1d is a Conv2d of height 1") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Engine engine(seed);
    const std::size_t groups = draw(engine, 1, 2);
    const Shape in{2 * groups, draw(engine, 6, 12)};
    const Window window{draw(engine, 1, 3), draw(engine, 0, 2), draw(engine, 1, 2)};
    const node::Conv1d conv{.input_extent = in[1],
                            .weight = random_tensor(engine, {groups, 2, draw(engine, 1, 3)}),
                            .stride = window.stride,
                            .padding = window.padding,
                            .dilation = window.dilation,
                            .groups = groups,
                            .bias = random_tensor(engine, {groups})};
    const std::size_t length = out_extent(in[1], conv.weight.shape[2], window);
    const Tensor input = random_input(engine, in);
    const Tensor flat{{in[0], 1, in[1]}, input.data};
    const Tensor weight{{groups, 2, 1, conv.weight.shape[2]}, conv.weight.data};
    REQUIRE(
        apply(conv, input, {groups, length}) ==
        naive_conv(flat, weight, conv.bias, {groups, 1, length}, {{{1, 0, 1}, window}}, groups));
  }
}

TEST_CASE("pooling sums or averages each channel's windows, padding included") {
  const Tensor input{{2, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 10, 0, 0, 0, 20}};
  const node::Pool2d sum{node::PoolKind::Sum, {2, 2}, {2, 2}, {1, 1}};
  CHECK(apply(sum, input, {2, 2, 2}) == std::vector<double>{1, 5, 11, 28, 0, 0, 0, 30});
  const node::Pool2d average{node::PoolKind::Average, {2, 2}, {1, 1}, {0, 0}};
  CHECK(apply(average, input, {2, 2, 2}) == std::vector<double>{3, 4, 6, 7, 2.5, 2.5, 2.5, 7.5});
}

TEST_CASE("several edges into a node sum") {
  const Graph graph = graph_of({{"input", node::Input{{1}}},
                                {"a", node::Linear{{{1, 1}, {2}}}},
                                {"b", node::Linear{{{1, 1}, {3}}}},
                                {"sum", neurons(I, {1})},
                                {"output", node::Output{{1}}}},
                               {{"input", "a"},
                                {"input", "b"},
                                {"a", "sum"},
                                {"b", "sum"},
                                {"input", "sum"},
                                {"sum", "output"}});
  CHECK(run(graph, {}, testing::sample_of({1.0}), 1).states.at(0).v == std::vector<double>{6});
}
