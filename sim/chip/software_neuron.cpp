#include "sim/chip/software_neuron.hpp"

#include <limits>

namespace spikeloom::chip_sim {
namespace {

/// The low 32 bits, as the processor's registers keep them.
std::int32_t low_word(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint64_t>(value) & 0xFFFFFFFFU);
}

/// s16.15 times u0.32: the upper word of the product.
std::int32_t fraction_of(std::int32_t value, std::uint32_t fraction) {
  return low_word(std::int64_t{value} * fraction >> 32);
}

/// s16.15 times s16.15, to the nearest, halves up, held at the ends of 32 bits.
std::int32_t rounded_product(std::int32_t a, std::int32_t b) {
  constexpr std::int64_t kHalf = std::int64_t{1} << 14;
  const std::int64_t value = (std::int64_t{a} * b + kHalf) >> 15;
  if (value > std::numeric_limits<std::int32_t>::max())
    return std::numeric_limits<std::int32_t>::max();
  if (value < std::numeric_limits<std::int32_t>::min())
    return std::numeric_limits<std::int32_t>::min();
  return static_cast<std::int32_t>(value);
}

/// A current with what its ring-buffer slot adds.
std::int32_t with_input(std::int32_t current,
                        std::uint16_t slot,
                        std::uint32_t shift,
                        bool is_shaped,
                        std::uint32_t init) {
  const std::int32_t input = low_word(std::int64_t{slot} << shift);
  return low_word(std::int64_t{current} + (is_shaped ? fraction_of(input, init) : input));
}

std::int32_t relaxed(const SoftwareNeuron& neuron,
                     const SpinnakerProfile& profile,
                     std::int32_t i_offset) {
  const std::int32_t drive = low_word(std::int64_t{neuron.driven_by} + i_offset);
  const std::int32_t asymptote =
      low_word(std::int64_t{rounded_product(drive, profile.r_membrane)} + profile.v_rest);
  const std::int32_t distance = low_word(std::int64_t{asymptote} - neuron.v);
  return low_word(std::int64_t{asymptote} - rounded_product(profile.exp_tc, distance));
}

void decay(SoftwareNeuron& neuron, const SpinnakerProfile& profile) {
  if (profile.shaped) {
    neuron.excitation = fraction_of(neuron.excitation, profile.exc_decay);
    neuron.inhibition = fraction_of(neuron.inhibition, profile.inh_decay);
  } else {
    neuron.excitation = neuron.inhibition = 0;
  }
}

}  // namespace

bool step_neuron(SoftwareNeuron& neuron,
                 const SpinnakerProfile& profile,
                 std::int32_t i_offset,
                 std::uint16_t excitatory,
                 std::uint16_t inhibitory) {
  neuron.excitation = with_input(
      neuron.excitation, excitatory, profile.exc_shift, profile.shaped, profile.exc_init);
  neuron.inhibition = with_input(
      neuron.inhibition, inhibitory, profile.inh_shift, profile.shaped, profile.inh_init);
  neuron.driven_by = low_word(std::int64_t{neuron.excitation} - neuron.inhibition);
  if (neuron.resting_ticks == 0)
    neuron.v = relaxed(neuron, profile, i_offset);
  else
    --neuron.resting_ticks;
  const bool spikes = neuron.v >= profile.v_threshold;
  if (spikes) {
    neuron.v = profile.v_reset;
    neuron.resting_ticks = profile.refractory_ticks;
  }
  decay(neuron, profile);
  return spikes;
}

}  // namespace spikeloom::chip_sim
