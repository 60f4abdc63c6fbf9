#include "sim/golden/spinnaker_neuron.hpp"

#include <algorithm>

namespace spikeloom {
namespace {

constexpr std::uint64_t kRingMax = 65535;  // a slot of the ring buffer has 16 bits

/// (x * factor) >> 32, the factor in u0.32.
std::int32_t scaled(std::int32_t x, std::uint32_t factor) {
  return static_cast<std::int32_t>((std::int64_t{x} * std::int64_t{factor}) >> 32);
}

std::int32_t wrapped(std::int64_t exact, std::uint64_t& overflows) {
  const auto kept = static_cast<std::int32_t>(static_cast<std::uint32_t>(exact));
  if (kept != exact) ++overflows;
  return kept;
}

/// The s16.15 product, rounded to the nearest, halves up; saturates.
std::int32_t product(std::int32_t x, std::int32_t y, std::uint64_t& overflows) {
  const std::int64_t exact = (std::int64_t{x} * y + (1 << 14)) >> 15;
  const std::int64_t kept = std::clamp<std::int64_t>(exact, INT32_MIN, INT32_MAX);
  if (kept != exact) ++overflows;
  return static_cast<std::int32_t>(kept);
}

/// What a slot of the ring buffer adds to a current.
std::int32_t input_of(std::uint64_t sum, std::uint32_t shift, IntegerCounts& counts) {
  const std::uint64_t kept = std::min(sum, kRingMax);
  if (kept != sum) ++counts.sum_overflows;
  return static_cast<std::int32_t>(kept << shift);
}

void receive(SpinnakerNeuron& neuron,
             const SpinnakerProfile& profile,
             const SpinnakerArrivals& arrivals,
             IntegerCounts& counts) {
  const std::int32_t exc = input_of(arrivals.exc, profile.exc_shift, counts);
  const std::int32_t inh = input_of(arrivals.inh, profile.inh_shift, counts);
  const auto add = [&](std::int32_t& current, std::int32_t input, std::uint32_t init) {
    current = wrapped(std::int64_t{current} + (profile.shaped ? scaled(input, init) : input),
                      counts.u_overflows);
  };
  add(neuron.exc, exc, profile.exc_init);
  add(neuron.inh, inh, profile.inh_init);
  neuron.drive = wrapped(std::int64_t{neuron.exc} - neuron.inh, counts.u_overflows);
}

/// v after one tick outside the refractory period.
std::int32_t integrated(const SpinnakerNeuron& neuron,
                        const SpinnakerProfile& profile,
                        std::int32_t i_offset,
                        std::uint64_t& overflows) {
  const std::int32_t total = wrapped(std::int64_t{neuron.drive} + i_offset, overflows);
  const std::int32_t alpha = wrapped(
      std::int64_t{product(total, profile.r_membrane, overflows)} + profile.v_rest, overflows);
  const std::int32_t away = wrapped(std::int64_t{alpha} - neuron.v, overflows);
  return wrapped(std::int64_t{alpha} - product(profile.exp_tc, away, overflows), overflows);
}

}  // namespace

bool tick(SpinnakerNeuron& neuron,
          const SpinnakerProfile& profile,
          std::int32_t i_offset,
          const SpinnakerArrivals& arrivals,
          IntegerCounts& counts) {
  receive(neuron, profile, arrivals, counts);
  if (neuron.refractory_left > 0)
    --neuron.refractory_left;
  else
    neuron.v = integrated(neuron, profile, i_offset, counts.v_overflows);
  // The program tests the threshold in refractory ticks too.
  const bool spike = neuron.v >= profile.v_threshold;
  if (spike) {
    neuron.v = profile.v_reset;
    neuron.refractory_left = profile.refractory_ticks;
  }
  neuron.exc = profile.shaped ? scaled(neuron.exc, profile.exc_decay) : 0;
  neuron.inh = profile.shaped ? scaled(neuron.inh, profile.inh_decay) : 0;
  return spike;
}

}  // namespace spikeloom
