#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;
using doctest::Approx;

namespace {

std::vector<double> repeated(double value, std::size_t steps) {
  return std::vector<double>(steps, value);
}

std::vector<double> pulse(double value, std::size_t steps) {
  std::vector<double> input(steps, 0.0);
  input[0] = value;
  return input;
}

Approx near(double value) { return Approx(value).epsilon(1e-12); }

}  // namespace

TEST_CASE("a leaky integrator forgets by the integrator's factor per step") {
  // dt / tau = 0.1
  Semantics semantics;
  semantics.input_gain = InputGain::One;
  double keep = 0.0;
  SUBCASE("euler keeps 1 - k") {
    semantics.integrator = Integrator::Euler;
    keep = 0.9;
  }
  SUBCASE("exponential keeps exp(-k)") {
    semantics.integrator = Integrator::Exponential;
    keep = std::exp(-0.1);
  }
  const OneNeuron neuron = run_one(LI, {}, semantics, pulse(2.0, 30));
  REQUIRE(neuron.v.size() == 30);
  for (std::size_t step = 0; step < 30; ++step)
    CHECK(neuron.v[step] == near(2.0 * std::pow(keep, static_cast<double>(step))));
  CHECK(neuron.spikes.empty());
}

TEST_CASE("the input gain decides what a pulse leaves behind") {
  const NeuronValues values{.r = 3.0};
  Semantics semantics;
  semantics.integrator = Integrator::Exponential;
  const auto first = [&](InputGain gain) {
    semantics.input_gain = gain;
    return run_one(LI, values, semantics, pulse(2.0, 1)).v.at(0);
  };
  CHECK(first(InputGain::DtOverTau) == near(0.1 * 3.0 * 2.0));
  CHECK(first(InputGain::OneMinusDecay) == near((1.0 - std::exp(-0.1)) * 3.0 * 2.0));
  CHECK(first(InputGain::Decay) == near(std::exp(-0.1) * 3.0 * 2.0));
  CHECK(first(InputGain::One) == near(3.0 * 2.0));
  CHECK(first(InputGain::Unit) == near(2.0));
  CHECK(first(InputGain::Normalized) == near(2.0));  // in units of r dt / tau
}

TEST_CASE("constant input settles at v_leak + r x where the gain matches the leak") {
  const NeuronValues values{.r = 2.0, .v_leak = 0.25};
  Semantics semantics;
  double unit = 1.0;
  SUBCASE("euler, dt over tau") {}
  SUBCASE("exponential, one minus decay") {
    semantics.integrator = Integrator::Exponential;
    semantics.input_gain = InputGain::OneMinusDecay;
  }
  SUBCASE("euler, normalized: in units of r dt / tau") {
    semantics.input_gain = InputGain::Normalized;
    unit = 2.0 * 0.1;
  }
  const OneNeuron neuron = run_one(LI, values, semantics, repeated(1.5, 600));
  CHECK(neuron.v.back() == near((0.25 + 2.0 * 1.5) / unit));
}

TEST_CASE("a normalized neuron spikes as the one it is normalized from") {
  const NeuronValues values{.r = 1.7, .v_leak = 0.1, .v_threshold = 0.8, .v_reset = 0.05};
  const std::vector<double> input = repeated(1.0, 200);
  Semantics semantics;
  const OneNeuron plain = run_one(CubaLIF, values, semantics, input);
  semantics.input_gain = InputGain::Normalized;
  semantics.synapse_input_gain = InputGain::Normalized;
  const OneNeuron normalized = run_one(CubaLIF, values, semantics, input);
  REQUIRE(plain.spikes.size() > 5);
  CHECK(normalized.spikes == plain.spikes);
  for (std::size_t step = 0; step < input.size(); ++step) {
    CHECK(normalized.u[step] * 0.1 == near(plain.u[step]));
    CHECK(normalized.v[step] * (1.7 * 0.1 * 0.1) == near(plain.v[step]));
  }
}

