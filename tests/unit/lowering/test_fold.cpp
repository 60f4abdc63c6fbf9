#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "models/base/error.hpp"
#include "models/lowering/fold.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

using Named = std::pair<std::string, Primitive>;

std::string numbered(std::string name, int number) { return name += std::to_string(number); }

struct Folded {
  Graph graph;
  PopulationTable populations;
  ChainTable table;
  std::vector<FoldedChain> chains;
};

Folded fold(const Graph& graph, const Semantics& semantics = {}) {
  const EvaluationOrder order = evaluation_order(graph);
  Folded result{graph, populations_of(graph, order), {}, {}};
  result.table = find_chains(graph, order, result.populations);
  for (const Chain& chain : result.table.chains)
    result.chains.push_back(fold_chain(chain, graph, result.populations, semantics, Seconds(1e-3)));
  return result;
}

Folded fold_between(const Shape& input,
                    const std::vector<Named>& nodes,
                    const Shape& neurons_shape) {
  std::vector<Named> middle = nodes;
  middle.push_back({"n", neurons(node::NeuronKind::IF, neurons_shape)});
  return fold(chain_of(input, middle, neurons_shape));
}

// matrix[target][source] of a folded chain, delays ignored.
using Matrix = std::vector<std::vector<double>>;
Matrix matrix_of(FoldedChain chain, std::size_t sources, std::size_t targets) {
  Matrix matrix(targets, std::vector<double>(sources));
  if (std::holds_alternative<RealConv>(chain.map)) expand(chain, "");
  if (const auto* dense = std::get_if<RealDense>(&chain.map)) {
    for (std::size_t i = 0; i < dense->weight.size(); ++i)
      matrix[i / sources][i % sources] = dense->weight[i];
    return matrix;
  }
  const auto& rows = std::get<RealSparse>(chain.map);
  for (std::size_t source = 0; source < sources; ++source)
    for (std::size_t i = rows.row[source]; i < rows.row[source + 1]; ++i)
      matrix[rows.target[i]][source] += rows.weight[i];
  return matrix;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result(a.size(), std::vector<double>(b.front().size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k)
      for (std::size_t j = 0; j < b.front().size(); ++j) result[i][j] += a[i][k] * b[k][j];
  return result;
}

// The definitions, as matrices.
Matrix conv_matrix(const node::Conv2d& c, const Shape& in, const Shape& out) {
  Matrix m(volume_of(out), std::vector<double>(volume_of(in)));
  const std::size_t in_group = in[0] / c.groups, out_group = out[0] / c.groups;
  const std::size_t kh = c.weight.shape[2], kw = c.weight.shape[3];
  for (std::size_t o = 0; o < volume_of(out); ++o)
    for (std::size_t i = 0; i < in_group; ++i)
      for (std::size_t k = 0; k < kh * kw; ++k) {
        const std::size_t channel = o / (out[1] * out[2]);
        const std::size_t y = o / out[2] % out[1] * c.stride[0] + k / kw * c.dilation[0];
        const std::size_t x = o % out[2] * c.stride[1] + k % kw * c.dilation[1];
        if (y < c.padding[0] || x < c.padding[1]) continue;
        if (y - c.padding[0] >= in[1] || x - c.padding[1] >= in[2]) continue;
        const std::size_t source =
            ((channel / out_group * in_group + i) * in[1] + y - c.padding[0]) * in[2] + x -
            c.padding[1];
        m[o][source] = c.weight.data[(channel * in_group + i) * kh * kw + k];
      }
  return m;
}

Matrix pool_matrix(const node::Pool2d& p, const Shape& in, const Shape& out) {
  node::Conv2d conv;
  const double area = static_cast<double>(p.kernel[0] * p.kernel[1]);
  conv.weight = constant({in[0], 1, p.kernel[0], p.kernel[1]},
                         p.kind == node::PoolKind::Average ? 1.0 / area : 1.0);
  conv.stride = p.stride;
  conv.padding = p.padding;
  conv.groups = in[0];
  return conv_matrix(conv, in, out);
}

Tensor random_tensor(std::mt19937_64& engine, const Shape& shape) {
  Tensor tensor = constant(shape, 0.0);
  for (double& value : tensor.data) value = static_cast<double>(engine() % 17) / 4.0 - 2.0;
  return tensor;
}

Matrix rows_of(const Tensor& weight) {
  Matrix m(weight.shape[0], std::vector<double>(weight.shape[1]));
  for (std::size_t i = 0; i < weight.data.size(); ++i)
    m[i / weight.shape[1]][i % weight.shape[1]] = weight.data[i];
  return m;
}

template <typename Form>
bool is(const FoldedChain& chain) {
  return std::holds_alternative<Form>(chain.map);
}

}  // namespace

