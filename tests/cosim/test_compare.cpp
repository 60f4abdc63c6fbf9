#include <doctest/doctest.h>

#include "sim/cosim/compare.hpp"

using spikeloom::Compared;
using spikeloom::PopulationId;
using spikeloom::SampleTrace;
using spikeloom::Spike;
using spikeloom::SpikeComparison;

namespace {

Spike spike(std::uint32_t step, std::uint32_t neuron, std::uint32_t value = 1) {
  return {step, PopulationId{2}, neuron, value};
}

SampleTrace trace(std::vector<Spike> spikes) { return {std::move(spikes), {}}; }

}  // namespace

TEST_CASE("equal traces have no mismatch") {
  SpikeComparison comparison;
  comparison.add(0, trace({spike(1, 4), spike(3, 0)}), trace({spike(1, 4), spike(3, 0)}));
  CHECK(comparison.mismatched() == 0);
  CHECK_FALSE(comparison.first().has_value());
}

TEST_CASE("missing, extra and different spikes each count once, and the first is located") {
  SpikeComparison comparison;
  comparison.add(0, trace({}), trace({}));
  comparison.add(7,
                 trace({spike(1, 4), spike(2, 5), spike(3, 0, 2)}),
                 trace({spike(1, 4), spike(2, 6), spike(3, 0, 1)}));
  CHECK(comparison.mismatched() == 3);
  REQUIRE(comparison.first().has_value());
  CHECK(comparison.first()->sample == 7);
  CHECK(comparison.first()->step == 2);
  CHECK(comparison.first()->neuron == 5);
  CHECK(comparison.first()->expected == 1);
  CHECK(comparison.first()->found == 0);
  CHECK(comparison.by_cause().at("unexplained") == 3);
}

TEST_CASE("a trace that ends early differs in all the rest") {
  SpikeComparison comparison;
  comparison.add(0, trace({spike(1, 0), spike(2, 0)}), trace({spike(1, 0)}));
  comparison.add(1, trace({}), trace({spike(9, 9)}));
  CHECK(comparison.mismatched() == 2);
  CHECK(comparison.first()->sample == 0);
}

TEST_CASE("populations that do not spike are compared by their potential") {
  const auto with_v = [](double v) {
    SampleTrace result;
    result.states = {{0, PopulationId{0}, {}, {9.0}}, {0, PopulationId{1}, {}, {1.0, v}}};
    return result;
  };
  SpikeComparison comparison({Compared::Spikes, Compared::Potential});
  comparison.add(0, with_v(2.0), with_v(2.0));
  CHECK(comparison.mismatched() == 0);
  comparison.add(1, with_v(2.0), with_v(3.0));
  CHECK(comparison.mismatched() == 1);
  REQUIRE(comparison.first().has_value());
  CHECK(comparison.first()->quantity == "v");
  CHECK(comparison.first()->neuron == 1);
  CHECK(comparison.first()->expected == 2.0);
  CHECK(comparison.first()->found == 3.0);
}

TEST_CASE("the first mismatch is the earliest, whatever was compared first") {
  SampleTrace golden = trace({spike(5, 0)});
  SampleTrace chip = trace({});
  golden.states = {{1, PopulationId{0}, {}, {1.0}}};
  chip.states = {{1, PopulationId{0}, {}, {2.0}}};
  SpikeComparison comparison({Compared::Potential});
  comparison.add(0, golden, chip);
  CHECK(comparison.mismatched() == 2);
  CHECK(comparison.first()->step == 1);
}

TEST_CASE("inputs are not compared: all engines are given the same ones") {
  SampleTrace with_input = trace({});
  with_input.spikes = {{0, PopulationId{0}, 3, 1}};
  SpikeComparison comparison({Compared::Nothing});
  comparison.add(0, with_input, trace({}));
  CHECK(comparison.mismatched() == 0);
}
