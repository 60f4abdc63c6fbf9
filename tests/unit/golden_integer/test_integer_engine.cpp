#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/golden/integer_engine.hpp"

using namespace spikeloom;

namespace {

constexpr PopulationId kInput{0}, kNeurons{1};

// One input element that drives one neuron through one weight.
LoweredNetwork single(const NeuronProfile& profile,
                      std::int16_t weight,
                      std::uint32_t delay = 1,
                      const Arithmetic& arithmetic = {}) {
  LoweredNetwork network;
  network.arithmetic = arithmetic;
  LoweredPopulation input;
  input.name = "in";
  input.size = 1;
  input.is_input = true;
  network.populations.push_back(input);
  LoweredPopulation neurons;
  neurons.name = "lif";
  neurons.size = 1;
  neurons.profiles = {profile};
  network.populations.push_back(neurons);
  network.projections.push_back(
      {kInput, kNeurons, "in -> lif", DenseConnectivity{1, 1, {weight}, delay}, 0});
  network.max_delay = delay;
  return network;
}

NeuronProfile integrator() {
  NeuronProfile profile;
  profile.decay_u = 4096;
  profile.decay_v = 0;
  profile.threshold = 100;
  return profile;
}

Sample pulses(std::vector<std::pair<std::uint32_t, double>> events) {
  Sample sample;
  for (const auto& [step, count] : events) sample.events.push_back({step, 0, count});
  return sample;
}

std::vector<double> v_of(const SampleTrace& trace) {
  std::vector<double> v;
  for (const StateFrame& frame : trace.states) v.push_back(frame.v.at(0));
  return v;
}

std::vector<double> u_of(const SampleTrace& trace) {
  std::vector<double> u;
  for (const StateFrame& frame : trace.states) u.push_back(frame.u.at(0));
  return u;
}

std::vector<std::uint32_t> spike_steps(const SampleTrace& trace, PopulationId population) {
  std::vector<std::uint32_t> steps;
  for (const Spike& spike : trace.spikes)
    if (spike.population == population) steps.push_back(spike.step);
  return steps;
}

using Values = std::vector<double>;
using Steps = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("an input arrives after its delay, from 1 to 15 steps, and wraps around the ring") {
  for (std::uint32_t delay = 1; delay <= 15; ++delay) {
    CAPTURE(delay);
    const LoweredNetwork network = single(integrator(), 3, delay);
    IntegerEngine engine(network);
    const SampleTrace trace = engine.run(pulses({{2, 1}, {20, 1}}), 40, true);
    const Values v = v_of(trace);
    CHECK(v[1 + delay] == 0);
    CHECK(v[2 + delay] == 3 * 64);
    CHECK(v[19 + delay] == 3 * 64);
    CHECK(v[20 + delay] == 6 * 64);
    CHECK(spike_steps(trace, kInput) == Steps{2, 20});
    CHECK(engine.counts().synaptic_events == 2);
    CHECK(engine.counts().neuron_updates == 40);
  }
}

TEST_CASE("several events in a step count as so many spikes") {
  const LoweredNetwork network = single(integrator(), -5);
  IntegerEngine engine(network);
  const SampleTrace trace = engine.run(pulses({{0, 7}}), 2, true);
  CHECK(v_of(trace) == Values{0, -35 * 64});
  CHECK(trace.spikes == std::vector<Spike>{{0, kInput, 0, 7}});
  CHECK(engine.counts().synaptic_events == 7);
}

TEST_CASE("a neuron spikes as often as the threshold fits into v, and keeps the rest") {
  NeuronProfile profile = integrator();  // threshold 100 << 6
  profile.reset = ResetRule::Subtract;
  profile.max_spikes_per_step = 5;
  struct Case {
    Comparison comparison;
    double input;  // of v, in thresholds / 100
    std::uint32_t spikes;
    double rest;
  };
  const std::vector<Case> cases = {{Comparison::Greater, 100, 0, 100},
                                   {Comparison::Greater, 101, 1, 1},
                                   {Comparison::Greater, 300, 2, 100},
                                   {Comparison::GreaterOrEqual, 300, 3, 0},
                                   {Comparison::GreaterOrEqual, 99, 0, 99},
                                   {Comparison::GreaterOrEqual, 599, 5, 99},
                                   {Comparison::GreaterOrEqual, 600, 5, 100},
                                   {Comparison::Greater, 600, 5, 100}};
  for (const Case& c : cases) {
    CAPTURE(c.input);
    CAPTURE(c.spikes);
    profile.comparison = c.comparison;
    const LoweredNetwork network = single(profile, 1);
    IntegerEngine engine(network);
    const SampleTrace trace = engine.run(pulses({{0, c.input}}), 2, true);
    CHECK(v_of(trace)[1] == c.rest * 64);
    CHECK(trace.spikes.size() == (c.spikes == 0 ? 1 : 2));
    if (c.spikes > 0) CHECK(trace.spikes.back() == Spike{1, kNeurons, 0, c.spikes});
    const bool held_back = c.comparison == Comparison::GreaterOrEqual && c.input == 600;
    CHECK(engine.counts().spike_overflows == (held_back ? 1 : 0));
  }
}

TEST_CASE("each of several spikes of a step counts at the targets") {
  NeuronProfile profile = integrator();
  profile.reset = ResetRule::Subtract;
  profile.max_spikes_per_step = kMostSpikesPerStep;
  LoweredNetwork network = single(profile, 127);
  network.projections.push_back(
      {kNeurons, kNeurons, "lif -> lif", DenseConnectivity{1, 1, {-3}, 1}, 2});
  IntegerEngine engine(network);
  const SampleTrace trace = engine.run(pulses({{0, 4}}), 3, true);
  CHECK(trace.spikes.back() == Spike{1, kNeurons, 0, 5});  // of 508
  CHECK(v_of(trace) == Values{0, 8 * 64, (8 - 5 * 3 * 4) * 64});
  CHECK(engine.counts().synaptic_events == 4 + 5);
}

TEST_CASE("leaks of u and v follow the closed form and truncate towards zero") {
  NeuronProfile profile = integrator();
  profile.decay_u = 1024;  // keeps 3/4
  profile.decay_v = 2048;  // keeps 1/2
  for (const int sign : {1, -1}) {
    CAPTURE(sign);
    Arithmetic arithmetic;
    arithmetic.input_shift = 0;
    const LoweredNetwork network =
        single(profile, static_cast<std::int16_t>(sign * 10), 1, arithmetic);
    IntegerEngine engine(network);
    const SampleTrace trace = engine.run(pulses({{0, 1}}), 7, true);
    // u: 10, 7.5 -> 7, 5.25 -> 5, 3.75 -> 3, 2.25 -> 2, 1.5 -> 1; v halves (towards 0), plus u.
    CHECK(u_of(trace) ==
          Values{0, sign * 10.0, sign * 7.0, sign * 5.0, sign * 3.0, sign * 2.0, sign * 1.0});
    CHECK(v_of(trace) ==
          Values{0, sign * 10.0, sign * 12.0, sign * 11.0, sign * 8.0, sign * 6.0, sign * 4.0});
  }
}

TEST_CASE("the threshold is exceeded or reached, as the comparison says") {
  NeuronProfile profile = integrator();
  profile.threshold = 6;
  const auto first_spike = [&] {
    const LoweredNetwork network = single(profile, 2);
    return spike_steps(IntegerEngine(network).run(pulses({{0, 1}, {1, 1}, {2, 1}, {3, 1}}), 6),
                       kNeurons);
  };
  CHECK(first_spike() == Steps{4});
  profile.comparison = Comparison::GreaterOrEqual;
  CHECK(first_spike() == Steps{3});
}

TEST_CASE("reset is to a value or by subtraction, and the lower bound holds after it") {
  NeuronProfile profile = integrator();
  profile.threshold = 6;
  profile.reset_value = -50;
  const Sample input = pulses({{0, 4}});
  const auto v_after = [&](std::int16_t weight) {
    const LoweredNetwork network = single(profile, weight);
    return v_of(IntegerEngine(network).run(input, 2, true))[1];
  };
  CHECK(v_after(2) == -50);
  profile.reset = ResetRule::Subtract;
  CHECK(v_after(2) == 2 * 64);
  CHECK(v_after(-2) == -8 * 64);
  profile.v_min = -300;
  CHECK(v_after(-2) == -300);
}

TEST_CASE("while refractory, u goes on, v is held at reset and nothing is tested") {
  NeuronProfile profile = integrator();
  profile.decay_u = 0;  // u never leaks: the drive stays on
  profile.threshold = 1;
  profile.reset_value = 5;
  profile.refractory_steps = 3;
  const LoweredNetwork network = single(profile, 2);
  const SampleTrace trace = IntegerEngine(network).run(pulses({{0, 1}, {2, 1}}), 10, true);
  CHECK(spike_steps(trace, kNeurons) == Steps{1, 5, 9});
  CHECK(v_of(trace) == Values{0, 5, 5, 5, 5, 5, 5, 5, 5, 5});
  CHECK(u_of(trace) == Values{0, 128, 128, 256, 256, 256, 256, 256, 256, 256});
}

TEST_CASE("sums wrap at their width, u saturates or wraps, v saturates, and each is counted") {
  Arithmetic arithmetic;
  arithmetic.sum_bits = 8;
  NeuronProfile profile = integrator();
  profile.spikes = false;
  const auto run = [&](std::int16_t weight, double count) {
    const LoweredNetwork network = single(profile, weight, 1, arithmetic);
    IntegerEngine engine(network);
    const SampleTrace trace = engine.run(pulses({{0, count}}), 2, true);
    return std::tuple(u_of(trace)[1], v_of(trace)[1], engine.counts());
  };
  {
    const auto [u, v, counts] = run(100, 2);  // 200 - 256
    CHECK(u == -56 * 64);
    CHECK(counts.sum_overflows == 1);
    CHECK(counts.u_overflows == 0);
  }
  arithmetic.u_bits = 12;
  {
    const auto [u, v, counts] = run(-100, 1);
    CHECK(u == -2047);  // symmetric
    CHECK(counts.u_overflows == 1);
    CHECK(counts.v_overflows == 0);
  }
  arithmetic.u_overflow = Overflow::Wrap;
  {
    const auto [u, v, counts] = run(-100, 1);
    CHECK(u == -6400 + 8192);
    CHECK(counts.u_overflows == 1);
  }
  arithmetic.v_bits = 10;
  {
    const auto [u, v, counts] = run(-20, 1);
    CHECK(u == -1280);
    CHECK(v == -511);
    CHECK(counts.u_overflows == 0);
    CHECK(counts.v_overflows == 1);
  }
}

TEST_CASE("a sum that overflows on the way but fits in the end is no overflow") {
  Arithmetic arithmetic;
  arithmetic.sum_bits = 8;
  LoweredNetwork network = single(integrator(), 100, 1, arithmetic);
  network.projections.push_back({kInput, kNeurons, "second", DenseConnectivity{1, 1, {-90}, 1}, 0});
  IntegerEngine engine(network);
  CHECK(v_of(engine.run(pulses({{0, 3}}), 2, true))[1] == 30 * 64);
  CHECK(engine.counts().sum_overflows == 0);
}

TEST_CASE("a bias enters the membrane or the current") {
  NeuronProfile profile = integrator();
  profile.decay_u = 2048;
  profile.threshold = 10000;
  LoweredNetwork network = single(profile, 1);
  network.populations[kNeurons].bias = {100};
  CHECK(v_of(IntegerEngine(network).run({}, 3, true)) == Values{100, 200, 300});
  network.populations[kNeurons].profiles[0].bias_target = BiasTarget::Current;
  CHECK(v_of(IntegerEngine(network).run({}, 3, true)) == Values{100, 250, 425});
}

TEST_CASE("before its start a population rests, and its trace counts steps from there") {
  NeuronProfile profile = integrator();
  LoweredNetwork network = single(profile, 3, 4);
  network.populations[kNeurons].start = 4;
  network.populations[kNeurons].bias = {10};
  network.deepest_start = 4;
  IntegerEngine engine(network);
  const SampleTrace trace = engine.run(pulses({{0, 1}, {2, 1}, {3, 1}, {900, 1}}), 3, true);
  CHECK(v_of(trace) == Values{10 + 192, 20 + 192, 30 + 384});
  CHECK(trace.states.front().step == 0);
  CHECK(trace.states.size() == 3);
  CHECK(engine.counts().neuron_updates == 3);
  CHECK(spike_steps(trace, kInput) == Steps{0, 2});
}

TEST_CASE("what arrives before a population's start is lost, and no overflow") {
  Arithmetic arithmetic;
  arithmetic.sum_bits = 8;
  LoweredNetwork network = single(integrator(), 100, 1, arithmetic);
  network.populations[kNeurons].start = 3;
  network.deepest_start = 3;
  IntegerEngine engine(network);
  // Spikes of steps 0 and 1 arrive in steps 1 and 2, of 2 in 3: the first of the two ring slots is
  // met again at once.
  const SampleTrace trace = engine.run(pulses({{0, 2}, {1, 2}, {2, 1}}), 3, true);
  CHECK(v_of(trace) == Values{6400, 6400, 6400});
  CHECK(engine.counts().sum_overflows == 0);
}

TEST_CASE("events after the last step are checked, but drive, count and record nothing") {
  LoweredNetwork network = single(integrator(), 3, 4);
  network.populations[kNeurons].start = 4;
  network.deepest_start = 4;
  IntegerEngine engine(network);
  const SampleTrace trace = engine.run(pulses({{2, 1}, {3, 1}, {900, 1}}), 3);
  CHECK(spike_steps(trace, kInput) == Steps{2});
  CHECK(engine.counts().synaptic_events == 1);
  CHECK_THROWS_WITH_AS(engine.run(pulses({{900, -1}}), 3),
                       "event of step 900, element 0: value -1.000000 is no whole count from 0 to "
                       "65535, which integer engines need",
                       InputError);
}

TEST_CASE("weights are shifted by the projection's exponent") {
  LoweredNetwork network = single(integrator(), -3);
  network.projections[0].weight_exponent = 4;
  CHECK(v_of(IntegerEngine(network).run(pulses({{0, 1}}), 2, true))[1] == -3 * 16 * 64);
}

TEST_CASE(
    "a negative exponent shifts what a projection brought in a step, towards minus infinity") {
  LoweredNetwork network = single(integrator(), -3);
  network.projections[0].weight_exponent = -2;
  network.projections.push_back(network.projections[0]);
  network.projections[1].weight_exponent = 0;
  // Two spikes at once: floor(-6 / 4) + (-6), not floor(-3 / 4) twice, and not floor(-12 / 4).
  CHECK(v_of(IntegerEngine(network).run(pulses({{0, 2}}), 2, true))[1] == (-2 - 6) * 64);
}

TEST_CASE("u and v are forgotten before the steps of a reset, and what is on its way stays") {
  NeuronProfile profile = integrator();
  profile.decay_u = 0;
  profile.refractory_steps = 9;
  LoweredNetwork network = single(profile, 1, 2);
  network.populations[kNeurons].start = 1;
  network.deepest_start = 1;
  network.resets.period = 3;
  network.resets.offset.push_back(std::nullopt);
  network.resets.offset.push_back(2);
  // A spike of step 1 arrives in step 3, which is the population's step 2: just reset.
  const SampleTrace trace = IntegerEngine(network).run(pulses({{0, 1}, {1, 1}}), 6, true);
  CHECK(u_of(trace) == Values{0, 64, 64, 64, 64, 0});
  CHECK(v_of(trace) == Values{0, 64, 64, 128, 192, 0});
}

TEST_CASE("inputs that are no counts of the input population are refused") {
  const LoweredNetwork network = single(integrator(), 1);
  IntegerEngine engine(network);
  CHECK_THROWS_WITH_AS(engine.run(pulses({{3, 0.5}}), 5),
                       "event of step 3, element 0: value 0.500000 is no whole count from 0 to "
                       "65535, which integer engines need",
                       InputError);
  Sample outside;
  outside.events = {{0, 1, 1.0}};
  CHECK_THROWS_WITH_AS(engine.run(outside, 5),
                       "event of step 0, element 1: input \"in\" has elements 0 to 0",
                       InputError);
}
