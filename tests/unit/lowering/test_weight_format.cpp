#include <doctest/doctest.h>

#include "models/lowering/weight_format.hpp"

using namespace spikeloom;

namespace {

Arithmetic loihi() {
  Arithmetic arithmetic;
  arithmetic.weight_format = WeightFormat::Loihi;
  arithmetic.weight_exponent_min = -8;
  return arithmetic;
}

void check_grid(
    SignMode mode, std::uint32_t bits, std::int32_t low, std::int32_t high, std::int32_t step) {
  CAPTURE(bits);
  const WeightGrid grid = weight_grid(loihi(), mode, bits);
  CHECK(grid.low == low);
  CHECK(grid.high == high);
  CHECK(grid.step == step);
}

}  // namespace

TEST_CASE("Loihi's synapses hold 8 bits of one sign, and even numbers of both") {
  check_grid(SignMode::Excitatory, 8, 0, 255, 1);
  check_grid(SignMode::Inhibitory, 8, -255, 0, 1);
  check_grid(SignMode::Mixed, 8, -256, 254, 2);
}

TEST_CASE("fewer bits keep Loihi's range in coarser steps") {
  check_grid(SignMode::Excitatory, 4, 0, 240, 16);
  check_grid(SignMode::Inhibitory, 4, -240, 0, 16);
  check_grid(SignMode::Mixed, 4, -256, 224, 32);
}

TEST_CASE("signed synapses hold two's complement, whatever the signs that occur") {
  for (const SignMode mode : {SignMode::Excitatory, SignMode::Inhibitory, SignMode::Mixed}) {
    const WeightGrid grid = weight_grid(Arithmetic{}, mode, 4);
    CHECK(grid.low == -8);
    CHECK(grid.high == 7);
    CHECK(grid.step == 1);
  }
}

TEST_CASE("a weight goes to the nearest integer that is held, ties away from zero") {
  const WeightGrid mixed = weight_grid(loihi(), SignMode::Mixed, 8);
  CHECK(mixed.nearest(2.9) == 2);
  CHECK(mixed.nearest(3.0) == 4);
  CHECK(mixed.nearest(-3.0) == -4);
  CHECK(mixed.nearest(300) == 254);
  CHECK(mixed.nearest(-300) == -256);
  CHECK(mixed.holds(-256));
  CHECK_FALSE(mixed.holds(3));
  CHECK_FALSE(mixed.holds(256));
}

TEST_CASE("weights are stored as they are, or with the exponent nearest to theirs, or not") {
  using Weights = std::vector<std::int16_t>;
  const auto stored = [](const std::vector<std::int32_t>& weights, std::int32_t exponent) {
    return store_weights(loihi(), weights, exponent);
  };
  CHECK(stored({2, -4}, 3)->weight == Weights{2, -4});
  CHECK(stored({2, -4}, 3)->exponent == 3);
  CHECK(stored({1, -4}, 3)->weight == Weights{2, -8});
  CHECK(stored({1, -4}, 3)->exponent == 2);
  CHECK(stored({512, -8}, 3)->weight == Weights{128, -2});
  CHECK(stored({512, -8}, 3)->exponent == 5);
  CHECK_FALSE(stored({512, -1}, 3).has_value());
  CHECK_FALSE(stored({1, -4}, -8).has_value());
}

TEST_CASE("weights are cut towards minus infinity, inhibitory ones towards zero") {
  const auto cut = [](std::vector<std::int32_t> weights, std::uint32_t bits) {
    truncate_weights(weights, bits);
    return weights;
  };
  using Weights = std::vector<std::int32_t>;
  CHECK(cut({37, 255, 15}, 4) == Weights{32, 240, 0});
  CHECK(cut({-37, -255, -15}, 4) == Weights{-32, -240, 0});
  CHECK(cut({37, -37, 31}, 4) == Weights{32, -64, 0});
}
