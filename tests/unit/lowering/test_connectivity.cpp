#include <doctest/doctest.h>

#include <map>
#include <random>

#include "models/base/error.hpp"
#include "models/lowering/lowered_network.hpp"

using namespace spikeloom;

namespace {

using Matrix = std::map<std::pair<std::uint32_t, std::uint32_t>, std::int32_t>;

Matrix matrix_of(const Connectivity& connectivity, std::uint32_t sources) {
  Matrix matrix;
  for (std::uint32_t source = 0; source < sources; ++source) {
    std::int64_t previous = -1;
    for_each_synapse(connectivity, source, [&](const Synapse& synapse) {
      CHECK(std::int64_t{synapse.target} > previous);  // ascending, each once
      previous = synapse.target;
      CHECK(synapse.weight != 0);
      matrix[{source, synapse.target}] = synapse.weight;
    });
  }
  return matrix;
}

std::uint32_t extent(
    std::uint32_t in, std::uint32_t k, std::uint32_t s, std::uint32_t p, std::uint32_t d) {
  return (in + 2 * p - (d * (k - 1) + 1)) / s + 1;
}

// The definition, seen from every output.
Matrix naive_matrix(const ConvConnectivity& c) {
  const auto [in_c, in_h, in_w] = c.source_shape;
  const auto [out_c, out_h, out_w] = c.target_shape;
  const std::uint32_t in_group = in_c / c.groups, out_group = out_c / c.groups;
  Matrix matrix;
  for (std::uint32_t o = 0; o < out_c; ++o)
    for (std::uint32_t y = 0; y < out_h; ++y)
      for (std::uint32_t x = 0; x < out_w; ++x)
        for (std::uint32_t i = 0; i < in_group; ++i)
          for (std::uint32_t ky = 0; ky < c.kernel[0]; ++ky)
            for (std::uint32_t kx = 0; kx < c.kernel[1]; ++kx) {
              const std::int64_t sy =
                  std::int64_t{y} * c.stride[0] + ky * c.dilation[0] - std::int64_t{c.padding[0]};
              const std::int64_t sx =
                  std::int64_t{x} * c.stride[1] + kx * c.dilation[1] - std::int64_t{c.padding[1]};
              if (sy < 0 || sx < 0 || sy >= in_h || sx >= in_w) continue;
              const std::uint32_t channel = o / out_group * in_group + i;
              const auto source =
                  static_cast<std::uint32_t>((channel * std::int64_t{in_h} + sy) * in_w + sx);
              const std::int32_t weight =
                  c.weight[((o * in_group + i) * c.kernel[0] + ky) * c.kernel[1] + kx];
              if (weight != 0) matrix[{source, (o * out_h + y) * out_w + x}] = weight;
            }
  return matrix;
}

}  // namespace

TEST_CASE("convolutions connect as their definition says, for any stride, padding and dilation") {
  std::mt19937_64 engine(3);
  const auto draw = [&](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(engine() % (high - low + 1));
  };
  for (int trial = 0; trial < 60; ++trial) {
    CAPTURE(trial);
    ConvConnectivity c;
    c.groups = draw(1, 2);
    c.source_shape = {c.groups * draw(1, 2), draw(5, 9), draw(5, 9)};
    c.kernel = {draw(1, 3), draw(1, 3)};
    c.stride = {draw(1, 3), draw(1, 3)};
    c.padding = {draw(0, 2), draw(0, 2)};
    c.dilation = {draw(1, 2), draw(1, 2)};
    c.target_shape = {
        c.groups * draw(1, 3),
        extent(c.source_shape[1], c.kernel[0], c.stride[0], c.padding[0], c.dilation[0]),
        extent(c.source_shape[2], c.kernel[1], c.stride[1], c.padding[1], c.dilation[1])};
    c.weight.resize(std::size_t{c.target_shape[0]} * (c.source_shape[0] / c.groups) * c.kernel[0] *
                    c.kernel[1]);
    for (std::int16_t& weight : c.weight)
      weight = static_cast<std::int16_t>(static_cast<int>(draw(0, 20)) - 10);
    const std::uint32_t sources = c.source_shape[0] * c.source_shape[1] * c.source_shape[2];
    const Matrix expected = naive_matrix(c);
    REQUIRE(!expected.empty());
    CHECK(matrix_of(c, sources) == expected);
    CHECK(count_synapses(c, sources) == expected.size());
  }
}

TEST_CASE("dense and sparse connections skip zeros and keep delays") {
  const DenseConnectivity dense{2, 3, {1, 0, 0, -2, 3, 4}, 5};
  CHECK(matrix_of(dense, 2) == Matrix{{{0, 0}, 1}, {{1, 1}, -2}, {{0, 2}, 3}, {{1, 2}, 4}});
  const SparseConnectivity sparse{{0, 2, 2, 3}, {0, 1, 1}, {7, 0, -7}, {1, 2, 3}};
  CHECK(matrix_of(sparse, 3) == Matrix{{{0, 0}, 7}, {{2, 1}, -7}});
  CHECK(count_synapses(sparse, 3) == 2);
}

TEST_CASE("delays shift together and never fall below one step") {
  Connectivity sparse = SparseConnectivity{{0, 2}, {0, 1}, {1, 1}, {2, 5}};
  shift_delays(sparse, 3);
  CHECK(std::get<SparseConnectivity>(sparse).delay == std::vector<std::uint8_t>{5, 8});
  shift_delays(sparse, -4);
  CHECK(std::get<SparseConnectivity>(sparse).delay == std::vector<std::uint8_t>{1, 4});
  CHECK_THROWS_AS(shift_delays(sparse, -1), InternalError);
  CHECK_THROWS_AS(shift_delays(sparse, 252), InternalError);
  Connectivity dense = DenseConnectivity{1, 1, {1}, 0};
  shift_delays(dense, 1);
  CHECK(std::get<DenseConnectivity>(dense).delay == 1);
}

TEST_CASE(
    "the worst sum counts excitation and inhibition apart, with exponents, over projections") {
  LoweredNetwork network;
  const PopulationId a = network.populations.push_back({.name = "a", .size = 2, .is_input = true});
  const PopulationId b = network.populations.push_back({.name = "b", .size = 2});
  network.projections.push_back({a, b, "", DenseConnectivity{2, 2, {3, -4, 5, 6}, 1}, 0});
  network.projections.push_back({b, b, "", DenseConnectivity{2, 2, {0, -1, 0, 0}, 1}, 3});
  const auto worst = worst_case_sum(network);
  CHECK(worst[a] == 0);
  CHECK(worst[b] == 12);  // neuron 0: +3 or -4 - 8; neuron 1: +11
  CHECK(synapse_count(network) == 5);
  CHECK(neuron_count(network) == 2);
  NeuronProfile several;
  several.reset = ResetRule::Subtract;
  several.threshold = 1000;  // << 6; v holds 131 of them
  several.max_spikes_per_step = 200;
  network.populations[b].profiles = {several};
  CHECK(most_spikes(network.populations[b], network.arithmetic) == 131);
  CHECK(worst_case_sum(network)[b] == 4 + 131 * 8);
  network.populations[b].profiles.front().max_spikes_per_step = 3;
  CHECK(worst_case_sum(network)[b] == 4 + 3 * 8);
}
