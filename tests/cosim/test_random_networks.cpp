// The chip equals the integer golden model on recurrent random networks, and nothing that is not
// arithmetic ever changes a spike.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kNeurons = 1000, kSteps = 100;

LoweredNetwork thousand(bool saturating, std::uint32_t seed = 1) {
  RandomNetworkSpec spec;
  spec.neurons = kNeurons;
  spec.fan_out = 100;
  spec.rate_hz = 24.0;
  spec.saturating = saturating;
  return random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{seed});
}

}  // namespace

TEST_CASE("1,000 random neurons spike alike on the chip and in the golden model") {
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const Outcome outcome = run_both(thousand(false, seed), mesh_for(kNeurons, 4), kSteps);
    CHECK(outcome.golden.spikes.size() > kNeurons);
    CHECK(outcome.mismatched == 0);
  }
}

TEST_CASE("a network that saturates on purpose spikes alike on the chip and in the golden model") {
  const Outcome outcome = run_both(thousand(true), mesh_for(kNeurons, 4), kSteps);
  CHECK(outcome.counts.sum_overflows > 0);
  CHECK(outcome.counts.v_overflows > 0);
  CHECK(outcome.golden.spikes.size() > kNeurons);
  CHECK(outcome.mismatched == 0);
}

TEST_CASE("block order and idle-skipping change no spike and no cycle") {
  const LoweredNetwork network = thousand(false);
  const Chip chip = mesh_for(kNeurons, 4);
  const Outcome reference = run_both(network, chip, 20);
  HostOptions shuffled;
  shuffled.shuffle_seed = 7;
  HostOptions wide_awake;
  wide_awake.skip_idle = false;
  for (const HostOptions& host : {shuffled, wide_awake}) {
    const Outcome outcome = run_both(network, chip, 20, baseline_mapper(), host);
    CHECK(outcome.chip.spikes == reference.chip.spikes);
    CHECK(outcome.cycles == reference.cycles);
  }
}

TEST_CASE("another mapping changes cycles and no spike") {
  const LoweredNetwork network = thousand(false);
  const Chip chip = mesh_for(kNeurons, 4);
  const Outcome reference = run_both(network, chip, 40);
  const Outcome outcome = run_both(network, chip, 40, better_mapper());
  CHECK(outcome.chip.spikes == reference.chip.spikes);
  CHECK(outcome.cycles != reference.cycles);
}

TEST_CASE("other queue depths, latencies and lanes change cycles and no spike") {
  const LoweredNetwork network = thousand(false);
  // Wide rows and a slow link make the network the bottleneck, so that queue depths matter.
  Chip reference_chip = mesh_for(kNeurons, 4);
  reference_chip.core.synapses_per_word = 16;
  reference_chip.link.cycles_per_packet = 4;
  const Outcome reference = run_both(network, reference_chip, 40);
  std::vector<Chip> others(6, reference_chip);
  others[0].router.input_queue_packets = 1;
  others[1].link.latency_cycles = 5;
  others[2].link.cycles_per_packet = 9;
  others[3].core.synapses_per_word = 4;
  others[4].core.output_queue_packets = 1;
  others[4].core.update_cycles_per_neuron = 3;
  others[5].router.pipeline_cycles = 7;
  for (std::size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    const Outcome outcome = run_both(network, others[i], 40);
    CHECK(outcome.chip.spikes == reference.chip.spikes);
    CHECK(outcome.cycles != reference.cycles);
  }
}
