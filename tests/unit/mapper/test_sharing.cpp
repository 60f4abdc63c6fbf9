#include <doctest/doctest.h>

#include "mapper/mapper.hpp"
#include "mapper/rows/shared_projections.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

/// 2 x 6 x 6 -> 4 x 4 x 4 through kernels of 3 x 3, and 64 -> 20.
LoweredNetwork network() {
  test::NetworkBuilder build(1);
  const auto input = build.input("input", {2, 6, 6});
  const auto conv = build.neurons("conv", {4, 4, 4}), output = build.neurons("output", {20});
  build.conv(input, conv, 1);
  auto& form = std::get<ConvConnectivity>(build.network().projections.back().connectivity);
  form.padding = {0, 0};
  build.dense(conv, output);
  build.output(output);
  return std::move(build.network());
}

const ConvConnectivity& convolution(const LoweredNetwork& network) {
  return std::get<ConvConnectivity>(network.projections[0].connectivity);
}

/// A core that holds all targets: 72 kernel words and 2 rows of a convolution, or 72 sparse rows of
/// 36 synapses to 64 neurons, 4 a word.
CoreSpec core() {
  CoreSpec core;
  core.neurons = 64;
  core.synapses_per_word = 4;
  core.rows = 1U << 20;
  core.synaptic_words = 72 * 8 * 10;
  core.kernel_words = 720;
  return core;
}

TEST_CASE("what a convolution needs is counted in shares of a core") {
  const LoweredNetwork net = network();
  CoreSpec spec = core();
  REQUIRE(dense_weights_per_word(spec) == 9);
  const SharesOfCore shares = shares_of_core(convolution(net), spec);
  CHECK(shares.shared == doctest::Approx(0.1));
  CHECK(shares.unrolled == doctest::Approx(72.0 * 7 / spec.synaptic_words));  // dense runs of 59
  spec.rows = 144;
  spec.kernel_words = 1U << 20;
  CHECK(shares_of_core(convolution(net), spec).shared == doctest::Approx(18.0 / 144));
  CHECK(shares_of_core(convolution(net), spec).unrolled == doctest::Approx(72.0 / 144));
}

bool is_shared(const CoreSpec& spec) {
  return shared_projections(network(), spec, Sharing::ByNeed)[0];
}

TEST_CASE("kernels are shared unless unrolled rows take less of a core's memories") {
  CoreSpec spec = core();
  spec.synaptic_words = 72 * 7 * 10;
  CHECK(is_shared(spec));
  spec.kernel_words = 719;
  CHECK_FALSE(is_shared(spec));
  spec.synaptic_words -= 72;
  CHECK(is_shared(spec));
}

TEST_CASE("kernels are shared where unrolled rows take more of the row table") {
  CoreSpec spec = core();
  spec.kernel_words = 144;
  spec.synaptic_words = 1U << 20;
  spec.rows = 144;
  CHECK(is_shared(spec));
  spec.rows = 145;
  CHECK_FALSE(is_shared(spec));
}

TEST_CASE("a network that fits with shared kernels only is not refused") {
  const LoweredNetwork net = network();
  Chip chip = test::make_chip(1, 1, 84);
  chip.core.synapses_per_word = 4;
  const auto quality = [&](std::uint32_t synaptic_words, std::uint32_t kernel_words) {
    chip.core.synaptic_words = synaptic_words;
    chip.core.kernel_words = kernel_words;
    return map_network(net, chip, {"auto", "anneal", "auto", "ordered"}, Seed{1}, "net").quality;
  };
  const std::uint32_t unrolled = quality(1U << 16, 0).worst_core_words;
  CHECK(quality(unrolled, 72).convolution_rows == 0);
  CHECK(quality(unrolled - 1, 72).convolution_rows > 0);
}

}  // namespace
}  // namespace spikeloom
