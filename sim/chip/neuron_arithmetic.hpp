#pragma once
// One step of one neuron in the chip's number formats (models/network/arithmetic.hpp states the
// equations). Written here for itself: the chip and the golden model witness each other.

#include "models/mapping/mapping.hpp"

namespace spikeloom::chip_sim {

/// What the state memory holds of a neuron.
struct NeuronState {
  std::int32_t u = 0, v = 0;
  std::uint32_t refractory = 0;  ///< steps it still rests
};

/// The update pipeline's constants for one profile.
class NeuronDatapath {
 public:
  NeuronDatapath(const NeuronProfile& profile, const Arithmetic& arithmetic);

  /// Steps `state` with the ring slot's content (modulo 2^sum_bits) and the neuron's bias.
  /// Returns how often it spikes.
  std::uint32_t step(NeuronState& state, std::uint32_t sum, std::int32_t bias) const;

 private:
  std::int64_t decayed(std::int64_t value, std::int64_t keep) const;
  std::int64_t limited_u(std::int64_t u) const;
  std::uint32_t spikes_of(std::int64_t v) const;
  std::int64_t reset(std::int64_t v, std::uint32_t spikes) const;
  std::int64_t kept_v(std::int64_t v, std::uint32_t earlier) const;

  std::uint32_t sum_bits_, input_shift_, decay_bits_, u_bits_;
  bool u_wraps_;
  std::int64_t u_max_, v_max_;
  std::int64_t keep_u_, keep_v_;  // 2^decay_bits - decay
  std::int64_t threshold_, reset_value_, v_min_;
  bool spikes_, or_equal_, subtracts_, bias_to_current_;
  bool old_current_, tests_before_, resets_later_, reset_decays_;
  std::uint32_t refractory_steps_, max_spikes_;
};

}  // namespace spikeloom::chip_sim
