#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/network/graph.hpp"
#include "tests/unit/network/graph_builder.hpp"

using namespace spikeloom;
using spikeloom_test::Builder;
using spikeloom_test::filled;

namespace {

node::Conv2d conv(Shape weight) {
  node::Conv2d result;
  result.bias = filled({weight[0]}, 0.0);
  result.weight = filled(weight, 1.0);
  return result;
}

std::string refusal(Graph graph) {
  try {
    infer_shapes(graph);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

/// input -> x
Graph single(Shape input, Primitive primitive) {
  return Builder().add("input", node::Input{input}).add("x", std::move(primitive)).chain().graph;
}

Shape given_by(Shape input, Primitive primitive) {
  Graph graph = single(std::move(input), std::move(primitive));
  infer_shapes(graph);
  return graph.nodes[NodeId{1}].output_shape;
}

}  // namespace

TEST_CASE("each primitive gives the shape of its definition") {
  CHECK(given_by({3}, node::Affine{filled({5, 3}, 1), filled({5}, 0)}) == Shape{5});
  CHECK(given_by({3}, node::Linear{filled({5, 3}, 1)}) == Shape{5});
  CHECK(given_by({2, 3}, node::Scale{filled({3}, 2)}) == Shape{2, 3});
  CHECK(given_by({2, 3}, node::Delay{filled({}, 2)}) == Shape{2, 3});
  CHECK(given_by({2, 3}, node::Threshold{filled({2, 1}, 2)}) == Shape{2, 3});
  CHECK(given_by({2, 9, 7}, node::Pool2d{node::PoolKind::Sum, {2, 3}, {2, 1}, {0, 1}}) ==
        Shape{2, 4, 7});
  CHECK(given_by({2, 3, 4}, node::Flatten{{}, 0, -1}) == Shape{24});
  CHECK(given_by({2, 3, 4}, node::Flatten{{2, 3, 4}, 1, 2}) == Shape{2, 12});
  CHECK(given_by({2, 3, 4}, node::Flatten{{}, 0, 1}) == Shape{6, 4});
  CHECK(given_by({2, 3, 4}, node::Flatten{{}, -2, -1}) == Shape{2, 12});
}

TEST_CASE("convolutions follow stride, padding, dilation and groups") {
  node::Conv2d plain = conv({4, 2, 5, 3});
  CHECK(given_by({2, 34, 34}, plain) == Shape{4, 30, 32});
  plain.stride = {2, 1}, plain.padding = {1, 0}, plain.dilation = {1, 2};
  CHECK(given_by({2, 34, 34}, plain) == Shape{4, 16, 30});
  plain.padding_rule = node::PaddingRule::Valid;
  CHECK(given_by({2, 34, 34}, plain) == Shape{4, 15, 30});

  node::Conv2d same = conv({4, 1, 4, 4});
  same.padding_rule = node::PaddingRule::Same;
  same.groups = 2;
  CHECK(given_by({2, 9, 8}, same) == Shape{4, 9, 8});

  node::Conv1d line;
  line.weight = filled({3, 2, 4}, 1);
  line.bias = filled({3}, 0);
  line.stride = 3, line.padding = 2, line.dilation = 2;
  CHECK(given_by({2, 10}, line) == Shape{3, 3});  // (10 + 4 - 7) / 3 + 1
}

TEST_CASE("a convolution without an extent takes it from its edge") {
  Graph graph = single({2, 6, 7}, conv({1, 2, 3, 3}));
  infer_shapes(graph);
  CHECK(std::get<node::Conv2d>(graph.nodes[NodeId{1}].primitive).input_extent ==
        std::array<std::size_t, 2>{6, 7});
}

TEST_CASE("neuron parameters are spread over the shape of the node") {
  node::Neuron neuron = spikeloom_test::lif({});
  neuron.tau = {{3, 1, 1}, {1, 2, 3}};
  neuron.r = {{2}, {10, 20}};
  neuron.v_leak = {{12}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
  Graph graph = single({3, 2, 2}, neuron);
  infer_shapes(graph);
  const auto& spread = std::get<node::Neuron>(graph.nodes[NodeId{1}].primitive);
  CHECK(spread.shape == Shape{3, 2, 2});
  CHECK(spread.tau.data == std::vector<double>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3});
  CHECK(spread.r.data == std::vector<double>{10, 20, 10, 20, 10, 20, 10, 20, 10, 20, 10, 20});
  CHECK(spread.v_leak.shape == Shape{3, 2, 2});
  CHECK(spread.v_leak.data[11] == 11);
  CHECK(spread.v_reset.data == std::vector<double>(12, 0.0));
  CHECK(spread.tau_syn.data.empty());
}

TEST_CASE("shapes are found through cycles and for nodes no Input reaches") {
  Graph graph = Builder()
                    .add("in", node::Input{{2}})
                    .add("fc", node::Linear{filled({3, 2}, 1)})
                    .add("lif", spikeloom_test::lif({}))
                    .add("rec", node::Linear{filled({3, 3}, 1)})
                    .add("alone", spikeloom_test::lif({4}))
                    .edge("in", "fc")
                    .edge("rec", "lif")
                    .edge("fc", "lif")
                    .edge("lif", "rec")
                    .graph;
  infer_shapes(graph);
  CHECK(graph.nodes[*graph.find("lif")].input_shape == Shape{3});
  CHECK(graph.nodes[*graph.find("rec")].output_shape == Shape{3});
  CHECK(graph.nodes[*graph.find("alone")].output_shape == Shape{4});
}

TEST_CASE("a Flatten that counts a batch dimension is read without it where a matrix says so") {
  const auto flatten_to = [](std::int64_t start, std::int64_t end, std::size_t taken) {
    Graph graph = Builder()
                      .add("in", node::Input{{2, 3, 4}})
                      .add("flat", node::Flatten{{2, 3, 4}, start, end})
                      .add("fc", node::Linear{filled({1, taken}, 1)})
                      .chain()
                      .graph;
    infer_shapes(graph);
    return std::get<node::Flatten>(graph.nodes[NodeId{1}].primitive);
  };
  CHECK(flatten_to(0, -1, 24).start_dim == 0);
  CHECK(flatten_to(1, -1, 24).start_dim == 0);
  CHECK(flatten_to(1, 3, 24).start_dim == 0);
  CHECK(flatten_to(1, 3, 24).end_dim == 2);
  CHECK_THROWS_WITH_AS(flatten_to(1, -1, 12),
                       "net.nir#/node/nodes/fc: takes (12), but 'flat' gives (2, 12)",
                       InputError);
}

TEST_CASE("contradictions of shapes are refused with node and shapes") {
  CHECK(refusal(single({4}, node::Linear{filled({5, 3}, 1)})) ==
        "net.nir#/node/nodes/x: takes (3), but 'input' gives (4)");
  CHECK(refusal(single({4}, node::Output{{3}})) ==
        "net.nir#/node/nodes/x: takes (3), but 'input' gives (4)");
  CHECK(refusal(single({3}, node::Linear{filled({5}, 1)})) ==
        "net.nir#/node/nodes/x/weight: has shape (5), expected (out, in)");
  CHECK(refusal(single({3}, node::Linear{filled({5, 3, 1}, 1)})) ==
        "net.nir#/node/nodes/x: takes (5, 1), but 'input' gives (3)");
  CHECK(refusal(single({3}, node::Linear{filled({0, 3}, 1)})) ==
        "net.nir#/node/nodes/x/weight: has shape (0, 3), which is empty");
  CHECK(refusal(single({3}, node::Affine{filled({5, 3}, 1), filled({3}, 0)})) ==
        "net.nir#/node/nodes/x/bias: has shape (3), expected (5)");
  CHECK(refusal(single({2, 6, 6}, conv({4, 3, 3, 3}))) ==
        "net.nir#/node/nodes/x: takes (channels, height, width) with 3 channels, but is given (2, "
        "6, 6)");
  CHECK(refusal(single({3, 2, 6}, conv({4, 3, 3, 3}))) ==
        "net.nir#/node/nodes/x: its kernel reaches over 3 elements, but the input has 2 with "
        "padding");
  CHECK(refusal(single({9}, node::Pool2d{node::PoolKind::Sum, {2, 2}, {2, 2}, {0, 0}})) ==
        "net.nir#/node/nodes/x: takes (channels, height, width), but is given (9)");
  CHECK(refusal(single({1, 4, 4}, node::Pool2d{node::PoolKind::Sum, {2, 2}, {0, 2}, {0, 0}})) ==
        "net.nir#/node/nodes/x: kernel, stride and dilation must be 1 or more");
  CHECK(refusal(single({2, 3}, node::Flatten{{}, 0, 2})) ==
        "net.nir#/node/nodes/x: cannot flatten dimensions 0 to 2 of (2, 3)");
  CHECK(refusal(single({2, 3}, node::Scale{filled({4}, 1)})) ==
        "net.nir#/node/nodes/x/scale: has shape (4), the node's shape is (2, 3)");
  CHECK(refusal(single({4}, spikeloom_test::lif({3}))) ==
        "net.nir#/node/nodes/x/tau: has shape (3), the node's shape is (4)");
  CHECK(refusal(single({4}, node::Input{{4}})) ==
        "net.nir#/node/nodes/x: is an Input, but an edge leads to it from 'input'");

  node::Conv2d grouped = conv({4, 1, 3, 3});
  grouped.groups = 3;
  CHECK(refusal(single({3, 6, 6}, grouped)) ==
        "net.nir#/node/nodes/x/groups: is 3, which does not divide the 4 output channels");
  node::Conv2d same = conv({4, 3, 3, 3});
  same.padding_rule = node::PaddingRule::Same;
  same.stride = {1, 2};
  CHECK(refusal(single({3, 6, 6}, same)) == "net.nir#/node/nodes/x: padding 'same' needs stride 1");
}

TEST_CASE("shapes that cannot be known or held are refused") {
  CHECK(refusal(Builder().add("a/b", node::Pool2d{}).graph) ==
        "net.nir#/node/nodes/a/nodes/b: its shape is unknown: no edge leads to it");
  CHECK(refusal(single({0}, node::Output{{0}})) ==
        "net.nir#/node/nodes/input: has the empty shape (0)");
  const std::size_t big = std::size_t{1} << 40;
  CHECK(refusal(single({big, big}, spikeloom_test::lif({}))) ==
        "net.nir#/node/nodes/input: makes the network larger than 33554432 elements");
  CHECK(refusal(single({std::size_t{1} << 24, 2}, spikeloom_test::lif({}))) ==
        "net.nir#/node/nodes/x: makes the network larger than 33554432 elements");
}

TEST_CASE("matrices side by side take and give their extents in front") {
  CHECK(given_by({2, 3}, node::Linear{filled({2, 5, 3}, 1)}) == Shape{2, 5});
  CHECK(given_by({2, 3}, node::Affine{filled({2, 5, 3}, 1), filled({2, 5}, 0)}) == Shape{2, 5});
  Graph graph = single({4, 2, 3}, node::Affine{filled({4, 2, 5, 3}, 1), {{5}, {1, 2, 3, 4, 5}}});
  infer_shapes(graph);
  const auto& affine = std::get<node::Affine>(graph.nodes[NodeId{1}].primitive);
  CHECK(affine.bias.shape == Shape{4, 2, 5});
  CHECK(affine.bias.data[7] == 3);
}

TEST_CASE("a parameter per channel is spread over the channel") {
  node::Neuron neuron = spikeloom_test::lif({});
  neuron.tau = {{3}, {1, 2, 3}};
  neuron.r = {{3, 1, 1}, {4, 5, 6}};
  Graph graph = single({3, 1, 2}, neuron);
  infer_shapes(graph);
  const auto& spread = std::get<node::Neuron>(graph.nodes[NodeId{1}].primitive);
  CHECK(spread.tau.data == std::vector<double>{1, 1, 2, 2, 3, 3});
  CHECK(spread.r.data == std::vector<double>{4, 4, 5, 5, 6, 6});
}

TEST_CASE("extents of 1 in front are neither missed nor in the way") {
  CHECK(given_by({1, 3}, node::Linear{filled({5, 3}, 1)}) == Shape{5});
  CHECK(given_by({1, 1, 2, 6, 6}, conv({4, 2, 3, 3})) == Shape{4, 4, 4});
  CHECK(given_by({1, 2, 6, 6}, node::Pool2d{node::PoolKind::Sum, {2, 2}, {2, 2}, {0, 0}}) ==
        Shape{2, 3, 3});
  CHECK(given_by({3}, node::Output{{1, 1, 3}}) == Shape{3});
}

TEST_CASE("a bias may be one for all outputs, and of any shape of as many values") {
  const auto bias_of = [](Tensor bias) {
    Graph graph = single({2}, node::Affine{filled({3, 2}, 1), std::move(bias)});
    infer_shapes(graph);
    return std::get<node::Affine>(graph.nodes[NodeId{1}].primitive).bias;
  };
  CHECK(bias_of({{}, {7}}).data == std::vector<double>{7, 7, 7});
  CHECK(bias_of({{1, 3}, {1, 2, 3}}).shape == Shape{3});
}

TEST_CASE("a Flatten does not hide how many dimensions in front are batch and time") {
  const auto input_of = [](const Shape& input, const node::Flatten& flatten) {
    Graph graph = Builder()
                      .add("in", node::Input{input})
                      .add("flat", flatten)
                      .add("fc", node::Linear{filled({3, 12}, 1)})
                      .chain()
                      .graph;
    infer_shapes(graph);
    CHECK(graph.nodes[NodeId{1}].output_shape == Shape{12});
    return graph.nodes[NodeId{0}].output_shape;
  };
  CHECK(input_of({2, 2, 3}, node::Flatten{{}, 0, -1}) == Shape{2, 2, 3});
  CHECK(input_of({32, 1, 4, 3}, node::Flatten{{}, 0, -1}) == Shape{1, 4, 3});
  CHECK(input_of({32, 4, 3}, node::Flatten{{}, 1, -1}) == Shape{4, 3});
  CHECK(input_of({32, 4, 3}, node::Flatten{{4, 3}, 0, -1}) == Shape{4, 3});
}

TEST_CASE("a Flatten may state the batch that its Input had") {
  node::Conv2d image = conv({2, 1, 3, 3});
  Graph graph = Builder()
                    .add("in", node::Input{{5, 1, 4, 4}})
                    .add("conv", image)
                    .add("flat", node::Flatten{{5, 2, 2, 2}, 1, -1})
                    .add("fc", node::Linear{filled({3, 8}, 1)})
                    .add("out", node::Output{{5, 3}})
                    .chain()
                    .graph;
  infer_shapes(graph);
  CHECK(graph.nodes[NodeId{2}].output_shape == Shape{8});
  CHECK(graph.nodes[NodeId{4}].output_shape == Shape{3});
}