TEST_CASE("a lone matrix stays dense, with Flatten and uniform delays around it") {
  std::mt19937_64 engine(1);
  const Tensor weight = random_tensor(engine, {3, 8});
  const Folded f = fold_between({2, 2, 2},
                                {{"delay", node::Delay{constant({2, 2, 2}, 4e-3)}},
                                 {"flatten", node::Flatten{{2, 2, 2}, 0, -1}},
                                 {"w", node::Linear{weight}}},
                                {3});
  REQUIRE(f.chains.size() == 1);
  REQUIRE(is<RealDense>(f.chains[0]));
  CHECK(f.chains[0].delay == 4);
  CHECK(f.chains[0].name == "input -> delay -> flatten -> w -> n");
  CHECK(matrix_of(f.chains[0], 8, 3) == rows_of(weight));
}

TEST_CASE("matrices side by side become rows, each from its own sources, and their bias counts") {
  std::mt19937_64 engine(3);
  const Tensor weight = random_tensor(engine, {2, 2, 3});
  const Folded f = fold_between({2, 3}, {{"w", node::Affine{weight, {{2}, {0.5, 1}}}}}, {2, 2});
  REQUIRE(f.chains.size() == 1);
  REQUIRE(is<RealSparse>(f.chains[0]));
  const Matrix matrix = matrix_of(f.chains[0], 6, 4);
  for (std::size_t target = 0; target < 4; ++target)
    for (std::size_t source = 0; source < 6; ++source) {
      CAPTURE(target);
      CAPTURE(source);
      const bool same = target / 2 == source / 3;
      CHECK(matrix[target][source] == (same ? weight.data[target * 3 + source % 3] : 0.0));
    }
  CHECK(fold_bias(f.table.biases.at(0), f.graph, 4) == std::vector<double>{0.5, 1, 0.5, 1});
}

TEST_CASE("a lone convolution stays a kernel and is what its definition says") {
  std::mt19937_64 engine(2);
  for (int trial = 0; trial < 20; ++trial) {
    CAPTURE(trial);
    node::Conv2d conv;
    conv.groups = 1 + engine() % 2;
    const std::size_t kernel = 1 + engine() % 3;
    const Shape in{conv.groups * (1 + engine() % 2), 6, 7};
    conv.weight = random_tensor(engine, {conv.groups * 2, in[0] / conv.groups, kernel, 2});
    conv.stride = {1 + engine() % 3, 1 + engine() % 2};
    conv.padding = {engine() % 3, engine() % 2};
    conv.dilation = {1 + engine() % 2, 1 + engine() % 2};
    conv.bias = constant({conv.groups * 2}, 0.0);
    const auto size = [&](std::size_t axis, std::size_t extent, std::size_t k) {
      return (extent + 2 * conv.padding[axis] - conv.dilation[axis] * (k - 1) - 1) /
                 conv.stride[axis] +
             1;
    };
    const Shape out{conv.groups * 2, size(0, 6, kernel), size(1, 7, 2)};
    const Folded f = fold_between(in, {{"conv", conv}}, out);
    REQUIRE(is<RealConv>(f.chains[0]));
    CHECK(matrix_of(f.chains[0], volume_of(in), volume_of(out)) == conv_matrix(conv, in, out));
  }
}

