// Networks held as rules compute what the same networks written out as rows compute.

#include <doctest/doctest.h>

#include "models/lowering/local_network.hpp"
#include "models/lowering/random_network.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"
#include "sim/golden/neurobench.hpp"

using namespace spikeloom;

namespace {

LocalNetworkSpec local_of(std::uint32_t width, std::uint32_t height, std::uint32_t seed) {
  LocalNetworkSpec spec;
  spec.grid = {width, height};
  spec.radius = 1 + seed % 4;
  spec.wrap = seed % 2 == 0;
  spec.fan_out = 1 + 37 * seed % 150;
  spec.delay_min = 1 + seed % 3;
  spec.delay_max = spec.delay_min + 11 * seed % 50;
  spec.rate_hz = 40;
  return spec;
}

LoweredNetwork as_rows(LoweredNetwork network) {
  for (Projection& projection : network.projections)
    projection.connectivity =
        rows_of(projection.connectivity, network.populations[projection.source].size);
  return network;
}

void check_same(const LoweredNetwork& rule, const LoweredNetwork& rows, std::uint32_t steps) {
  IntegerEngine oracle_of_rows(rows), oracle_of_rule(rule);
  FastIntegerEngine fast(rule);
  const Sample silence;
  const SampleTrace expected = oracle_of_rows.run(silence, steps);
  CHECK(expected.spikes.size() > 0);
  CHECK(oracle_of_rule.run(silence, steps).spikes == expected.spikes);
  CHECK(fast.run(silence, steps).spikes == expected.spikes);
  CHECK(oracle_of_rule.counts() == oracle_of_rows.counts());
  CHECK(fast.counts() == oracle_of_rows.counts());
}

}  // namespace

TEST_CASE("golden on rules equals golden on the same networks as rows") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const LoweredNetwork rule = local_network(
        local_of(10 + seed, 9 + seed / 2, seed), Seconds(1e-3), Arithmetic{}, Seed{seed});
    check_same(rule, as_rows(rule), 60);
  }
}

TEST_CASE("golden on rules too large to be kept equals golden on rows, overflows included") {
  RandomNetworkSpec spec;
  spec.neurons = 11000;
  spec.fan_out = 100;  // above a million synapses
  spec.rate_hz = 24;
  for (const bool saturating : {false, true}) {
    CAPTURE(saturating);
    spec.saturating = saturating;
    const LoweredNetwork rule = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{3});
    check_same(rule, as_rows(rule), saturating ? 20 : 60);
  }
}

TEST_CASE("rules and rows cost the same by NeuroBench's count") {
  const LoweredNetwork rule =
      local_network(local_of(20, 20, 3), Seconds(1e-3), Arithmetic{}, Seed{3});
  const LoweredNetwork rows = as_rows(rule);
  const SampleTrace trace = FastIntegerEngine(rule).run(Sample{}, 60);
  NetworkMeter of_rule(rule), of_rows(rows);
  of_rule.add(trace, 60);
  of_rows.add(trace, 60);
  CHECK(of_rule.counts().effective_acs > 0);
  CHECK(of_rule.counts().effective_acs == of_rows.counts().effective_acs);
  CHECK(of_rule.counts().dense == of_rows.counts().dense);
  CHECK(size_of(rule, 8).footprint_bytes() == size_of(rows, 8).footprint_bytes());
}
