#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cosim/engines.hpp"

using namespace spikeloom;        // NOLINT: a test of many of its names
using namespace spikeloom::test;  // NOLINT

TEST_CASE("10,000 random neurons spike alike on the chip and in the golden model") {
  for (const bool saturating : {false, true}) {
    CAPTURE(saturating);
    RandomNetworkSpec spec;
    spec.neurons = 10000;
    spec.fan_out = 100;
    spec.rate_hz = 24.0;
    spec.saturating = saturating;
    const LoweredNetwork network = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{5});
    const Outcome outcome = run_both(network, mesh_for(spec.neurons, 8), 100);
    CHECK(outcome.golden.spikes.size() > spec.neurons);
    CHECK(outcome.mismatched == 0);
  }
}
