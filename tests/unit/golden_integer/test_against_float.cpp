// Where nothing is rounded, the integer engine must do what the float engine does.
#include <doctest/doctest.h>

#include <random>

#include "models/lowering/lower.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

// Whole weights with a 127 in each row, so that scales are exactly one.
Tensor whole_weights(std::mt19937_64& engine, std::size_t out, std::size_t in) {
  Tensor weight = constant({out, in}, 0.0);
  for (double& value : weight.data) value = static_cast<double>(engine() % 101) - 40.0;
  for (std::size_t row = 0; row < out; ++row) weight.data[row * in + engine() % in] = 127.0;
  return weight;
}

node::Affine whole_affine(std::mt19937_64& engine, std::size_t out, std::size_t in) {
  node::Affine affine{whole_weights(engine, out, in), constant({out}, 0.0)};
  for (double& value : affine.bias.data) value = static_cast<double>(engine() % 21) - 5.0;
  return affine;
}

// Input, two layers with a skip connection around the second, recurrence within the first.
Graph skip_and_recurrence(std::mt19937_64& engine,
                          const node::Neuron& layer = neurons(IF, {6}, {.v_threshold = 150.0})) {
  return graph_of({{"in", node::Input{{4}}},
                   {"w1", whole_affine(engine, 6, 4)},
                   {"n1", layer},
                   {"r1", node::Linear{whole_weights(engine, 6, 6)}},
                   {"w2", whole_affine(engine, 6, 6)},
                   {"n2", layer},
                   {"w3", whole_affine(engine, 6, 6)},
                   {"skip", node::Linear{whole_weights(engine, 6, 6)}},
                   {"late", node::Delay{{{6}, {0.0, 1e-3, 2e-3, 3e-3, 4e-3, 9e-3}}}},
                   {"n3", layer},
                   {"out", node::Output{{6}}}},
                  {{"in", "w1"},
                   {"w1", "n1"},
                   {"n1", "r1"},
                   {"r1", "n1"},
                   {"n1", "w2"},
                   {"w2", "n2"},
                   {"n2", "w3"},
                   {"w3", "n3"},
                   {"n1", "skip"},
                   {"skip", "late"},
                   {"late", "n3"},
                   {"n3", "out"}});
}

Sample random_sample(std::mt19937_64& engine, std::uint32_t inputs, std::uint32_t steps) {
  Sample sample;
  for (std::uint32_t step = 0; step < steps; ++step)
    for (std::uint32_t i = 0; i < inputs; ++i)
      if (engine() % 3 == 0)
        sample.events.push_back({step, i, static_cast<double>(1 + engine() % 2)});
  return sample;
}

std::vector<Spike> of_neurons(const SampleTrace& trace) {
  std::vector<Spike> spikes;
  for (const Spike& spike : trace.spikes)
    if (spike.population != PopulationId{0}) spikes.push_back(spike);
  return spikes;
}

}  // namespace

TEST_CASE("whole networks that spike several times a step do so exactly as in the float engine") {
  std::uint32_t most_at_once = 0;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 engine(seed);
    const Graph graph = skip_and_recurrence(engine);
    Semantics semantics;
    semantics.reset = ResetRule::Subtract;
    semantics.comparison = seed % 2 == 0 ? Comparison::Greater : Comparison::GreaterOrEqual;
    semantics.max_spikes_per_step = seed % 3 == 0 ? 3 : UINT32_MAX;
    semantics.recurrent_delay_steps = 3;
    if (seed % 4 != 0) semantics.v_min_thresholds = -1.0;
    const Sample sample = random_sample(engine, 4, 12);  // excited ever more, then v saturates
    const SampleTrace expected = run(graph, semantics, sample, 12);
    const Lowering lowering =
        lower(graph, evaluation_order(graph), semantics, Seconds(1e-3), {}, {});
    IntegerEngine integer(lowering.network);
    const std::vector<Spike> spikes = of_neurons(integer.run(sample, 12));
    REQUIRE(spikes.size() > 50);
    CHECK(spikes == of_neurons(expected));
    for (const Spike& spike : spikes) most_at_once = std::max(most_at_once, spike.value);
    CHECK((integer.counts().spike_overflows > 0) == (seed % 3 == 0));
    CHECK(integer.counts().v_overflows == 0);
  }
  CHECK(most_at_once > 5);
}

