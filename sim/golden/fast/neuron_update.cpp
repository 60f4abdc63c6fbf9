#include "sim/golden/fast/neuron_update.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/vector_clones.hpp"
#include "sim/golden/fast/low_bits.hpp"

namespace spikeloom::fast {
namespace {

// Shorter runs of neurons of one profile are not worth blocks of their own.
constexpr std::size_t kShortestRun = 32;

// Everything that a step of a block reads and writes.
struct BlockArrays {
  const std::int32_t* __restrict sums;
  const std::int32_t* __restrict bias;
  const double* __restrict kept_u;
  const double* __restrict kept_v;
  const std::int32_t* __restrict most_quiet;
  const std::int32_t* __restrict kept_mask;
  const std::int32_t* __restrict reset_term;
  const std::int32_t* __restrict reset_value;
  const std::int32_t* __restrict v_min;
  const std::int32_t* __restrict refractory_steps;
  const std::int32_t* __restrict current_mask;
  const std::int32_t* __restrict most_spikes;
  const double* __restrict spike_step;
  const std::int32_t* __restrict old_current;
  const std::int32_t* __restrict in_update;
  const std::int32_t* __restrict tests_before;
  const std::int32_t* __restrict decays;
  std::int32_t* __restrict u;
  std::int32_t* __restrict v;
  std::int32_t* __restrict refractory_left;
  std::uint8_t* __restrict spiked;
  std::int32_t* __restrict spikes;
};

// Truncation towards zero is what the conversion to integer does; the product of a 32-bit state and
// a factor of at most 16 bits has no rounding in a double.
std::int32_t decayed(std::int32_t x, double kept) {
  return static_cast<std::int32_t>(static_cast<double>(x) * kept);
}

template <typename Wide>
Wide within(Wide x, Wide most) {
  const Wide below = x < most ? x : most;
  return below > -most ? below : -most;
}

// Modulo 2^32: what is computed for neurons that do not spike is not used, and may not fit.
std::int32_t sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

// Of a v that spikes: once for the first value above the quiet ones, and again for every threshold
// beyond it; at most one more than is ever allowed. The quotient of two 32-bit integers, rounded to
// a double, never reaches the next integer.
std::int32_t spikes_at(std::int32_t v, std::int32_t most_quiet, double spike_step) {
  const double further = (static_cast<double>(v) - most_quiet - 1.0) / spike_step;
  const double bounded = further < kMostSpikesPerStep ? further : double{kMostSpikesPerStep};
  return 1 + static_cast<std::int32_t>(bounded > 0.0 ? bounded : 0.0);
}

// Spikes of the v that a step begins with, if their reset is a term of the update: what v is when
// it decays, and what is added then.
template <typename Wide>
struct EarlierSpikes {
  std::int32_t spikes, fitting, v_kept;
  Wide reset;
};

template <typename Wide>
EarlierSpikes<Wide> earlier_spikes(const BlockArrays& a, std::uint32_t i, std::int32_t v) {
  const std::int32_t quiet = a.most_quiet[i], most = a.most_spikes[i], term = a.reset_term[i];
  const std::int32_t fitting = spikes_at(v, quiet, a.spike_step[i]);
  const std::int32_t all = v > quiet ? (fitting < most ? fitting : most) : 0;
  const std::int32_t spikes = all & a.in_update[i];
  const std::int32_t decays = spikes != 0 ? a.decays[i] : 0;
  const std::int32_t after = sum(v & a.kept_mask[i], term * spikes);
  return {spikes, fitting, decays != 0 ? after : v, decays != 0 ? Wide{0} : Wide{term} * spikes};
}

// The equations of arithmetic.hpp. `Wide` holds the exact right-hand sides.
template <typename Wide, bool kWrapU, bool kRefractory, bool kUncommon>
SPIKELOOM_VECTOR_CLONES void step_block(const BlockArrays a,
                                        std::uint32_t count,
                                        const Arithmetic& arithmetic,
                                        UpdateCounts& counts) {
  const auto most_u = static_cast<Wide>(arithmetic.u_max());
  const auto most_v = static_cast<Wide>(arithmetic.v_max());
  const std::uint32_t shift = arithmetic.input_shift, u_bits = arithmetic.u_bits;
  std::uint32_t u_overflows = 0, v_overflows = 0, spike_overflows = 0, v_changes = 0;
  // All loads come first and unconditional, or the compiler takes the loop for one with branches.
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t bias = a.bias[i], into_u = bias & a.current_mask[i];
    const std::int32_t reset_value = a.reset_value[i], v_min = a.v_min[i], v_before = a.v[i];
    const std::int32_t u_before = a.u[i];
    const Wide exact_u = Wide{decayed(u_before, a.kept_u[i])} + (Wide{a.sums[i]} << shift) + into_u;
    const Wide u = kWrapU ? low_bits(exact_u, u_bits) : within(exact_u, most_u);
    u_overflows += u != exact_u;
    a.u[i] = static_cast<std::int32_t>(u);

    Wide current = u;
    EarlierSpikes<Wide> earlier{0, 0, v_before, 0};
    if constexpr (kUncommon) {
      current = a.old_current[i] != 0 ? Wide{u_before} : u;
      earlier = earlier_spikes<Wide>(a, i, v_before);
    }
    const Wide exact_v =
        decayed(earlier.v_kept, a.kept_v[i]) + earlier.reset + current + (bias - into_u);
    const Wide fitted = within(exact_v, most_v);
    const auto v = static_cast<std::int32_t>(fitted);
    std::int32_t active = 1, spike = v > a.most_quiet[i], spikes = spike;
    if constexpr (kUncommon) {
      const std::int32_t most = a.most_spikes[i], before = a.tests_before[i];
      std::int32_t fitting = spikes_at(v, a.most_quiet[i], a.spike_step[i]);
      spikes = spike != 0 ? (fitting < most ? fitting : most) : 0;
      spikes = before != 0 ? earlier.spikes : spikes;
      fitting = before != 0 ? earlier.fitting : fitting;
      spike = spikes != 0;
      spike_overflows += static_cast<std::uint32_t>((most > 1) & (spikes < fitting) & spike);
    }
    const std::int32_t reset_term = kUncommon ? a.reset_term[i] * spikes : a.reset_term[i];
    const std::int32_t after_spike = sum((v & a.kept_mask[i]), reset_term);
    std::int32_t tested = v > a.most_quiet[i] ? after_spike : v;
    if constexpr (kUncommon) tested = a.in_update[i] != 0 ? v : tested;
    const std::int32_t bounded = tested > v_min ? tested : v_min;
    if constexpr (kRefractory) {
      const std::int32_t left = a.refractory_left[i], steps = a.refractory_steps[i];
      active = left == 0;
      spike &= active;
      a.refractory_left[i] = active != 0 ? -spike & steps : left - 1;
    }
    if constexpr (kUncommon) a.spikes[i] = spikes & -spike;
    v_overflows += static_cast<std::uint32_t>((fitted != exact_v) & active);
    const std::int32_t v_after = active != 0 ? bounded : reset_value;
    v_changes += static_cast<std::uint32_t>(v_after != v_before);
    a.v[i] = v_after;
    a.spiked[i] = static_cast<std::uint8_t>(spike);
  }
  counts.u_overflows += u_overflows;
  counts.v_overflows += v_overflows;
  counts.spike_overflows += spike_overflows;
  counts.v_changes += v_changes;
}

template <typename Wide, bool kWrapU, bool kRefractory>
auto step_with(bool uncommon) {
  return uncommon ? step_block<Wide, kWrapU, kRefractory, true>
                  : step_block<Wide, kWrapU, kRefractory, false>;
}

template <typename Wide>
void step_block(const BlockArrays& arrays,
                std::uint32_t count,
                const Arithmetic& arithmetic,
                bool refractory,
                bool uncommon,
                UpdateCounts& counts) {
  const bool wrap = arithmetic.u_overflow == Overflow::Wrap;
  const auto step = wrap ? (refractory ? step_with<Wide, true, true>(uncommon)
                                       : step_with<Wide, true, false>(uncommon))
                         : (refractory ? step_with<Wide, false, true>(uncommon)
                                       : step_with<Wide, false, false>(uncommon));
  step(arrays, count, arithmetic, counts);
}

std::size_t runs_in(const LoweredPopulation& population, const NeuronOrder& order) {
  std::size_t runs = 1;
  for (std::size_t i = 1; i < order.neuron_at.size(); ++i)
    runs +=
        population.profile_of[order.neuron_at[i]] != population.profile_of[order.neuron_at[i - 1]];
  return runs;
}

// Whether it needs the operations that most profiles do without.
bool has_uncommon_rules(const NeuronProfile& profile) {
  return profile.max_spikes_per_step > 1 || profile.resets_in_update() ||
         profile.synapse_order == SynapseOrder::Old;
}

// Whether 32 bits hold all exact right-hand sides.
bool is_narrow(const Arithmetic& arithmetic, const LoweredPopulation& population) {
  const auto power = [](std::uint32_t exponent) { return std::int64_t{1} << exponent; };
  std::int64_t bias = 0, v = arithmetic.v_max();
  bool in_update = false;
  for (const std::int32_t b : population.bias) bias = std::max(bias, std::abs(std::int64_t{b}));
  for (const NeuronProfile& profile : population.profiles) {
    v = std::max(v, std::abs(std::int64_t{profile.reset_value}));
    v = std::max(v, std::int64_t{profile.v_min});
    in_update = in_update || profile.resets_in_update();
  }
  const std::int64_t u = power(arithmetic.u_bits - 1);
  const std::int64_t into_u = power(arithmetic.sum_bits - 1 + arithmetic.input_shift);
  return u + into_u + bias <= INT32_MAX && (in_update ? 2 : 1) * v + u + bias <= INT32_MAX;
}

}  // namespace

