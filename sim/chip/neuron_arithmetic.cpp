#include "sim/chip/neuron_arithmetic.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {
namespace {

/// The low `bits` of `value`, read as two's complement.
std::int64_t sign_extended(std::uint64_t value, std::uint32_t bits) {
  const std::uint32_t unused = 64 - bits;
  return static_cast<std::int64_t>(value << unused) >> unused;
}

}  // namespace

NeuronDatapath::NeuronDatapath(const NeuronProfile& profile, const Arithmetic& arithmetic)
    : sum_bits_(arithmetic.sum_bits),
      input_shift_(arithmetic.input_shift),
      decay_bits_(arithmetic.decay_bits),
      u_bits_(arithmetic.u_bits),
      u_wraps_(arithmetic.u_overflow == Overflow::Wrap),
      u_max_(arithmetic.u_max()),
      v_max_(arithmetic.v_max()),
      keep_u_(std::int64_t{arithmetic.no_memory()} - profile.decay_u),
      keep_v_(std::int64_t{arithmetic.no_memory()} - profile.decay_v),
      threshold_(std::int64_t{profile.threshold} << arithmetic.threshold_shift),
      reset_value_(profile.reset_value),
      v_min_(profile.v_min),
      spikes_(profile.spikes),
      or_equal_(profile.comparison == Comparison::GreaterOrEqual),
      subtracts_(profile.reset == ResetRule::Subtract),
      bias_to_current_(profile.bias_target == BiasTarget::Current),
      old_current_(profile.synapse_order == SynapseOrder::Old),
      tests_before_(profile.threshold_test == ThresholdTest::BeforeUpdate),
      resets_later_(profile.reset_time == ResetTime::NextStep),
      reset_decays_(profile.reset_decays || profile.reset == ResetRule::ToValue),
      refractory_steps_(profile.refractory_steps),
      max_spikes_(profile.max_spikes_per_step) {}

// The magnitude is shifted, so the result moves towards zero for either sign.
std::int64_t NeuronDatapath::decayed(std::int64_t value, std::int64_t keep) const {
  const std::int64_t magnitude = ((value < 0 ? -value : value) * keep) >> decay_bits_;
  return value < 0 ? -magnitude : magnitude;
}

std::int64_t NeuronDatapath::limited_u(std::int64_t u) const {
  if (u_wraps_) return sign_extended(static_cast<std::uint64_t>(u), u_bits_);
  return std::clamp(u, -u_max_, u_max_);
}

// How many thresholds v has passed: one, and those that fit into what is beyond it.
std::uint32_t NeuronDatapath::spikes_of(std::int64_t v) const {
  const std::int64_t beyond = v - threshold_ - (or_equal_ ? 0 : 1);
  if (!spikes_ || beyond < 0) return 0;
  if (max_spikes_ == 1) return 1;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(1 + beyond / threshold_, max_spikes_));
}

std::int64_t NeuronDatapath::reset(std::int64_t v, std::uint32_t spikes) const {
  return subtracts_ ? v - spikes * threshold_ : reset_value_;
}

// What a step keeps of v after `earlier` spikes whose reset is due in it.
std::int64_t NeuronDatapath::kept_v(std::int64_t v, std::uint32_t earlier) const {
  if (earlier == 0) return decayed(v, keep_v_);
  if (reset_decays_) return decayed(reset(v, earlier), keep_v_);
  return decayed(v, keep_v_) - earlier * threshold_;
}

std::uint32_t NeuronDatapath::step(NeuronState& state, std::uint32_t sum, std::int32_t bias) const {
  const std::int64_t input = sign_extended(sum, sum_bits_) << input_shift_;
  const std::int64_t u =
      limited_u(decayed(state.u, keep_u_) + input + (bias_to_current_ ? bias : 0));
  const std::int64_t current = old_current_ ? state.u : u;
  state.u = static_cast<std::int32_t>(u);
  if (state.refractory > 0) {
    --state.refractory;
    state.v = static_cast<std::int32_t>(reset_value_);
    return 0;
  }
  const std::uint32_t earlier = tests_before_ || resets_later_ ? spikes_of(state.v) : 0;
  const std::int64_t driven = kept_v(state.v, earlier) + current + (bias_to_current_ ? 0 : bias);
  std::int64_t v = std::clamp(driven, -v_max_, v_max_);
  const std::uint32_t spikes = tests_before_ ? earlier : spikes_of(v);
  if (spikes > 0) state.refractory = refractory_steps_;
  if (spikes > 0 && !tests_before_ && !resets_later_) v = reset(v, spikes);
  state.v = static_cast<std::int32_t>(std::max(v, v_min_));
  return spikes;
}

}  // namespace spikeloom::chip_sim
