// The same definitions for networks in integers, counted by hand.
#include <doctest/doctest.h>

#include "sim/golden/integer_engine.hpp"
#include "sim/golden/neurobench.hpp"

using namespace spikeloom;

namespace {

constexpr PopulationId kInput{0}, kNeurons{1};

LoweredPopulation population(const std::string& name, std::uint32_t size, bool is_input) {
  LoweredPopulation result;
  result.name = name;
  result.size = size;
  result.is_input = is_input;
  NeuronProfile profile;
  profile.decay_u = 4096;
  profile.threshold = 100;
  if (!is_input) result.profiles = {profile};
  return result;
}

// Two inputs, all to all into two neurons, and rows from the neurons back into themselves.
LoweredNetwork small_network() {
  LoweredNetwork network;
  network.populations.push_back(population("in", 2, true));
  network.populations.push_back(population("if", 2, false));
  network.projections.push_back(
      {kInput, kNeurons, "in -> if", DenseConnectivity{2, 2, {1, 0, 2, 3}, 1}, 0});
  network.projections.push_back({kNeurons,
                                 kNeurons,
                                 "if -> if",
                                 SparseConnectivity{{0, 2, 3}, {0, 1, 0}, {1, 0, 5}, {1, 1, 1}},
                                 0});
  return network;
}

}  // namespace

TEST_CASE("operations of an integer network are its spikes times their synapses") {
  const LoweredNetwork network = small_network();
  NetworkMeter meter(network);
  SampleTrace trace;
  trace.spikes = {{0, kInput, 0, 1},  // 2 synapses
                  {1, kInput, 0, 2},  // 2 and 1, multiplied: the input is not binary
                  {1, kInput, 1, 1},
                  {1, kNeurons, 0, 1},   // 1, the other synapse is zero
                  {2, kNeurons, 1, 1}};  // 1
  meter.add(trace, 4);
  CHECK(meter.counts().dense == 4 * (4 + 3));
  CHECK(meter.counts().effective_acs == 2 + 1 + 1);
  CHECK(meter.counts().effective_macs == 3);
  meter.add({}, 2);
  CHECK(meter.counts().dense == 6 * (4 + 3));
}

TEST_CASE("a kernel's dense operations leave the padding out") {
  LoweredNetwork network;
  network.populations.push_back(population("in", 9, true));
  network.populations.push_back(population("if", 9, false));
  network.projections.push_back(
      {kInput,
       kNeurons,
       "in -> if",
       ConvConnectivity{
           {1, 3, 3}, {1, 3, 3}, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 1, {1, 1, 1, 1, 0, 1, 1, 1, 1}, 1},
       0});
  NetworkMeter meter(network);
  SampleTrace trace;
  trace.spikes = {{0, kInput, 0, 1}, {1, kInput, 4, 1}};
  meter.add(trace, 2);
  CHECK(meter.counts().dense == 2 * (4 * 4 + 4 * 6 + 9));
  CHECK(meter.counts().effective_acs == 3 + 8);
}

TEST_CASE("the size of an integer network counts the bits of its formats") {
  LoweredNetwork network = small_network();
  network.populations[kNeurons].bias = {1, 2};
  const ModelSize size = size_of(network, 6);
  CHECK(size.weights == 4 + 3);
  CHECK(size.zero_weights == 2);
  CHECK(size.parameters == 9);
  CHECK(size.parameter_bits == 7 * 6 + 2 * (13 + 3));
  CHECK(size.buffer_bits == 2 * (24 + 24) + 2 * 13 + 17 + 2 * 24 + 6);
}

TEST_CASE("a membrane of integers is updated where v changes, and everywhere in the first step") {
  const LoweredNetwork network = small_network();
  IntegerEngine engine(network);
  // Arrives a step later: input 1 into neuron 1 alone.
  Sample sample;
  sample.events = {{0, 1, 1}, {2, 1, 1}};
  engine.run(sample, 5);
  CHECK(engine.counts().membrane_updates == 2 + 1 + 0 + 1 + 0);
}

TEST_CASE("only the steps of the trace count as membrane updates") {
  LoweredNetwork network = small_network();
  network.populations[kNeurons].start = network.deepest_start = 3;
  IntegerEngine engine(network);
  Sample sample;
  sample.events = {{3, 1, 1}};
  engine.run(sample, 2);  // ignored, beyond the last step
  CHECK(engine.counts().membrane_updates == 2);
  sample.events = {{0, 1, 1}};
  network.projections[0].connectivity = DenseConnectivity{2, 2, {1, 0, 2, 3}, 4};
  network.max_delay = 4;
  IntegerEngine later(network);
  later.run(sample, 2);
  CHECK(later.counts().membrane_updates == 2 + 1);
}
