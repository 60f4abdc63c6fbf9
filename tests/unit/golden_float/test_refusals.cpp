#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

void build(const Graph& graph, const Semantics& semantics, double dt_s = 1e-3) {
  run(graph, semantics, {}, 1, Seconds(dt_s));
}

Graph with_neuron(node::NeuronKind kind, const NeuronValues& values) {
  return chain_of({1}, {{"n", neurons(kind, {1}, values)}}, {1});
}

Graph with_delay(double seconds) {
  return chain_of({1}, {{"d", node::Delay{{{1}, {seconds}}}}, {"n", neurons(IF, {1})}}, {1});
}

}  // namespace

TEST_CASE("what the semantics cannot run is refused at its node") {
  Semantics semantics;
  SUBCASE("a time constant below dt under euler") {
    CHECK_THROWS_WITH_AS(
        build(with_neuron(LIF, {.tau = 5e-4}), semantics),
        "net.nir#/node/nodes/n: time constant 0.0005 s is shorter than dt = 0.001 s: the "
        "euler integrator would overshoot; use a smaller dt or the exponential "
        "integrator",
        InputError);
    semantics.integrator = Integrator::Exponential;
    CHECK_NOTHROW(build(with_neuron(LIF, {.tau = 5e-4}), semantics));
  }
  SUBCASE("a time constant that is not positive") {
    CHECK_THROWS_WITH_AS(build(with_neuron(CubaLIF, {.tau_syn = 0.0}), semantics),
                         "net.nir#/node/nodes/n: time constant 0 s must be positive",
                         InputError);
  }
  SUBCASE("a normalized gain of nothing") {
    semantics.input_gain = InputGain::Normalized;
    CHECK_THROWS_WITH_AS(
        build(with_neuron(LIF, {.r = -1.0}), semantics),
        "net.nir#/node/nodes/n: input gain \"normalized\" needs a positive r and w_in, "
        "found -1",
        InputError);
  }
  SUBCASE("several spikes a step over a threshold of nothing") {
    semantics.reset = ResetRule::Subtract;
    semantics.max_spikes_per_step = 4;
    CHECK_THROWS_WITH_AS(
        build(with_neuron(IF, {.v_threshold = 0.0}), semantics),
        "net.nir#/node/nodes/n: several spikes a step need a positive threshold, found 0",
        InputError);
  }
  SUBCASE("a lower bound in thresholds of nothing") {
    semantics.v_min_thresholds = -1.0;
    CHECK_THROWS_WITH_AS(
        build(with_neuron(IF, {.v_threshold = -2.0}), semantics),
        "net.nir#/node/nodes/n: v_min_thresholds needs a positive threshold, found -2",
        InputError);
  }
  SUBCASE("a delay between two steps") {
    CHECK_THROWS_WITH_AS(
        build(with_delay(1.5e-3), semantics),
        "net.nir#/node/nodes/d: delay 0.0015 s is not a whole number of steps of 0.001 s",
        InputError);
  }
  SUBCASE("a delay into the past") {
    CHECK_THROWS_WITH_AS(build(with_delay(-1e-3), semantics),
                         "net.nir#/node/nodes/d: delay -0.001 s is -1 steps; allowed is 0 to 65536",
                         InputError);
  }
  SUBCASE("an absurd delay") {
    CHECK_THROWS_WITH_AS(
        build(with_delay(1e300), semantics),
        "net.nir#/node/nodes/d: delay 1e+300 s is 1e+303 steps; allowed is 0 to 65536",
        InputError);
  }
  SUBCASE("a step of no length") {
    CHECK_THROWS_WITH_AS(
        build(with_neuron(IF, {}), semantics, 0.0), "dt is 0 s; it must be positive", InputError);
  }
}

TEST_CASE("a time constant of dt in single precision is no contradiction") {
  const double dt = 1e-4;
  CHECK_NOTHROW(build(with_neuron(LIF, {.tau = dt * (1.0 - 5e-8)}), {}, dt));
}

TEST_CASE("a second Input node is refused by name") {
  const Graph graph = graph_of({{"first", node::Input{{1}}},
                                {"second", node::Input{{1}}},
                                {"n", neurons(IF, {1})},
                                {"output", node::Output{{1}}}},
                               {{"first", "n"}, {"second", "n"}, {"n", "output"}});
  CHECK_THROWS_WITH_AS(
      build(graph, {}),
      "net.nir#/node/nodes/second: is a second Input node beside first; a run drives one",
      InputError);
}

TEST_CASE("an event beyond the input is refused") {
  const Graph graph = with_neuron(IF, {});
  Sample sample;
  sample.events.push_back({3, 1, 1.0});
  CHECK_THROWS_WITH_AS(
      run(graph, {}, sample, 10),
      "net.nir#/node/nodes/input: input event of value 1 at element 1 in step 3; the node "
      "has 1 elements",
      InputError);
}

TEST_CASE("delays that would keep absurdly many values are refused") {
  const Shape wide{10000};
  const Graph graph =
      chain_of(wide, {{"d", node::Delay{constant(wide, 50.0)}}, {"n", neurons(IF, wide)}}, wide);
  CHECK_THROWS_WITH_AS(
      build(graph, {}),
      "net.nir#/node/nodes/d: 10000 elements delayed by up to 50000 steps are more than "
      "100000000 values to keep",
      InputError);
}
