#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kNeurons = 10000;

LoweredNetwork ten_thousand(bool saturating) {
  RandomNetworkSpec spec;
  spec.neurons = kNeurons;
  spec.fan_out = 100;
  spec.rate_hz = 24.0;
  spec.saturating = saturating;
  return random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{5});
}

}  // namespace

TEST_CASE("10,000 random neurons spike alike on the chip and in the golden model") {
  for (const bool saturating : {false, true}) {
    CAPTURE(saturating);
    const Outcome outcome = run_both(ten_thousand(saturating), mesh_for(kNeurons, 8), 100);
    CHECK(outcome.golden.spikes.size() > kNeurons);
    CHECK(outcome.mismatched == 0);
  }
}

TEST_CASE("10,000 random neurons spike alike however they are simulated, mapped and timed") {
  constexpr std::uint32_t kSteps = 30;
  const LoweredNetwork network = ten_thousand(false);
  const Chip chip = mesh_for(kNeurons, 8);
  const Outcome reference = run_both(network, chip, kSteps);
  CHECK(reference.golden.spikes.size() > 1000);
  HostOptions shuffled;
  shuffled.shuffle_seed = 3;
  HostOptions wide_awake;
  wide_awake.skip_idle = false;
  for (const HostOptions& host : {shuffled, wide_awake}) {
    const Outcome outcome = run_both(network, chip, kSteps, baseline_mapper(), host);
    CHECK(outcome.mismatched == 0);
    CHECK(outcome.cycles == reference.cycles);
  }
  Chip slow = chip;
  slow.router.input_queue_packets = 1;
  slow.link.latency_cycles = 3;
  for (const Outcome& outcome :
       {run_both(network, chip, kSteps, better_mapper()), run_both(network, slow, kSteps)}) {
    CHECK(outcome.mismatched == 0);
    CHECK(outcome.cycles != reference.cycles);
  }
}
