// sl_neuron_unit against the model's datapath: numbers of all modes and widths, stage by stage.

#include <VunitLoihi.h>
#include <VunitMixed.h>
#include <VunitNarrow.h>
#include <VunitWide.h>
#include <VunitWrapping.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "sim/chip/neuron_arithmetic.hpp"
#include "tests/unit/hw_core/draw_profile.hpp"
#include "tests/unit/hw_core/rtl_clock.hpp"

namespace spikeloom::test {
namespace {

using chip_sim::NeuronDatapath;
using chip_sim::NeuronState;

constexpr std::uint32_t kSteps = 1'200'000;
constexpr std::uint32_t kStepsPerProfile = 16;

/// Of the model `Vunit...` in CMakeLists.txt.
struct Widths {
  Arithmetic arithmetic;
  std::uint32_t latency, bias_bits, most_spikes;
};

struct Expected {
  NeuronState state;
  std::uint32_t count;
};

std::uint64_t low_bits(std::int64_t value, std::uint32_t bits) {
  return static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << bits) - 1);
}

template <typename Unit>
class UnitBench {
 public:
  explicit UnitBench(const Widths& widths) : widths_(widths) {
    unit_.rst_ni = 1;
    unit_.clk_i = 0;
    unit_.eval();
  }

  void apply(const NeuronProfile& profile) {
    const std::uint32_t v_bits = widths_.arithmetic.v_bits;
    const std::int64_t least = -widths_.arithmetic.v_max() - 1;
    drive(unit_.decay_u_i, profile.decay_u);
    drive(unit_.decay_v_i, profile.decay_v);
    drive(unit_.threshold_i, profile.threshold);
    drive(unit_.reset_value_i, low_bits(profile.reset_value, v_bits));
    drive(unit_.v_min_i, low_bits(std::max<std::int64_t>(profile.v_min, least), v_bits));
    drive(unit_.refractory_steps_i, profile.refractory_steps);
    drive(unit_.max_spikes_i, profile.max_spikes_per_step);
    drive(unit_.spikes_i, profile.spikes);
    drive(unit_.or_equal_i, profile.comparison == Comparison::GreaterOrEqual);
    drive(unit_.subtracts_i, profile.reset == ResetRule::Subtract);
    drive(unit_.bias_to_current_i, profile.bias_target == BiasTarget::Current);
    drive(unit_.old_current_i, profile.synapse_order == SynapseOrder::Old);
    drive(unit_.tests_before_i, profile.threshold_test == ThresholdTest::BeforeUpdate);
    drive(unit_.resets_later_i, profile.reset_time == ResetTime::NextStep);
    drive(unit_.reset_decays_i, profile.reset_decays);
  }

  void apply(const NeuronState& state, std::uint32_t sum, std::int32_t bias) {
    drive(unit_.u_i, low_bits(state.u, widths_.arithmetic.u_bits));
    drive(unit_.v_i, low_bits(state.v, widths_.arithmetic.v_bits));
    drive(unit_.refractory_i, state.refractory);
    drive(unit_.sum_i, low_bits(sum, widths_.arithmetic.sum_bits));
    drive(unit_.bias_i, low_bits(bias, widths_.bias_bits));
  }

  void clock(bool enable) {
    drive(unit_.enable_i, enable);
    unit_.clk_i = 1;
    unit_.eval();
    unit_.clk_i = 0;
    unit_.eval();
  }

  bool shows(const Expected& expected) const {
    return unit_.u_o == low_bits(expected.state.u, widths_.arithmetic.u_bits) &&
           unit_.v_o == low_bits(expected.state.v, widths_.arithmetic.v_bits) &&
           unit_.refractory_o == expected.state.refractory && unit_.count_o == expected.count;
  }

 private:
  Widths widths_;
  Unit unit_;
};

NeuronState draw_state(Draw& draw, const Arithmetic& arithmetic, const NeuronProfile& profile) {
  NeuronState state;
  const std::int64_t u_min = -arithmetic.u_max() - (arithmetic.u_overflow == Overflow::Wrap);
  state.u = static_cast<std::int32_t>(draw_number(draw, u_min, arithmetic.u_max()));
  const std::int64_t threshold = std::int64_t{profile.threshold} << arithmetic.threshold_shift;
  const std::int64_t near = threshold * draw.between(0, 5) + draw.between(0, 2) - 1;
  state.v = static_cast<std::int32_t>(
      draw.one_in(3) ? std::clamp(near, -arithmetic.v_max(), arithmetic.v_max())
                     : draw_signed(draw, arithmetic.v_bits));
  if (profile.refractory_steps > 0 && draw.one_in(3))
    state.refractory = draw.between(1, profile.refractory_steps);
  return state;
}

