#include <doctest/doctest.h>

#include <cmath>

#include "models/base/error.hpp"
#include "models/technology/sram.hpp"

using namespace spikeloom;
using doctest::Approx;

namespace {

// Horowitz's three sizes.
SramPrices horowitz() {
  return SramPrices(
      {{8192, 64, Picojoules(10)}, {32768, 64, Picojoules(20)}, {1048576, 64, Picojoules(100)}});
}

double access(std::uint64_t bytes, std::uint32_t bits) {
  return horowitz().access({bytes, bits}).value();
}

}  // namespace

TEST_CASE("published sizes cost what is published") {
  CHECK(access(8192, 64) == 10.0);
  CHECK(access(32768, 64) == 20.0);
  CHECK(access(1048576, 64) == 100.0);
}

TEST_CASE("between two sizes the logarithms lie on a line") {
  CHECK(access(16384, 64) == Approx(10.0 * std::sqrt(2.0)));             // half way in log
  CHECK(access(131072, 64) == Approx(20.0 * std::pow(5.0, 2.0 / 5.0)));  // 2 of 5 doublings
}

TEST_CASE("the price is proportional to the width") {
  CHECK(access(8192, 16) == Approx(2.5));
  CHECK(access(8192, 128) == Approx(20.0));
}

TEST_CASE("a memory smaller than the smallest published costs as that one per bit") {
  CHECK(access(16, 64) == 10.0);
  CHECK(access(1, 32) == 5.0);
}

TEST_CASE("a memory larger than the largest published follows the last line") {
  CHECK(access(std::uint64_t{1048576} * 32, 64) == Approx(500.0));  // five doublings more
}

TEST_CASE("points of different widths are compared per bit") {
  const SramPrices prices({{1024, 32, Picojoules(4)}, {4096, 64, Picojoules(16)}});
  CHECK(prices.access({2048, 8}).value() == Approx(8 * 0.125 * std::sqrt(2.0)));
}

TEST_CASE("one point prices all sizes alike") {
  const SramPrices prices({{1024, 8, Picojoules(4)}});
  CHECK(prices.access({1, 8}).value() == 4.0);
  CHECK(prices.access({1 << 20, 16}).value() == 8.0);
}

TEST_CASE("points are given, and in order") {
  CHECK_THROWS_AS(SramPrices({}), InternalError);
  CHECK_THROWS_AS(SramPrices({{2, 8, Picojoules(4)}, {1, 8, Picojoules(2)}}), InternalError);
}
