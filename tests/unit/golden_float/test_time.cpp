// When values arrive: instantaneous, synaptic, recurrent and per-element delays.
#include <doctest/doctest.h>

#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

/// input -> a -> b: integrators that spike on every input of 2.
Graph two_layers() {
  return chain_of(
      {1},
      {{"a", neurons(IF, {1})}, {"w", node::Linear{{{1, 1}, {2}}}}, {"b", neurons(IF, {1})}},
      {1});
}

/// input -> n -> w_rec -> n, n -> output: a spike that returns for ever.
Graph loop() {
  return graph_of({{"input", node::Input{{1}}},
                   {"n", neurons(IF, {1})},
                   {"w_rec", node::Linear{{{1, 1}, {2}}}},
                   {"output", node::Output{{1}}}},
                  {{"input", "n"}, {"n", "w_rec"}, {"w_rec", "n"}, {"n", "output"}});
}

}  // namespace

TEST_CASE("feed-forward edges are instantaneous") {
  const Graph graph = two_layers();
  const SampleTrace trace = run(graph, {}, sample_of({0.0, 2.0}), 6);
  CHECK(spikes_of(trace, population_of(graph, "a"), 0) == SpikeList{{1, 1}});
  CHECK(spikes_of(trace, population_of(graph, "b"), 0) == SpikeList{{1, 1}});
}

TEST_CASE("the synaptic delay is added on every edge into a neuron") {
  const Graph graph = two_layers();
  for (std::uint32_t delay = 1; delay <= 3; ++delay) {
    CAPTURE(delay);
    Semantics semantics;
    semantics.synaptic_delay_steps = delay;
    const SampleTrace trace = run(graph, semantics, sample_of({0.0, 2.0}), 12);
    CHECK(spikes_of(trace, population_of(graph, "a"), 0) == SpikeList{{1 + delay, 1}});
    CHECK(spikes_of(trace, population_of(graph, "b"), 0) == SpikeList{{1 + 2 * delay, 1}});
  }
}

TEST_CASE("an edge that closes a cycle delivers the value of the stated steps ago") {
  const Graph graph = loop();
  Semantics semantics;
  for (std::uint32_t delay = 1; delay <= 3; ++delay) {
    CAPTURE(delay);
    semantics.recurrent_delay_steps = delay;
    const SampleTrace trace = run(graph, semantics, sample_of({2.0}), 3 * delay);
    CHECK(spikes_of(trace, population_of(graph, "n"), 0) ==
          SpikeList{{0, 1}, {delay, 1}, {2 * delay, 1}});
  }
}

TEST_CASE("recurrent and synaptic delays add up") {
  const Graph graph = loop();
  Semantics semantics;
  semantics.recurrent_delay_steps = 2;
  semantics.synaptic_delay_steps = 3;
  const SampleTrace trace = run(graph, semantics, sample_of({2.0}), 10);
  CHECK(spikes_of(trace, population_of(graph, "n"), 0) == SpikeList{{3, 1}, {8, 1}});
}

TEST_CASE("a Delay node delays each element by its own steps") {
  const Graph graph =
      chain_of({3}, {{"d", node::Delay{{{3}, {0.0, 1e-3, 5e-3}}}}, {"n", neurons(IF, {3})}}, {3});
  Sample sample;
  for (std::uint32_t i = 0; i < 3; ++i) sample.events.push_back({2, i, 2.0});
  for (std::uint32_t i = 0; i < 3; ++i) sample.events.push_back({3, i, 2.0});
  const SampleTrace trace = run(graph, {}, sample, 12);
  const PopulationId n = population_of(graph, "n");
  CHECK(spikes_of(trace, n, 0) == SpikeList{{2, 1}, {3, 1}});
  CHECK(spikes_of(trace, n, 1) == SpikeList{{3, 1}, {4, 1}});
  CHECK(spikes_of(trace, n, 2) == SpikeList{{7, 1}, {8, 1}});
}

