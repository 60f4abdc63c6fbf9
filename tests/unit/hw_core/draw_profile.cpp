#include "tests/unit/hw_core/draw_profile.hpp"

#include <algorithm>

namespace spikeloom::test {
namespace {

std::int64_t anything(Draw& draw, std::int64_t low, std::int64_t high) {
  const std::uint64_t bits =
      std::uint64_t{draw.between(0, UINT32_MAX)} << 32 | draw.between(0, UINT32_MAX);
  return low + static_cast<std::int64_t>(bits % (static_cast<std::uint64_t>(high - low) + 1));
}

// A spike's reset: each rule with what it needs.
void draw_reset(Draw& draw, NeuronProfile& profile, std::uint32_t most) {
  const bool several = most > 1 && draw.one_in(2);
  if (several || draw.one_in(2)) profile.reset = ResetRule::Subtract;
  if (several) profile.max_spikes_per_step = draw.one_in(2) ? most : draw.between(1, most);
  if (profile.reset == ResetRule::Subtract && draw.one_in(3))
    profile.threshold_test = ThresholdTest::BeforeUpdate;
  else if (draw.one_in(3))
    profile.reset_time = ResetTime::NextStep;
  profile.reset_decays = draw.one_in(2);
  const bool later = profile.reset_time == ResetTime::NextStep;
  if (several || later) profile.threshold = std::max(profile.threshold, 1U);
  if (!several && !later && draw.one_in(2)) profile.refractory_steps = draw.between(0, 63);
}

}  // namespace

std::int64_t draw_number(Draw& draw, std::int64_t low, std::int64_t high) {
  if (draw.one_in(2)) return anything(draw, low, high);
  const std::int64_t places[] = {low, 0, high};
  const std::int64_t beside = std::int64_t{draw.between(0, 4)} - 2;
  return std::clamp(places[draw.between(0, 2)] + beside, low, high);
}

std::int64_t draw_signed(Draw& draw, std::uint32_t bits) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return draw_number(draw, -half, half - 1);
}

NeuronProfile draw_neuron_profile(Draw& draw, const Arithmetic& arithmetic, std::uint32_t most) {
  NeuronProfile profile;
  profile.decay_u = static_cast<std::uint32_t>(draw_number(draw, 0, arithmetic.no_memory()));
  profile.decay_v = static_cast<std::uint32_t>(draw_number(draw, 0, arithmetic.no_memory()));
  const std::int64_t some = std::min<std::int64_t>(arithmetic.threshold_max(), 40);
  profile.threshold = static_cast<std::uint32_t>(
      draw_number(draw, 0, draw.one_in(2) ? some : arithmetic.threshold_max()));
  profile.spikes = !draw.one_in(8);
  if (draw.one_in(2)) profile.comparison = Comparison::GreaterOrEqual;
  profile.reset_value = static_cast<std::int32_t>(draw_signed(draw, arithmetic.v_bits));
  if (draw.one_in(2))
    profile.v_min =
        static_cast<std::int32_t>(draw_number(draw, -arithmetic.v_max() - 1, profile.reset_value));
  if (draw.one_in(2)) profile.synapse_order = SynapseOrder::Old;
  if (draw.one_in(2)) profile.bias_target = BiasTarget::Current;
  draw_reset(draw, profile, most);
  return profile;
}

CoreProfile draw_core_profile(Draw& draw, const Arithmetic& arithmetic, std::uint32_t most) {
  CoreProfile profile;
  profile.neuron = draw_neuron_profile(draw, arithmetic, most);
  if (draw.one_in(2)) profile.start = draw.between(1, 4);
  if (draw.one_in(2)) profile.reset_period = draw.between(1, 5);
  if (profile.reset_period > 0) profile.reset_offset = draw.between(0, profile.reset_period - 1);
  return profile;
}

}  // namespace spikeloom::test