void NeuronState::reset(std::uint32_t neurons) {
  u.assign(neurons, 0);
  v.assign(neurons, 0);
  refractory_left.assign(neurons, 0);
}

void UpdateConstants::add(const NeuronProfile& profile,
                          const Arithmetic& arithmetic,
                          std::size_t times) {
  const auto append = [&](auto& values, auto value) {
    values.insert(values.end(), times, static_cast<decltype(values.front() + 0)>(value));
  };
  const auto kept = [&](std::uint32_t decay) {
    return 1.0 - std::ldexp(decay, -static_cast<int>(arithmetic.decay_bits));
  };
  constexpr std::int64_t kMost =
      INT32_MAX;  // v never is more, even where a reset leads beyond v_max
  const std::int64_t threshold = std::int64_t{profile.threshold} << arithmetic.threshold_shift;
  const std::int64_t below = profile.comparison == Comparison::Greater ? threshold : threshold - 1;
  const bool subtract = profile.reset == ResetRule::Subtract;
  append(kept_u, kept(profile.decay_u));
  append(kept_v, kept(profile.decay_v));
  append(most_quiet, profile.spikes ? std::min(below, kMost) : kMost);
  append(kept_mask, subtract ? -1 : 0);
  append(reset_term, subtract ? -std::min(threshold, kMost) : std::int64_t{profile.reset_value});
  append(reset_value, profile.reset_value);
  append(v_min, profile.v_min);
  append(refractory_steps, profile.refractory_steps);
  append(current_mask, profile.bias_target == BiasTarget::Current ? -1 : 0);
  append(most_spikes, profile.max_spikes_per_step);
  append(spike_step, std::max<std::int64_t>(threshold, 1));
  const auto mask = [](bool holds) { return holds ? -1 : 0; };
  append(old_current, mask(profile.synapse_order == SynapseOrder::Old));
  append(in_update, mask(profile.resets_in_update()));
  append(tests_before, mask(profile.threshold_test == ThresholdTest::BeforeUpdate));
  append(decays, mask(profile.reset_decays || !subtract));
}