TEST_CASE("padding 'same' puts the odd element behind the last, 'valid' pads nothing") {
  node::Conv1d conv;
  conv.weight = {{1, 1, 2}, {1.0, 2.0}};
  conv.bias = constant({1}, 0.0);
  conv.padding = 7;  // the rule overrides it
  conv.padding_rule = node::PaddingRule::Same;
  const Folded same = fold_between({1, 3}, {{"conv", conv}}, {1, 3});
  CHECK(is<RealConv>(same.chains[0]));
  CHECK(matrix_of(same.chains[0], 3, 3) == Matrix{{1, 2, 0}, {0, 1, 2}, {0, 0, 1}});
  conv.padding_rule = node::PaddingRule::Valid;
  const Folded valid = fold_between({1, 3}, {{"conv", conv}}, {1, 2});
  CHECK(matrix_of(valid.chains[0], 3, 2) == Matrix{{1, 2, 0}, {0, 1, 2}});
}

TEST_CASE("convolution, scale, pools and matrix fold into the product of their matrices") {
  std::mt19937_64 engine(4);
  for (const node::PoolKind kind : {node::PoolKind::Sum, node::PoolKind::Average}) {
    node::Conv2d conv;
    conv.weight = random_tensor(engine, {2, 1, 3, 3});
    conv.padding = {1, 1};
    conv.bias = constant({2}, 0.0);
    const node::Pool2d pool{kind, {2, 2}, {2, 2}, {0, 0}};
    const Tensor scale = random_tensor(engine, {2, 6, 6});
    const Tensor weight = random_tensor(engine, {5, 18});
    const Folded f = fold_between({1, 6, 6},
                                  {{"a_conv", conv},
                                   {"b_scale", node::Scale{scale}},
                                   {"c_pool", pool},
                                   {"d_flatten", node::Flatten{{2, 3, 3}, 0, -1}},
                                   {"e_w", node::Linear{weight}}},
                                  {5});
    Matrix expected = conv_matrix(conv, {1, 6, 6}, {2, 6, 6});
    for (std::size_t i = 0; i < expected.size(); ++i)
      for (double& value : expected[i]) value *= scale.data[i];
    expected = product(pool_matrix(pool, {2, 6, 6}, {2, 3, 3}), expected);
    expected = product(rows_of(weight), expected);
    REQUIRE(is<RealSparse>(f.chains[0]));
    const Matrix found = matrix_of(f.chains[0], 36, 5);
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 36; ++j) CHECK(found[i][j] == doctest::Approx(expected[i][j]));
  }
}

TEST_CASE("overlapping pools share elements") {
  const node::Pool2d pool{node::PoolKind::Average, {3, 3}, {1, 2}, {1, 1}};
  const Folded f = fold_between({2, 4, 5}, {{"pool", pool}}, {2, 4, 3});
  CHECK(matrix_of(f.chains[0], 40, 24) == pool_matrix(pool, {2, 4, 5}, {2, 4, 3}));
}