TEST_CASE("a read-out passes on NIR's v, whatever unit its state is kept in") {
  const Graph graph =
      chain_of({1}, {{"first", neurons(LI, {1}, {.r = 2.0})}, {"second", neurons(I, {1})}}, {1});
  Semantics semantics;
  semantics.input_gain = InputGain::Normalized;
  const SampleTrace trace = run(graph, semantics, sample_of({5.0}), 1);
  CHECK(states_of(trace, population_of(graph, "first"), 0).at(0) == near(5.0));
  CHECK(states_of(trace, population_of(graph, "second"), 0).at(0) == near(5.0 * 2.0 * 0.1));
}

TEST_CASE("integrate and fire adds r times the input, times dt only if asked") {
  Semantics semantics;
  const NeuronValues values{.r = 0.25, .v_threshold = 100.0};
  CHECK(run_one(IF, values, semantics, repeated(2.0, 4)).v.back() == near(2.0));
  semantics.integrate_and_fire_times_dt = true;
  CHECK(run_one(IF, values, semantics, repeated(2.0, 4)).v.back() == near(2.0e-3));
}

TEST_CASE("equality with the threshold spikes only under greater_or_equal") {
  Semantics semantics;
  const std::vector<double> input = {1.0, 0.0};
  CHECK(run_one(IF, {}, semantics, input).spikes.empty());
  semantics.comparison = Comparison::GreaterOrEqual;
  CHECK(run_one(IF, {}, semantics, input).spikes == SpikeList{{0, 1}});
}

TEST_CASE("a spike resets to the value or subtracts the threshold") {
  const NeuronValues values{.v_threshold = 1.0, .v_reset = -0.5};
  Semantics semantics;
  OneNeuron neuron = run_one(IF, values, semantics, {0.75, 0.75, 0.0});
  CHECK(neuron.spikes == SpikeList{{1, 1}});
  CHECK(neuron.v == std::vector<double>{0.75, -0.5, -0.5});
  semantics.reset = ResetRule::Subtract;
  neuron = run_one(IF, values, semantics, {0.75, 0.75, 0.0});
  CHECK(neuron.spikes == SpikeList{{1, 1}});
  CHECK(neuron.v == std::vector<double>{0.75, 0.5, 0.5});
}

TEST_CASE("several spikes a step are as many thresholds as v holds") {
  Semantics semantics;
  semantics.reset = ResetRule::Subtract;
  semantics.max_spikes_per_step = 5;
  const NeuronValues values{.v_threshold = 0.5};
  SUBCASE("floor(v / threshold) under greater_or_equal") {
    semantics.comparison = Comparison::GreaterOrEqual;
    const OneNeuron neuron = run_one(IF, values, semantics, {1.75, 0.25, 0.0});
    CHECK(neuron.spikes == SpikeList{{0, 3}, {1, 1}});
    CHECK(neuron.v == std::vector<double>{0.25, 0.0, 0.0});
  }
  SUBCASE("a threshold that is only reached stays under greater") {
    const OneNeuron neuron = run_one(IF, values, semantics, {1.5, 0.0});
    CHECK(neuron.spikes == SpikeList{{0, 2}});
    CHECK(neuron.v == std::vector<double>{0.5, 0.5});
  }
  SUBCASE("up to the number allowed; the rest stays for later steps") {
    const OneNeuron neuron = run_one(IF, values, semantics, {3.25, 0.0});
    CHECK(neuron.spikes == SpikeList{{0, 5}, {1, 1}});
    CHECK(neuron.v == std::vector<double>{0.75, 0.25});
  }
}

TEST_CASE("the lower bound is counted in thresholds") {
  Semantics semantics;
  semantics.v_min_thresholds = -1.5;
  const OneNeuron neuron = run_one(IF, {.v_threshold = 2.0}, semantics, {-2.0, -2.0, 0.5});
  CHECK(neuron.v == std::vector<double>{-2.0, -3.0, -2.5});
}

