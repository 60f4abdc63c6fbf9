#pragma once
// Synaptic sums of the steps to come: a slot per delay step and neuron, added to modulo 2^32 (so
// modulo any narrower width), read and cleared once. Order of additions never matters.

#include <array>
#include <cstdint>
#include <vector>

namespace spikeloom::chip_sim {

class DelayRing {
 public:
  static constexpr std::uint32_t kLongestDelay = 63;

  DelayRing(std::uint32_t neurons, std::uint32_t delay_steps)
      : neurons_(neurons), slots_(delay_steps + 1), sums_(std::size_t{neurons} * slots_) {}

  /// The present step: delays count from it.
  void begin_step(std::uint64_t step) {
    for (std::uint32_t delay = 0; delay < slots_; ++delay)
      base_[delay] = static_cast<std::size_t>((step + delay) % slots_) * neurons_;
  }
  void add(std::uint32_t target, std::uint32_t delay, std::uint32_t amount) {
    sums_[base_[delay] + target] += amount;
  }
  /// What has arrived for `neuron` by the present step; leaves zero.
  std::uint32_t take(std::uint32_t neuron) {
    const std::uint32_t sum = sums_[base_[0] + neuron];
    sums_[base_[0] + neuron] = 0;
    return sum;
  }
  void clear() { sums_.assign(sums_.size(), 0); }
  std::uint32_t slots() const { return slots_; }

 private:
  std::uint32_t neurons_, slots_;
  std::vector<std::uint32_t> sums_;
  std::array<std::size_t, kLongestDelay + 1> base_{};  // per delay: its slot in this step
};

}  // namespace spikeloom::chip_sim