NeuronUpdate::NeuronUpdate(const Arithmetic& arithmetic,
                           const LoweredPopulation& population,
                           const NeuronOrder& order)
    : arithmetic_(arithmetic), bias_(population.size), narrow_(is_narrow(arithmetic, population)) {
  if (!population.bias.empty())
    for (std::uint32_t i = 0; i < population.size; ++i)
      bias_[i] = population.bias[order.neuron_at[i]];
  for (const NeuronProfile& profile : population.profiles) {
    refractory_ = refractory_ || profile.refractory_steps > 0;
    uncommon_ = uncommon_ || has_uncommon_rules(profile);
  }
  const bool uniform =
      population.profile_of.empty() || runs_in(population, order) * kShortestRun <= population.size;
  uniform ? add_uniform_blocks(population, order) : add_mixed_blocks(population, order);
}

void NeuronUpdate::add_uniform_blocks(const LoweredPopulation& population,
                                      const NeuronOrder& order) {
  for (const NeuronProfile& profile : population.profiles)
    constants_.add(profile, arithmetic_, NeuronBlock::kLargest);
  const auto profile_at = [&](std::uint32_t position) -> std::size_t {
    return population.profile_of.empty() ? 0 : population.profile_of[order.neuron_at[position]];
  };
  for (std::uint32_t first = 0, last = 0; first < population.size; first = last) {
    while (last < population.size && profile_at(last) == profile_at(first)) ++last;
    add_blocks(first, last, profile_at(first) * NeuronBlock::kLargest, true);
  }
}

