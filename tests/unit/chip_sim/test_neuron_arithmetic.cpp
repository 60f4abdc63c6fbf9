#include <doctest/doctest.h>

#include "sim/chip/neuron_arithmetic.hpp"

namespace spikeloom::chip_sim {
namespace {

NeuronProfile half_leaks() {
  NeuronProfile profile;
  profile.decay_u = profile.decay_v = 2048;  // of 2^12: half is kept
  profile.threshold = 100;                   // << 6
  return profile;
}

TEST_CASE("decays move towards zero for either sign") {
  NeuronState state = {-3, -5, 0};
  CHECK_FALSE(NeuronDatapath(half_leaks(), {}).step(state, 0, 0));
  CHECK(state.u == -1);
  CHECK(state.v == -2 - 1);
}

TEST_CASE("a sum is read as signed in its width, then shifted") {
  Arithmetic arithmetic;
  arithmetic.sum_bits = 8;
  NeuronState state;
  NeuronDatapath(half_leaks(), arithmetic).step(state, 0x1FF, 0);
  CHECK(state.u == -64);
}

TEST_CASE("u wraps or saturates, v saturates, symmetrically") {
  Arithmetic arithmetic;
  arithmetic.u_bits = 8;
  arithmetic.v_bits = 8;
  NeuronProfile profile = half_leaks();
  profile.spikes = false;
  NeuronState state;
  NeuronDatapath(profile, arithmetic).step(state, 3, 100);
  CHECK(state.u == 127);
  CHECK(state.v == 127);
  arithmetic.u_overflow = Overflow::Wrap;
  state = {};
  NeuronDatapath(profile, arithmetic).step(state, 3, -100);
  CHECK(state.u == 192 - 256);
  CHECK(state.v == -127);  // symmetric
}

TEST_CASE("the threshold is crossed above it, or at it if the profile says so") {
  NeuronProfile profile = half_leaks();
  NeuronState state;
  CHECK_FALSE(NeuronDatapath(profile, {}).step(state, 0, 6400));
  CHECK(state.v == 6400);
  profile.comparison = Comparison::GreaterOrEqual;
  state = {};
  CHECK(NeuronDatapath(profile, {}).step(state, 0, 6400));
  CHECK(state.v == 0);
}

TEST_CASE("a spike resets by value or by subtraction, not below the floor") {
  NeuronProfile profile = half_leaks();
  profile.reset = ResetRule::Subtract;
  NeuronState state;
  CHECK(NeuronDatapath(profile, {}).step(state, 0, 6450));
  CHECK(state.v == 50);
  profile.reset = ResetRule::ToValue;
  profile.reset_value = -900;
  profile.v_min = -700;
  state = {};
  CHECK(NeuronDatapath(profile, {}).step(state, 0, 6450));
  CHECK(state.v == -700);
}

TEST_CASE("a neuron spikes as often as thresholds were passed, and keeps the rest") {
  NeuronProfile profile = half_leaks();
  profile.reset = ResetRule::Subtract;
  profile.max_spikes_per_step = 5;
  const auto spikes_at = [&](std::int32_t v) {
    NeuronState state;
    const std::uint32_t spikes = NeuronDatapath(profile, {}).step(state, 0, v);
    CHECK(state.v == v - static_cast<std::int32_t>(spikes) * 6400);
    return spikes;
  };
  CHECK(spikes_at(6400) == 0);
  CHECK(spikes_at(6401) == 1);
  CHECK(spikes_at(12800) == 1);
  CHECK(spikes_at(12801) == 2);
  CHECK(spikes_at(-6401) == 0);
  CHECK(spikes_at(100 * 6400) == 5);
  profile.comparison = Comparison::GreaterOrEqual;
  CHECK(spikes_at(6399) == 0);
  CHECK(spikes_at(6400) == 1);
  CHECK(spikes_at(19200) == 3);
}

TEST_CASE("a refractory neuron keeps its current and rests at the reset value") {
  NeuronProfile profile = half_leaks();
  profile.refractory_steps = 2;
  profile.reset_value = 5;
  const NeuronDatapath datapath(profile, {});
  NeuronState state;
  CHECK(datapath.step(state, 200, 0));
  for (int rest = 0; rest < 2; ++rest) {
    CHECK_FALSE(datapath.step(state, 200, 0));
    CHECK(state.v == 5);
  }
  CHECK(state.u == 12800 + 6400 + 3200);
  CHECK(datapath.step(state, 200, 0));
}

TEST_CASE("a bias drives the membrane or the current") {
  NeuronProfile profile = half_leaks();
  profile.bias_target = BiasTarget::Current;
  NeuronState state;
  NeuronDatapath(profile, {}).step(state, 0, 10);
  CHECK(state.u == 10);
  CHECK(state.v == 10);
}

}  // namespace
}  // namespace spikeloom::chip_sim