TEST_CASE("a refractory neuron is held at reset for the stated steps") {
  Semantics semantics;
  semantics.refractory_steps = 2;
  const NeuronValues values{.v_threshold = 1.0, .v_reset = 0.125};
  const OneNeuron neuron = run_one(IF, values, semantics, repeated(2.0, 7));
  CHECK(neuron.spikes == SpikeList{{0, 1}, {3, 1}, {6, 1}});
  CHECK(neuron.v == repeated(0.125, 7));
}

TEST_CASE("a test before the update shows the spike one step later, its reset in the update") {
  Semantics semantics;
  semantics.reset = ResetRule::Subtract;
  semantics.threshold_test = ThresholdTest::BeforeUpdate;
  const OneNeuron neuron = run_one(IF, {}, semantics, {1.5, 0.25, 0.0});
  CHECK(neuron.v == std::vector<double>{1.5, 0.75, 0.75});
  CHECK(neuron.spikes == SpikeList{{1, 1}});
}

TEST_CASE("a reset in the next step is a term of that step's update") {
  const NeuronValues values{.tau = 2e-3, .v_threshold = 1.0, .v_reset = 0.25};
  Semantics semantics;  // v = 0.5 v + x
  semantics.input_gain = InputGain::One;
  semantics.reset_time = ResetTime::NextStep;
  const std::vector<double> input = {1.5, 0.0, 0.5};
  SUBCASE("to a value: the update starts from it") {
    const OneNeuron neuron = run_one(LIF, values, semantics, input);
    CHECK(neuron.spikes == SpikeList{{0, 1}});
    CHECK(neuron.v == std::vector<double>{1.5, 0.125, 0.5625});
  }
  SUBCASE("by subtraction: after the decay") {
    semantics.reset = ResetRule::Subtract;
    const OneNeuron neuron = run_one(LIF, values, semantics, input);
    CHECK(neuron.spikes == SpikeList{{0, 1}});
    CHECK(neuron.v == std::vector<double>{1.5, -0.25, 0.375});
  }
  SUBCASE("by subtraction before the decay where asked") {
    semantics.reset = ResetRule::Subtract;
    semantics.reset_decays = true;
    CHECK(run_one(LIF, values, semantics, input).v == std::vector<double>{1.5, 0.25, 0.625});
  }
}

TEST_CASE("a neuron starts at v_reset or v_leak and resets to zero where asked") {
  const NeuronValues values{.tau = 2e-3, .v_leak = 0.5, .v_threshold = 1.0, .v_reset = 0.25};
  Semantics semantics;  // v = 0.5 v + 0.25 + 0.5 x
  CHECK(run_one(LIF, values, semantics, {0.0}).v.at(0) == 0.25);
  semantics.initial_v = VoltageSource::Reset;
  CHECK(run_one(LIF, values, semantics, {0.0}).v.at(0) == 0.375);
  semantics.initial_v = VoltageSource::Leak;
  CHECK(run_one(LIF, values, semantics, {0.0}).v.at(0) == 0.5);
  CHECK(run_one(LIF, values, semantics, {4.0}).v.at(0) == 0.25);
  semantics.reset_value = VoltageSource::Zero;
  CHECK(run_one(LIF, values, semantics, {4.0}).v.at(0) == 0.0);
}

TEST_CASE("a synaptic current relaxes to v_leak where asked, and starts there if v does") {
  const NeuronValues values{.tau_syn = 2e-3, .v_leak = 0.5};
  Semantics semantics;  // u = 0.5 u + 0.25
  semantics.synapse_leaks_to_v_leak = true;
  CHECK(run_one(CubaLI, values, semantics, {0.0, 0.0}).u == std::vector<double>{0.25, 0.375});
  semantics.initial_v = VoltageSource::Leak;
  CHECK(run_one(CubaLI, values, semantics, {0.0, 0.0}).u == std::vector<double>{0.5, 0.5});
}

TEST_CASE("a kind with rules of its own follows them, the others do not") {
  Semantics semantics;
  NeuronRules rules = semantics;
  rules.reset = ResetRule::Subtract;
  semantics.kinds.push_back({IF, rules});
  CHECK(run_one(IF, {}, semantics, {1.5}).v.at(0) == 0.5);
  CHECK(run_one(LIF, {.tau = 1e-3}, semantics, {1.5}).v.at(0) == 0.0);
}