TEST_CASE("events after the last step are left out, and traces are in order") {
  const Graph graph = two_layers();
  const SampleTrace trace = run(graph, {}, sample_of({2.0, 2.0, 2.0, 2.0}), 2);
  REQUIRE(trace.spikes.size() == 4);
  for (std::size_t i = 1; i < trace.spikes.size(); ++i)
    CHECK(trace.spikes[i - 1].key() < trace.spikes[i].key());
  CHECK(trace.states.size() == 4);
}

TEST_CASE("neurons without input spike by themselves where the leak lies above the threshold") {
  const Graph graph = chain_of({1}, {{"n", neurons(LIF, {1}, {.v_leak = 1.2})}}, {1});
  // v_n = 1.2 (1 - 0.9^n) passes 1 first at n = 18: 0.9^18 = 0.150 < 1/6 < 0.9^17.
  const SampleTrace trace = run(graph, {}, {}, 36);
  CHECK(spikes_of(trace, population_of(graph, "n"), 0) == SpikeList{{17, 1}, {35, 1}});
}

TEST_CASE("biases act from the first step on, whatever delay their edge has") {
  const Primitive affine = node::Affine{{{1, 1}, {0}}, {{1}, {0.25}}};
  Semantics semantics;
  semantics.recurrent_delay_steps = 3;
  SUBCASE("a feedback edge") {
    const Graph graph = graph_of({{"input", node::Input{{1}}},
                                  {"n", neurons(I, {1})},
                                  {"w_rec", affine},
                                  {"output", node::Output{{1}}}},
                                 {{"input", "n"}, {"n", "w_rec"}, {"w_rec", "n"}, {"n", "output"}});
    CHECK(states_of(run(graph, semantics, {}, 3), population_of(graph, "n"), 0) ==
          std::vector<double>{0.25, 0.5, 0.75});
  }
  SUBCASE("a feedback edge between linear nodes, its source behind its target") {
    const Graph graph = graph_of(
        {{"input", node::Input{{1}}},
         {"n", neurons(I, {1})},
         {"back", affine},
         {"front", node::Linear{{{1, 1}, {2}}}},
         {"output", node::Output{{1}}}},
        {{"input", "front"}, {"front", "n"}, {"n", "back"}, {"back", "front"}, {"n", "output"}});
    CHECK(states_of(run(graph, semantics, {}, 3), population_of(graph, "n"), 0) ==
          std::vector<double>{0.5, 1.0, 1.5});
  }
  SUBCASE("a synaptic delay and a Delay node") {
    semantics.synaptic_delay_steps = 2;
    const Graph graph = chain_of(
        {1},
        {{"affine", affine}, {"delay", node::Delay{{{1}, {4e-3}}}}, {"n", neurons(I, {1})}},
        {1});
    CHECK(states_of(run(graph, semantics, {}, 3), population_of(graph, "n"), 0) ==
          std::vector<double>{0.25, 0.5, 0.75});
  }
}

TEST_CASE("a population that is reset forgets its state, and what is on its way stays") {
  const Graph graph = chain_of({1}, {{"n", neurons(IF, {1}, {.v_threshold = 10})}}, {1});
  Semantics semantics;
  semantics.synaptic_delay_steps = 1;
  const PopulationId n = population_of(graph, "n");
  StateResets resets{3, {}};
  resets.offset.push_back(std::nullopt);
  resets.offset.push_back(2);
  FloatEngine engine(graph, evaluation_order(graph), semantics, Seconds(1e-3), resets);
  const SampleTrace trace = engine.run(sample_of({1, 1, 1, 1, 1, 1, 1}), 7, true);
  REQUIRE(n == PopulationId{1});
  std::vector<double> v;
  for (const StateFrame& frame : trace.states) v.push_back(frame.v.front());
  CHECK(v == std::vector<double>{0, 1, 1, 2, 3, 1, 2});
}
