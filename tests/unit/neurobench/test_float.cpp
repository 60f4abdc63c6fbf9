// NeuroBench's definitions on small networks, counted by hand.
#include <doctest/doctest.h>

#include "sim/golden/neurobench.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

// What a network counts in one run.
FloatCounts counts_of(const Graph& graph,
                      const std::vector<InputEvent>& events,
                      std::uint32_t steps,
                      const Semantics& semantics = {}) {
  const EvaluationOrder order = evaluation_order(graph);
  FloatEngine engine(graph, order, semantics, Seconds(1e-3));
  Sample sample;
  sample.events = events;
  engine.run(sample, steps);
  return engine.counts();
}

NeuronValues quiet() {
  NeuronValues values;
  values.v_threshold = 1e6;
  return values;
}

// Two inputs, three neurons that never spike; two weights are zero.
Graph dense_network() {
  return chain_of({2},
                  {{"dense", node::Linear{{{3, 2}, {1, 0, 0, 2, 3, 4}}}},
                   {"if", neurons(node::NeuronKind::IF, {3}, quiet())}},
                  {3});
}

node::Conv2d kernel_of(const std::vector<double>& weight, std::size_t side) {
  node::Conv2d conv;
  conv.weight = {{1, 1, side, side}, weight};
  conv.bias = constant({1}, 0.5);
  return conv;
}

Graph conv_network(const node::Conv2d& conv, const Shape& in, const Shape& out) {
  return chain_of(in, {{"conv", conv}, {"if", neurons(node::NeuronKind::IF, out, quiet())}}, out);
}

}  // namespace