TEST_CASE("a weight step rounds what a network runs with") {
  const Graph graph =
      chain_of({1}, {{"w", node::Linear{{{1, 1}, {0.3}}}}, {"n", neurons(I, {1})}}, {1});
  Semantics semantics;
  semantics.weight_step = 0.25;
  const SampleTrace trace = run(graph, semantics, sample_of({1.0}), 1);
  CHECK(states_of(trace, population_of(graph, "n"), 0).at(0) == 0.25);
}

TEST_CASE("the synaptic current drives the membrane in the stated order") {
  const NeuronValues values{.tau = 1e-2, .tau_syn = 2e-3, .r = 1.0, .w_in = 4.0};
  Semantics semantics;  // membrane: 0.9 v + 0.1 u; synapse: 0.5 u + 0.5 * 4 x
  OneNeuron neuron = run_one(CubaLI, values, semantics, {1.0, 0.0});
  CHECK(neuron.u.at(0) == near(2.0));
  CHECK(neuron.u.at(1) == near(1.0));
  CHECK(neuron.v.at(0) == near(0.2));
  CHECK(neuron.v.at(1) == near(0.9 * 0.2 + 0.1));
  semantics.synapse_order = SynapseOrder::Old;
  neuron = run_one(CubaLI, values, semantics, {1.0, 0.0});
  CHECK(neuron.u.at(0) == near(2.0));
  CHECK(neuron.v.at(0) == 0.0);
  CHECK(neuron.v.at(1) == near(0.2));
}

TEST_CASE("kinds without a synapse record their input as u") {
  CHECK(run_one(LIF, {}, {}, {0.5, 0.0, 0.25}).u == std::vector<double>{0.5, 0.0, 0.25});
}

TEST_CASE("a Dirac spike counts as 1/dt") {
  Semantics semantics;
  semantics.spike_is_dirac = true;
  // One spike of the input lifts v by dt / tau * 1 / dt = 1 / tau.
  const Graph graph = chain_of(
      {1},
      {{"lif", neurons(LIF, {1}, {.tau = 0.5})}, {"readout", neurons(LI, {1}, {.tau = 0.25})}},
      {1});
  const SampleTrace trace = run(graph, semantics, sample_of({1.0}), 1);
  CHECK(spikes_of(trace, population_of(graph, "lif"), 0) == SpikeList{{0, 1}});
  CHECK(states_of(trace, population_of(graph, "readout"), 0).at(0) == near(4.0));
  semantics.spike_is_dirac = false;
  CHECK(run(graph, semantics, sample_of({1.0}), 1).spikes.empty());
}

TEST_CASE("single precision rounds where double does not") {
  Semantics semantics;
  const std::vector<double> input = {1.0, 1e-9};
  CHECK(run_one(I, {}, semantics, input).v.back() == 1.0 + 1e-9);
  semantics.float_width = FloatWidth::Single;
  CHECK(run_one(I, {}, semantics, input).v.back() == 1.0);
}

TEST_CASE("a second run starts from the initial state") {
  const Graph graph = chain_of({1}, {{"n", neurons(CubaLIF, {1}, {.v_threshold = 0.3})}}, {1});
  const EvaluationOrder order = evaluation_order(graph);
  Semantics semantics;
  semantics.refractory_steps = 3;
  semantics.synaptic_delay_steps = 2;
  FloatEngine engine(graph, order, semantics, Seconds(1e-3));
  const Sample sample = sample_of(repeated(2.0, 37));
  const SampleTrace first = engine.run(sample, 37, true);
  const SampleTrace second = engine.run(sample, 37, true);
  REQUIRE(first.spikes.size() > 2);
  CHECK(second.spikes == first.spikes);
  for (std::size_t i = 0; i < first.states.size(); ++i)
    CHECK(second.states[i].v == first.states[i].v);
  CHECK(engine.run(sample, 37).states.empty());
}