void NeuronUpdate::add_mixed_blocks(const LoweredPopulation& population, const NeuronOrder& order) {
  for (const std::uint32_t neuron : order.neuron_at)
    constants_.add(population.profile(neuron), arithmetic_, 1);
  add_blocks(0, population.size, 0, false);
}

void NeuronUpdate::add_blocks(std::uint32_t first,
                              std::uint32_t last,
                              std::size_t constants,
                              bool uniform) {
  for (std::uint32_t at = first; at < last; at += NeuronBlock::kLargest)
    blocks_.push_back(
        {at, std::min(NeuronBlock::kLargest, last - at), constants + (uniform ? 0 : at - first)});
}

void NeuronUpdate::update(const NeuronBlock& block,
                          const std::int32_t* sums,
                          NeuronState& state,
                          std::uint8_t* spiked,
                          std::int32_t* spikes,
                          UpdateCounts& counts) const {
  const auto constants = [&](const auto& values) { return values.data() + block.constants; };
  const BlockArrays arrays{sums,
                           bias_.data() + block.first,
                           constants(constants_.kept_u),
                           constants(constants_.kept_v),
                           constants(constants_.most_quiet),
                           constants(constants_.kept_mask),
                           constants(constants_.reset_term),
                           constants(constants_.reset_value),
                           constants(constants_.v_min),
                           constants(constants_.refractory_steps),
                           constants(constants_.current_mask),
                           constants(constants_.most_spikes),
                           constants(constants_.spike_step),
                           constants(constants_.old_current),
                           constants(constants_.in_update),
                           constants(constants_.tests_before),
                           constants(constants_.decays),
                           state.u.data() + block.first,
                           state.v.data() + block.first,
                           state.refractory_left.data() + block.first,
                           spiked,
                           spikes};
  if (narrow_)
    step_block<std::int32_t>(arrays, block.count, arithmetic_, refractory_, uncommon_, counts);
  else
    step_block<std::int64_t>(arrays, block.count, arithmetic_, refractory_, uncommon_, counts);
}

}  // namespace spikeloom::fast