TEST_CASE("operations of a dense layer are its pairs of non-zero input and weight") {
  const FloatCounts counts =
      counts_of(dense_network(),
                {{0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {3, 0, -1}},  // 2, then 2 + 2, nothing, 2
                4);
  CHECK(counts.operations.dense == 4 * 6);
  CHECK(counts.operations.effective_acs == 2 + 4 + 0 + 2);
  CHECK(counts.operations.effective_macs == 0);
}

TEST_CASE("a step with an input other than 0, 1 and -1 multiplies, all of it") {
  const FloatCounts counts =
      counts_of(dense_network(), {{0, 0, 1}, {0, 1, 2}, {1, 0, 1}, {2, 1, 0.5}}, 3);
  CHECK(counts.operations.effective_macs == 4 + 2);
  CHECK(counts.operations.effective_acs == 2);
}

TEST_CASE("runs add up, each from the start") {
  const Graph graph = dense_network();
  const EvaluationOrder order = evaluation_order(graph);
  FloatEngine engine(graph, order, {}, Seconds(1e-3));
  engine.run(sample_of({1, 0}), 2);
  engine.run(sample_of({1, 0}), 2);
  CHECK(engine.counts().operations.effective_acs == 4);
  CHECK(engine.counts().operations.dense == 4 * 6);
  CHECK(engine.counts().membrane_updates == 2 * 3);
}

TEST_CASE("padding and zero weights are no operations of a convolution") {
  node::Conv2d conv = kernel_of({1, 1, 1, 1, 0, 1, 1, 1, 1}, 3);
  conv.padding = {1, 1};
  const Graph graph = conv_network(conv, {1, 3, 3}, {1, 3, 3});
  // Outputs see 4 inputs at 4 corners, 6 at 4 edges, 9 in the middle.
  CHECK(counts_of(graph, {}, 1).operations.dense == 4 * 4 + 4 * 6 + 9);
  // The corner is seen by 4 outputs, by its own through the weight that is zero.
  CHECK(counts_of(graph, {{0, 0, 1}}, 1).operations.effective_acs == 3);
  CHECK(counts_of(graph, {{0, 4, 1}}, 1).operations.effective_acs == 8);
}

TEST_CASE("inputs that no stride reaches are no operations") {
  node::Conv2d conv = kernel_of({1, 1, 1, 1}, 2);
  conv.stride = {2, 2};
  const Graph graph = conv_network(conv, {1, 3, 3}, {1, 1, 1});
  CHECK(counts_of(graph, {}, 1).operations.dense == 4);
  CHECK(counts_of(graph, {{0, 8, 1}}, 1).operations.effective_acs == 0);
  CHECK(counts_of(graph, {{0, 4, 1}}, 1).operations.effective_acs == 1);
}

TEST_CASE("pooling is no operation, but what it sums is multiplied") {
  const node::Pool2d pool{node::PoolKind::Sum, {2, 2}, {2, 2}, {0, 0}};
  const Graph graph = chain_of({1, 2, 2},
                               {{"pool", pool},
                                {"conv", kernel_of({1}, 1)},
                                {"if", neurons(node::NeuronKind::IF, {1, 1, 1}, quiet())}},
                               {1, 1, 1});
  const FloatCounts counts = counts_of(graph, {{0, 0, 1}, {1, 0, 1}, {1, 1, 1}}, 2);
  CHECK(counts.operations.dense == 2);
  CHECK(counts.operations.effective_acs == 1);
  CHECK(counts.operations.effective_macs == 1);
}

TEST_CASE("a Dirac spike counts as 1") {
  Semantics semantics;
  semantics.spike_is_dirac = true;
  const FloatCounts counts = counts_of(dense_network(), {{0, 0, 1}, {1, 0, 2}}, 2, semantics);
  CHECK(counts.operations.effective_acs == 2);
  CHECK(counts.operations.effective_macs == 2);
}

TEST_CASE("a membrane is updated where v changes, and everywhere in the first step") {
  // Neuron 0 changes in steps 0, 1 and 3, neuron 1 in 1, neuron 2 in 0, 1 and 3.
  const FloatCounts counts =
      counts_of(dense_network(), {{0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {3, 0, -1}}, 5);
  CHECK(counts.membrane_updates == 3 + 3 + 0 + 2 + 0);
}

TEST_CASE("the first v that is not finite is named") {
  NeuronValues values;
  values.v_threshold = 1e308;
  Semantics semantics;
  semantics.reset = ResetRule::Subtract;
  const Graph graph = chain_of({1},
                               {{"dense", node::Linear{{{2, 1}, {0, -1e308}}}},
                                {"if", neurons(node::NeuronKind::IF, {2}, values)}},
                               {2});
  const EvaluationOrder order = evaluation_order(graph);
  FloatEngine engine(graph, order, semantics, Seconds(1e-3));
  engine.run(sample_of({1, 0, 0}), 3);
  CHECK_FALSE(engine.counts().first_non_finite.has_value());
  engine.run(sample_of({0, 1, 1, 1}), 4);
  const auto found = engine.counts().first_non_finite;
  REQUIRE(found.has_value());
  CHECK(found->run == 1);
  CHECK(found->step == 2);
  CHECK(found->population == PopulationId{1});
  CHECK(found->neuron == 1);
}

TEST_CASE("the size of a graph counts kernels once, and constants per neuron") {
  const Graph graph = chain_of({1, 4, 4},
                               {{"conv", kernel_of({1, 0, 2, 3}, 2)},
                                {"lif", neurons(node::NeuronKind::CubaLIF, {1, 3, 3}, quiet())},
                                {"flatten", node::Flatten{{1, 3, 3}, 0, -1}},
                                {"dense", node::Affine{constant({2, 9}, 0), constant({2}, 1)}},
                                {"li", neurons(node::NeuronKind::LI, {2}, quiet())}},
                               {2});
  const ModelSize size = size_of(graph, FloatWidth::Single);
  CHECK(size.parameters == 4 + 1 + 18 + 2);
  CHECK(size.weights == 4 + 18);
  CHECK(size.zero_weights == 1 + 18);
  CHECK(size.connection_sparsity() == doctest::Approx(19.0 / 22.0));
  CHECK(size.parameter_bits == 25 * 32);
  CHECK(size.buffer_bits == (9 * (7 + 2) + 2 * (3 + 1)) * 32);
  CHECK(size.footprint_bytes() == 4 * (25 + 81 + 8));
  CHECK(size_of(graph, FloatWidth::Double).footprint_bytes() == 8 * (25 + 81 + 8));
}
