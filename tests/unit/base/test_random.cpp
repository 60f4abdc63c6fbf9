#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "models/base/error.hpp"
#include "models/base/random.hpp"

using spikeloom::RandomStream;
using spikeloom::Seed;
using spikeloom::threefry2x32;
using Words = std::array<std::uint32_t, 2>;

namespace {

// Pearson's statistic of counts that should all be equal.
double chi_square(const std::vector<std::uint32_t>& counts, double expected) {
  double sum = 0.0;
  for (const std::uint32_t count : counts) sum += std::pow(count - expected, 2.0) / expected;
  return sum;
}

}  // namespace

TEST_CASE("Threefry-2x32 gives the known answers of its authors") {
  // Random123 kat_vectors, threefry2x32 with 20 rounds.
  CHECK(threefry2x32({0, 0}, {0, 0}) == Words{0x6B200159, 0x99BA4EFE});
  CHECK(threefry2x32({0xFFFFFFFF, 0xFFFFFFFF}, {0xFFFFFFFF, 0xFFFFFFFF}) ==
        Words{0x1CB996FC, 0xBB002BE7});
  CHECK(threefry2x32({0x243F6A88, 0x85A308D3}, {0x13198A2E, 0x03707344}) ==
        Words{0xC4923A9C, 0x483DF7A0});
}

TEST_CASE("a stream is Threefry keyed by the seed and the FNV-1a hash of its purpose") {
  // FNV-1a of "a" is E40C292C by its authors' table.
  const RandomStream stream(Seed(7), "a");
  CHECK(stream.bits(3, 4) == threefry2x32({3, 4}, {7, 0xE40C292C})[0]);
}

TEST_CASE("draws below a bound fill it evenly") {
  // 99.9 % quantiles of chi-square with bound - 1 degrees of freedom.
  const std::vector<std::pair<std::uint32_t, double>> cases = {
      {2, 10.83}, {7, 22.46}, {64, 103.44}};
  constexpr std::uint32_t kDraws = 64000;
  for (const auto& [bound, quantile] : cases) {
    CAPTURE(bound);
    const RandomStream stream(Seed(1), "test.below");
    std::vector<std::uint32_t> counts(bound);
    for (std::uint32_t i = 0; i < kDraws; ++i) ++counts[stream.below(bound, i, bound)];
    CHECK(chi_square(counts, double{kDraws} / bound) < quantile);
  }
}

TEST_CASE("each bit is one half of the time") {
  const RandomStream stream(Seed(2), "test.bits");
  constexpr std::uint32_t kDraws = 40000;
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    CAPTURE(bit);
    std::uint32_t ones = 0;
    for (std::uint32_t i = 0; i < kDraws; ++i) ones += stream.bits(0, i) >> bit & 1U;
    CHECK(std::abs(ones - kDraws / 2.0) < 4.0 * std::sqrt(kDraws / 4.0));
  }
}

TEST_CASE("a number depends on seed, purpose, identity and step, and on nothing else") {
  const RandomStream stream(Seed(1), "place");
  const std::uint32_t first = stream.bits(5, 6);
  for (std::uint32_t i = 0; i < 100; ++i) stream.below(10, i, i);
  CHECK(stream.bits(5, 6) == first);
  CHECK(RandomStream(Seed(1), "place").bits(5, 6) == first);
  CHECK(RandomStream(Seed(2), "place").bits(5, 6) != first);
  CHECK(RandomStream(Seed(1), "route").bits(5, 6) != first);
  CHECK(stream.bits(6, 5) != first);
  CHECK(stream.bits(5, 7) != first);
}

TEST_CASE("draws forwards and backwards are the same draws") {
  const RandomStream stream(Seed(9), "order");
  std::vector<std::uint32_t> forwards(200), backwards(200);
  for (std::uint32_t i = 0; i < 200; ++i) forwards[i] = stream.bits(i, 1);
  for (std::uint32_t i = 200; i-- > 0;) backwards[i] = stream.bits(i, 1);
  CHECK(forwards == backwards);
  CHECK(std::set<std::uint32_t>(forwards.begin(), forwards.end()).size() == 200);
}

TEST_CASE("unit draws lie from 0 up to 1 with the mean and variance of a uniform") {
  const RandomStream stream(Seed(3), "unit");
  constexpr std::uint32_t kDraws = 20000;
  double sum = 0.0, squares = 0.0;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const double value = stream.unit(i, 0);
    REQUIRE(value >= 0.0);
    REQUIRE(value < 1.0);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  CHECK(mean == doctest::Approx(0.5).epsilon(0.02));
  CHECK(squares / kDraws - mean * mean == doctest::Approx(1.0 / 12).epsilon(0.03));
}

TEST_CASE("the bounds of a draw: one outcome is always 0, none is a bug of ours") {
  const RandomStream stream(Seed(4), "bound");
  for (std::uint32_t i = 0; i < 50; ++i) CHECK(stream.below(1, i, 0) == 0);
  for (std::uint32_t i = 0; i < 50; ++i) CHECK(stream.below(0xFFFFFFFF, i, 0) < 0xFFFFFFFF);
  CHECK_THROWS_AS(stream.below(0, 0, 0), spikeloom::InternalError);
}
