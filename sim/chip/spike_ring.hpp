#pragma once
// The ring buffer of a software core: 16 bits a slot, per delay step, synapse type, neuron. Adding
// saturates; as nothing is subtracted, the order of additions does not matter.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace spikeloom::chip_sim {

class SpikeRing {
 public:
  static constexpr std::uint32_t kMost = 65535;

  SpikeRing(std::uint32_t neurons, std::uint32_t delay_steps)
      : neurons_(neurons),
        slots_(delay_steps + 1),
        excitatory_(std::size_t{neurons} * slots_),
        inhibitory_(std::size_t{neurons} * slots_) {}

  /// The present step: delays count from it.
  void begin_step(std::uint64_t step) { step_ = step; }
  /// `spikes` times a weight; a negative one is inhibitory. Returns whether the slot saturated.
  bool add(std::uint32_t target, std::uint32_t delay, std::int32_t weight, std::uint32_t spikes) {
    std::uint16_t& slot = (weight < 0 ? inhibitory_ : excitatory_)[place(target, delay)];
    const auto magnitude = static_cast<std::uint64_t>(weight < 0 ? -weight : weight);
    const std::uint64_t sum = slot + magnitude * spikes;
    slot = static_cast<std::uint16_t>(std::min<std::uint64_t>(sum, kMost));
    return sum > kMost;
  }
  std::uint16_t excitatory(std::uint32_t neuron) const { return excitatory_[place(neuron, 0)]; }
  std::uint16_t inhibitory(std::uint32_t neuron) const { return inhibitory_[place(neuron, 0)]; }
  /// Empties the slots of the present step.
  void end_update() {
    std::fill_n(excitatory_.begin() + static_cast<std::ptrdiff_t>(place(0, 0)), neurons_, 0);
    std::fill_n(inhibitory_.begin() + static_cast<std::ptrdiff_t>(place(0, 0)), neurons_, 0);
  }
  void clear() {
    excitatory_.assign(excitatory_.size(), 0);
    inhibitory_.assign(inhibitory_.size(), 0);
  }
  std::uint32_t slots() const { return slots_; }

 private:
  std::size_t place(std::uint32_t neuron, std::uint32_t delay) const {
    return static_cast<std::size_t>((step_ + delay) % slots_) * neurons_ + neuron;
  }

  std::uint32_t neurons_, slots_;
  std::uint64_t step_ = 0;
  std::vector<std::uint16_t> excitatory_, inhibitory_;
};

}  // namespace spikeloom::chip_sim