TEST_CASE("resets as terms of an update do exactly what they do in the float engine") {
  for (std::uint32_t seed = 0; seed < 16; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 engine(seed);
    const Graph graph = skip_and_recurrence(engine);
    Semantics semantics;
    const bool before = seed % 2 == 0;
    semantics.threshold_test = before ? ThresholdTest::BeforeUpdate : ThresholdTest::AfterUpdate;
    semantics.reset_time = before ? ResetTime::ThisStep : ResetTime::NextStep;
    semantics.reset = before || seed % 3 == 0 ? ResetRule::Subtract : ResetRule::ToValue;
    semantics.reset_decays = seed % 4 < 2;
    semantics.comparison = seed % 3 == 1 ? Comparison::Greater : Comparison::GreaterOrEqual;
    if (semantics.reset == ResetRule::Subtract && seed % 5 == 0) semantics.max_spikes_per_step = 3;
    if (before && seed % 8 == 0) semantics.refractory_steps = 2;
    if (semantics.max_spikes_per_step > 1) semantics.refractory_steps = 0;
    if (seed % 7 == 0) semantics.v_min_thresholds = -1.0;
    const Sample sample = random_sample(engine, 4, 40);
    const SampleTrace expected = run(graph, semantics, sample, 40);
    const Lowering lowering =
        lower(graph, evaluation_order(graph), semantics, Seconds(1e-3), {}, {});
    IntegerEngine integer(lowering.network);
    const std::vector<Spike> spikes = of_neurons(integer.run(sample, 40));
    REQUIRE(spikes.size() > 100);
    CHECK(spikes == of_neurons(expected));
    CHECK(integer.counts().v_overflows == 0);
  }
}

TEST_CASE("a membrane driven by the current of the step before spikes as in the float engine") {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 engine(seed);
    // Neither state keeps anything, so that nothing is rounded.
    const Graph graph = skip_and_recurrence(
        engine, neurons(CubaLIF, {6}, {.tau = 1e-3, .tau_syn = 1e-3, .v_threshold = 60.0}));
    Semantics semantics;
    semantics.synapse_order = SynapseOrder::Old;
    const Sample sample = random_sample(engine, 4, 40);
    const SampleTrace expected = run(graph, semantics, sample, 40);
    const Lowering lowering =
        lower(graph, evaluation_order(graph), semantics, Seconds(1e-3), {}, {});
    IntegerEngine integer(lowering.network);
    const std::vector<Spike> spikes = of_neurons(integer.run(sample, 40));
    REQUIRE(spikes.size() > 100);
    CHECK(spikes == of_neurons(expected));
  }
}

TEST_CASE("whole networks, retimed, spike exactly as the float engine runs them instantaneously") {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 engine(seed);
    const Graph graph = skip_and_recurrence(engine);
    Semantics semantics;
    semantics.reset = seed % 2 == 0 ? ResetRule::ToValue : ResetRule::Subtract;
    semantics.comparison = seed % 3 == 0 ? Comparison::Greater : Comparison::GreaterOrEqual;
    semantics.refractory_steps = seed % 4;
    semantics.recurrent_delay_steps = 1 + seed % 3;
    semantics.synaptic_delay_steps = seed / 6;
    if (seed % 5 == 0) semantics.v_min_thresholds = -1.0;
    const Sample sample = random_sample(engine, 4, 80);
    const SampleTrace expected = run(graph, semantics, sample, 80);
    const Lowering lowering =
        lower(graph, evaluation_order(graph), semantics, Seconds(1e-3), {}, {});
    IntegerEngine integer(lowering.network);
    const SampleTrace found = integer.run(sample, 80);
    CHECK(lowering.network.deepest_start == (seed < 6 ? 3 : 0));
    const std::vector<Spike> spikes = of_neurons(found);
    REQUIRE(spikes.size() > 200);
    CHECK(spikes == of_neurons(expected));
    CHECK(integer.counts().v_overflows == 0);
  }
}