/// How often a case came up.
struct Seen {
  std::uint32_t spiking = 0, several = 0, silent = 0;
  void add(std::uint32_t count) {
    spiking += count > 0;
    several += count > 1;
    silent += count == 0;
  }
};

template <typename Unit>
Seen compare(const Widths& widths) {
  Draw draw(widths.latency);
  UnitBench<Unit> bench(widths);
  std::deque<Expected> under_way;
  NeuronProfile profile;
  Seen seen;
  for (std::uint32_t i = 0; i < kSteps; ++i) {
    CAPTURE(i);
    if (i % kStepsPerProfile == 0) {
      profile = draw_neuron_profile(draw, widths.arithmetic, widths.most_spikes);
      bench.apply(profile);
    }
    const NeuronDatapath datapath(profile, widths.arithmetic);
    Expected next{draw_state(draw, widths.arithmetic, profile), 0};
    const auto sum = static_cast<std::uint32_t>(draw_signed(draw, widths.arithmetic.sum_bits));
    const auto bias = static_cast<std::int32_t>(draw_signed(draw, widths.bias_bits));
    bench.apply(next.state, sum, bias);
    next.count = datapath.step(next.state, sum, bias);
    seen.add(next.count);
    while (draw.one_in(4)) bench.clock(false);
    bench.clock(true);
    under_way.push_back(next);
    if (under_way.size() < widths.latency) continue;
    REQUIRE(bench.shows(under_way.front()));
    under_way.pop_front();
  }
  return seen;
}

TEST_CASE("the unit steps a neuron as the model does, in Loihi's widths") {
  const Seen seen = compare<VunitLoihi>({Arithmetic{}, 1, 20, 1});
  CHECK(seen.spiking > kSteps / 10);
  CHECK(seen.silent > kSteps / 10);
}

TEST_CASE("the unit steps a neuron as the model does, in 8 bits and with up to 255 spikes") {
  Arithmetic narrow;
  narrow.sum_bits = narrow.u_bits = narrow.v_bits = 8;
  narrow.input_shift = narrow.threshold_shift = 0;
  narrow.decay_bits = 4;
  narrow.threshold_bits = 6;
  const Seen seen = compare<VunitNarrow>({narrow, 2, 9, 255});
  CHECK(seen.several > kSteps / 100);
  CHECK(seen.silent > kSteps / 10);
}

TEST_CASE("the unit steps a neuron as the model does, with a current that wraps") {
  Arithmetic wrapping;
  wrapping.sum_bits = wrapping.u_bits = 16;
  wrapping.u_overflow = Overflow::Wrap;
  wrapping.input_shift = 2;
  wrapping.v_bits = 20;
  wrapping.threshold_bits = 12;
  wrapping.threshold_shift = 4;
  const Seen seen = compare<VunitWrapping>({wrapping, 4, 16, 7});
  CHECK(seen.several > kSteps / 100);
  CHECK(seen.silent > kSteps / 10);
}

TEST_CASE("the unit steps a neuron as the model does, in the widest formats") {
  Arithmetic wide;
  wide.sum_bits = wide.u_bits = wide.v_bits = 32;
  wide.input_shift = wide.threshold_shift = 8;
  wide.decay_bits = 15;
  wide.threshold_bits = 24;
  const Seen seen = compare<VunitWide>({wide, 3, 32, 255});
  CHECK(seen.several > kSteps / 100);
  CHECK(seen.silent > kSteps / 10);
}

TEST_CASE("the unit steps a neuron as the model does, with widths far apart") {
  Arithmetic mixed;
  mixed.sum_bits = mixed.v_bits = 32;
  mixed.u_bits = mixed.decay_bits = 8;
  mixed.u_overflow = Overflow::Wrap;
  mixed.input_shift = 0;
  mixed.threshold_bits = 1;
  mixed.threshold_shift = 8;
  const Seen seen = compare<VunitMixed>({mixed, 1, 12, 3});
  CHECK(seen.several > kSteps / 100);
  CHECK(seen.silent > kSteps / 10);
}

}  // namespace
}  // namespace spikeloom::test