TEST_CASE("populations joined directly are joined one to one") {
  const Folded f = fold_between({3}, {}, {3});
  CHECK(is<RealSparse>(f.chains[0]));
  CHECK(matrix_of(f.chains[0], 3, 3) == Matrix{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
}

TEST_CASE("delays per element become delays per synapse") {
  const Tensor weight{{2, 2}, {1, 2, 3, 4}};
  const Folded f = fold_between({2},
                                {{"before", node::Delay{{{2}, {1e-3, 3e-3}}}},
                                 {"w", node::Linear{weight}},
                                 {"x_after", node::Delay{{{2}, {0.0, 5e-3}}}}},
                                {2});
  const auto& rows = std::get<RealSparse>(f.chains[0].map);
  CHECK(rows.target == std::vector<std::uint32_t>{0, 1, 0, 1});
  CHECK(rows.weight == std::vector<double>{1, 3, 2, 4});
  CHECK(rows.delay == std::vector<std::uint8_t>{1, 6, 3, 8});
}

TEST_CASE("two paths between two populations are two chains") {
  const Tensor one{{1, 1}, {1.0}}, two{{1, 1}, {2.0}};
  const Folded f = fold(graph_of({{"in", node::Input{{1}}},
                                  {"a", node::Linear{one}},
                                  {"b", node::Linear{two}},
                                  {"n", neurons(node::NeuronKind::IF, {1})}},
                                 {{"in", "a"}, {"in", "b"}, {"a", "n"}, {"b", "n"}}));
  REQUIRE(f.chains.size() == 2);
  CHECK(f.chains[0].name == "in -> a -> n");
  CHECK(f.chains[1].name == "in -> b -> n");
}

TEST_CASE("recurrence has the recurrent delay, and all edges the synaptic one") {
  Semantics semantics;
  semantics.recurrent_delay_steps = 3;
  semantics.synaptic_delay_steps = 2;
  const Folded f = fold(graph_of({{"in", node::Input{{1}}},
                                  {"n", neurons(node::NeuronKind::IF, {1})},
                                  {"w", node::Linear{{{1, 1}, {1.0}}}}},
                                 {{"in", "n"}, {"n", "w"}, {"w", "n"}}),
                        semantics);
  REQUIRE(f.chains.size() == 2);
  CHECK(std::get<RealSparse>(f.chains[0].map).delay == std::vector<std::uint8_t>{2});
  CHECK(f.chains[1].name == "n -> w -> n");
  CHECK(f.chains[1].delay == 5);
}

TEST_CASE("a bias counts once per path to a population, through the rest of the chain") {
  // in1 and in2 both feed the affine: its bias counts once.
  const Folded f = fold(graph_of({{"in", node::Input{{2}}},
                                  {"p", neurons(node::NeuronKind::IF, {2})},
                                  {"a", node::Affine{constant({2, 2}, 1.0), {{2}, {3.0, -1.0}}}},
                                  {"b", node::Linear{{{1, 2}, {10.0, 1.0}}}},
                                  {"q", neurons(node::NeuronKind::IF, {1})}},
                                 {{"in", "p"}, {"in", "a"}, {"p", "a"}, {"a", "b"}, {"b", "q"}}));
  REQUIRE(f.table.biases.size() == 1);
  CHECK(fold_bias(f.table.biases[0], f.graph, 1) == std::vector<double>{29.0});

  node::Conv2d conv;
  conv.weight = constant({2, 1, 1, 1}, 1.0);
  conv.bias = {{2}, {0.5, -2.0}};
  const node::Pool2d pool{node::PoolKind::Sum, {2, 2}, {2, 2}, {0, 0}};
  const Folded g = fold_between({1, 2, 2}, {{"conv", conv}, {"pool", pool}}, {2, 1, 1});
  CHECK(fold_bias(g.table.biases.at(0), g.graph, 2) == std::vector<double>{2.0, -8.0});
}

TEST_CASE("what is not linear, or not whole steps late, is refused by its node") {
  const auto refusal = [](const Primitive& primitive) -> std::string {
    try {
      fold_between({2}, {{"bad", primitive}}, {2});
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(refusal(node::Threshold{constant({2}, 1.0)}) ==
        "net.nir#bad: is a Threshold node, which integer engines do not support");
  CHECK(refusal(node::Delay{constant({2}, 1.5e-3)}) ==
        "net.nir#bad: delay of 0.0015 s is 1.5 steps, allowed is a whole number from 0 to "
        "255");
  CHECK(refusal(node::Delay{{{2}, {0.0, 0.256}}}) ==
        "net.nir#bad: delay of 0.256 s is 256 steps, allowed is a whole number from 0 to "
        "255");
  CHECK(refusal(node::Delay{{{2}, {-1e-3, 0.0}}}) ==
        "net.nir#bad: delay of -0.001 s is -1 steps, allowed is a whole number from 0 to "
        "255");
}

TEST_CASE("diamonds in a row, which double the paths, are refused") {
  std::vector<Named> nodes{{"in", node::Input{{1}}}};
  std::vector<std::pair<std::string, std::string>> edges;
  std::string last = "in";
  for (int i = 0; i < 20; ++i) {
    const std::string a = numbered("a", i), b = numbered("b", i), c = numbered("c", i);
    for (const std::string& name : {a, b, c})
      nodes.push_back({name, node::Linear{{{1, 1}, {1.0}}}});
    edges.insert(edges.end(), {{last, a}, {last, b}, {a, c}, {b, c}});
    last = c;
  }
  nodes.push_back({"n", neurons(node::NeuronKind::IF, {1})});
  edges.push_back({last, "n"});
  const Graph graph = graph_of(nodes, edges);
  CHECK_THROWS_AS(fold(graph), InputError);
}
