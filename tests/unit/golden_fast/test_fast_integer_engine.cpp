#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "tests/unit/golden_fast/drawn_network.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr PopulationId kInput{0}, kNeurons{1};

// One input element that drives one read-out neuron without memory of u.
LoweredNetwork single(std::int16_t weight, std::uint32_t sum_bits, std::int32_t exponent = 0) {
  LoweredNetwork network;
  network.arithmetic.sum_bits = sum_bits;
  network.arithmetic.input_shift = 0;
  network.arithmetic.u_bits = network.arithmetic.v_bits = 32;
  LoweredPopulation input;
  input.name = "in";
  input.size = 1;
  input.is_input = true;
  network.populations.push_back(input);
  LoweredPopulation neurons;
  neurons.name = "li";
  neurons.size = 1;
  NeuronProfile profile;
  profile.decay_u = network.arithmetic.no_memory();
  profile.spikes = false;
  neurons.profiles = {profile};
  network.populations.push_back(neurons);
  network.projections.push_back(
      {kInput, kNeurons, "in -> li", DenseConnectivity{1, 1, {weight}, 1}, exponent});
  return network;
}

Sample pulse(double count) {
  Sample sample;
  sample.events = {{0, 0, count}};
  return sample;
}

std::string refusal_of(FastIntegerEngine& engine, const std::vector<Sample>& samples) {
  try {
    engine.run(samples, 5);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("sums are exact at the borders of every width they may be kept in") {
  for (const std::uint32_t sum_bits : {16U, 31U, 32U})
    for (const int weight : {1, -1, 32767, -32768})
      for (const std::int32_t exponent : {-3, 0, 7})
        for (const double count : {1.0, 2.0, 128.0, 1024.0, 32767.0, 32768.0, 32769.0, 65535.0}) {
          CAPTURE(sum_bits);
          CAPTURE(weight);
          CAPTURE(exponent);
          CAPTURE(count);
          check_equal(
              single(static_cast<std::int16_t>(weight), sum_bits, exponent), {pulse(count)}, 3);
        }
}

TEST_CASE("sums of several projections are exact where they outgrow 32 bits together") {
  for (const int weight : {32767, -32768})
    for (const std::int32_t exponent : {0, 1, 7}) {
      CAPTURE(weight);
      CAPTURE(exponent);
      LoweredNetwork drawn = single(static_cast<std::int16_t>(weight), 32);
      drawn.projections.push_back(drawn.projections.front());
      drawn.projections.back().weight_exponent = exponent;
      check_equal(drawn, {pulse(65535)}, 3);
    }
}

TEST_CASE("several events of an element in one step add up, however many") {
  Sample sample;
  sample.events = {{0, 0, 30000}, {0, 0, 30000}, {1, 0, 1}};
  for (const std::uint32_t sum_bits : {16U, 32U}) {
    CAPTURE(sum_bits);
    check_equal(single(1, sum_bits), {sample}, 3);
  }
}

TEST_CASE("a sum that just fits is no overflow, one more is") {
  for (const double count : {32767.0, 32768.0}) {
    CAPTURE(count);
    const LoweredNetwork drawn = single(1, 16);
    FastIntegerEngine engine(drawn);
    const SampleTrace trace = engine.run(pulse(count), 2, true);
    CHECK(trace.states.at(1).u.at(0) == (count == 32767.0 ? 32767 : -32768));
    CHECK(engine.counts().sum_overflows == (count == 32767.0 ? 0 : 1));
  }
}

TEST_CASE("an engine runs again from the initial state, whatever ran before") {
  Dice dice(5);
  const LoweredNetwork drawn = draw_network(dice);
  const Sample sample = draw_sample(dice, drawn, 20);
  Sample loud = sample;
  for (InputEvent& event : loud.events) event.value = 65535;
  FastIntegerEngine engine(drawn);
  const SampleTrace before = engine.run(sample, 20, true);
  REQUIRE(before.spikes.size() > 100);
  engine.run(std::vector<Sample>{loud, loud}, 20);
  const SampleTrace after = engine.run(sample, 20, true);
  CHECK(after.spikes == before.spikes);
  for (std::size_t i = 0; i < before.states.size(); ++i) {
    CHECK(after.states[i].u == before.states[i].u);
    CHECK(after.states[i].v == before.states[i].v);
  }
}

TEST_CASE("no samples make no traces, and no steps an empty one") {
  const LoweredNetwork drawn = single(1, 16);
  FastIntegerEngine engine(drawn);
  CHECK(engine.run(std::vector<Sample>{}, 5).empty());
  const SampleTrace trace = engine.run(pulse(1), 0, true);
  CHECK(trace.spikes.empty());
  CHECK(trace.states.empty());
  CHECK(engine.counts() == IntegerCounts{});
}

TEST_CASE("the fast engine refuses what the oracle refuses, in any sample of a batch") {
  const LoweredNetwork drawn = single(1, 16);
  FastIntegerEngine engine(drawn);
  CHECK(refusal_of(engine, {pulse(1), pulse(0.5)}) ==
        "event of step 0, element 0: value 0.500000 is no whole count from 0 to 65535, which "
        "integer engines need");
  Sample outside;
  outside.events = {{0, 1, 1.0}};
  CHECK(refusal_of(engine, {outside}) ==
        "event of step 0, element 1: input \"in\" has elements 0 to 0");
  LoweredNetwork silent = drawn;
  silent.populations[kInput].is_input = false;
  silent.populations[kInput].profiles = {NeuronProfile{}};
  FastIntegerEngine inputless(silent);
  CHECK(refusal_of(inputless, {pulse(1)}) ==
        "a sample drives one input population, the network has 0");
}
