#include <doctest/doctest.h>

#include "models/lowering/random_network.hpp"
#include "tests/unit/golden_fast/drawn_network.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kSteps = 30;

LoweredNetwork recurrent(std::uint32_t longest_delay, bool saturating) {
  RandomNetworkSpec spec;
  spec.neurons = 1000;
  spec.fan_out = 100;
  spec.delay_max = longest_delay;
  spec.rate_hz = 24.0;
  spec.saturating = saturating;
  return random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{longest_delay});
}

}  // namespace

TEST_CASE("the fast engine equals the oracle on networks drawn over all that may be in one") {
  std::uint64_t spikes = 0, networks_that_spike = 0;
  IntegerCounts counts;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const LoweredNetwork drawn = draw_network(dice);
    std::vector<Sample> samples;
    for (std::uint32_t s = 0; s < 3; ++s) samples.push_back(draw_sample(dice, drawn, kSteps));
    const Compared compared = check_equal(drawn, samples, kSteps);
    spikes += compared.spikes;
    networks_that_spike += compared.spikes > 0;
    counts.sum_overflows += compared.counts.sum_overflows;
    counts.u_overflows += compared.counts.u_overflows;
    counts.v_overflows += compared.counts.v_overflows;
    counts.spike_overflows += compared.counts.spike_overflows;
  }
  CHECK(networks_that_spike > 300);
  CHECK(spikes > 100'000);
  CHECK(counts.sum_overflows > 10'000);
  CHECK(counts.u_overflows > 10'000);
  CHECK(counts.v_overflows > 10'000);
  CHECK(counts.spike_overflows > 10'000);
}

TEST_CASE("the fast engine equals the oracle on recurrent networks of short and long delays") {
  for (const std::uint32_t longest_delay : {1U, 15U, 63U}) {
    CAPTURE(longest_delay);
    const Compared compared = check_equal(recurrent(longest_delay, false), {{}, {}}, 100);
    CHECK(compared.spikes > 2000);
    CHECK(compared.counts.sum_overflows == 0);
  }
}

TEST_CASE("the fast engine equals the oracle where sums, u and v overflow on purpose") {
  const Compared compared = check_equal(recurrent(15, true), {{}}, 100);
  CHECK(compared.spikes > 1000);
  CHECK(compared.counts.sum_overflows > 1000);
  CHECK(compared.counts.u_overflows > 1000);
  CHECK(compared.counts.v_overflows > 1000);
}
