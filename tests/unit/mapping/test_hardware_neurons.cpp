#include <doctest/doctest.h>

#include <algorithm>

#include "models/base/error.hpp"
#include "models/mapping/hardware_neurons.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kBit = 24;  // of the first flag, in beat 1 of a profile

CoreImage one_neuron(const CoreProfile& profile = {}) {
  CoreImage core;
  core.profiles = {profile};
  core.profile_of = {0};
  core.bias = {0};
  core.sends = {0};
  return core;
}

std::vector<ConfigurationWrite> writes_to(HardwareMemory memory, const CoreImage& core) {
  std::vector<ConfigurationWrite> writes = hardware_neurons(core, {});
  std::erase_if(writes, [&](const ConfigurationWrite& write) { return write.memory != memory; });
  return writes;
}

std::uint32_t flags_of(const NeuronProfile& neuron) {
  return writes_to(HardwareMemory::Profile, one_neuron({neuron}))[1].data >> kBit;
}

TEST_CASE("the control registers of a core are its number of neurons and its key base") {
  CoreImage core = one_neuron();
  core.key_base = 0xABCD0000;
  using enum HardwareMemory;
  CHECK(writes_to(Control, core) ==
        std::vector<ConfigurationWrite>{{Control, 0, 0, 1}, {Control, 1, 0, 0xABCD0000}});
}

TEST_CASE("a neuron is written as its bias, then its profile and whether it sends") {
  CoreImage core;
  core.profiles.resize(3);
  core.profile_of = {2, 1};
  core.bias = {-5, 7};
  core.sends = {1, 0};
  using enum HardwareMemory;
  CHECK(writes_to(Neuron, core) == std::vector<ConfigurationWrite>{{Neuron, 0, 0, 0xFFFFFFFB},
                                                                   {Neuron, 0, 1, 0x10002},
                                                                   {Neuron, 1, 0, 7},
                                                                   {Neuron, 1, 1, 1}});
}

TEST_CASE("a profile is written in nine beats") {
  CoreProfile profile;
  profile.neuron.decay_u = 0x123;
  profile.neuron.decay_v = 0x1000;
  profile.neuron.threshold = 0x1FFFF;
  profile.neuron.reset_value = -2;
  profile.neuron.v_min = -3;
  profile.neuron.refractory_steps = 63;
  profile.start = 4;
  profile.reset_period = 6;
  profile.reset_offset = 5;
  const std::uint32_t expected[] = {
      0x10000123, 0x1FFFF | 1U << kBit, 0xFFFFFFFE, 0xFFFFFFFD, 63, 1, 4, 6, 5};
  const auto writes = writes_to(HardwareMemory::Profile, one_neuron(profile));
  REQUIRE(writes.size() == std::size(expected));
  for (std::uint32_t beat = 0; beat < writes.size(); ++beat)
    CHECK(writes[beat] == ConfigurationWrite{HardwareMemory::Profile, 0, beat, expected[beat]});
}

TEST_CASE("each mode of a neuron has a flag of its own") {
  NeuronProfile none;
  none.spikes = false;
  CHECK(flags_of(none) == 0);
  const auto flag = [&](auto set) {
    NeuronProfile profile = none;
    set(profile);
    return flags_of(profile);
  };
  CHECK(flag([](NeuronProfile& p) { p.spikes = true; }) == 1);
  CHECK(flag([](NeuronProfile& p) { p.comparison = Comparison::GreaterOrEqual; }) == 2);
  CHECK(flag([](NeuronProfile& p) { p.reset = ResetRule::Subtract; }) == 4);
  CHECK(flag([](NeuronProfile& p) { p.bias_target = BiasTarget::Current; }) == 8);
  CHECK(flag([](NeuronProfile& p) { p.synapse_order = SynapseOrder::Old; }) == 16);
  CHECK(flag([](NeuronProfile& p) { p.threshold_test = ThresholdTest::BeforeUpdate; }) == 32);
  CHECK(flag([](NeuronProfile& p) { p.reset_time = ResetTime::NextStep; }) == 64);
  CHECK(flag([](NeuronProfile& p) { p.reset_decays = true; }) == 128);
}

TEST_CASE("no lower bound of v is written as the least number of v_bits") {
  const auto writes = writes_to(HardwareMemory::Profile, one_neuron());
  CHECK(writes[3].data == 0xFF800000);  // 24 bits
}

TEST_CASE("what does not fit the hardware of a neuron is refused") {
  CoreProfile profile;
  profile.neuron.reset_value = 1 << 23;
  CHECK_THROWS_WITH_AS(hardware_neurons(one_neuron(profile), {}),
                       "mapping#profiles: profile 0 has reset_value 8388608, allowed is -8388608 "
                       "to 8388607 (v_bits = 24)",
                       InputError);
  profile = {};
  profile.neuron.v_min = 1 << 23;
  CHECK_THROWS_WITH_AS(hardware_neurons(one_neuron(profile), {}),
                       "mapping#profiles: profile 0 has v_min 8388608, allowed is -8388608 to "
                       "8388607 (v_bits = 24)",
                       InputError);
  profile = {};
  profile.neuron.max_spikes_per_step = 2;
  CHECK_THROWS_WITH_AS(hardware_neurons(one_neuron(profile), {}),
                       "mapping#profiles: profile 0 has max_spikes_per_step 2, allowed is 1 to 1",
                       InputError);
}

TEST_CASE("a bias has the bits of the largest mantissa and exponent, at most 32") {
  Arithmetic arithmetic;
  CHECK(bias_bits(arithmetic) == 20);
  arithmetic.bias_mantissa_bits = 2;
  arithmetic.bias_exponent_bits = 0;
  CHECK(bias_bits(arithmetic) == 2);
  arithmetic.bias_mantissa_bits = 24;
  arithmetic.bias_exponent_bits = 4;
  CHECK(bias_bits(arithmetic) == 32);
}

}  // namespace
}  // namespace spikeloom
