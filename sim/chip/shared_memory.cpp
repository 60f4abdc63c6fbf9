#include "sim/chip/shared_memory.hpp"

namespace spikeloom::chip_sim {

void SharedMemory::declare(StatScope scope) const {
  scope.declare("words", Unit::Count, "synaptic words transferred to cores", words_);
  scope.declare("waited", Unit::Cycle, "router cycles that requests waited for the port", waited_);
}

// The port is taken for the words alone: the memory's latency overlaps with the next request.
Cycle SharedMemory::transfer_cycles(std::uint32_t slot) const {
  const std::uint64_t words = requests_[slot].words;
  return (words + spec_.words_per_transfer_cycle - 1) / spec_.words_per_transfer_cycle;
}

SharedMemory::Turn SharedMemory::turn_of(std::uint32_t slot, Cycle now) const {
  if (!is_waiting(slot, now)) return {false, now + 1};
  if (free_at_ > now) return {false, free_at_};
  const auto cores = static_cast<std::uint32_t>(requests_.size());
  std::uint32_t winner = pointer_;
  while (!is_waiting(winner, now)) winner = (winner + 1) % cores;
  if (winner == slot) return {true, 0};
  return {false, clock_.router_cycle(clock_.first_at(now) + transfer_cycles(winner))};
}

Cycle SharedMemory::grant(std::uint32_t slot, Cycle now) {
  const Cycle sent = clock_.first_at(now) + transfer_cycles(slot);
  words_.add(requests_[slot].words);
  waited_.add(now - requests_[slot].made - 1);
  free_at_ = clock_.router_cycle(sent);
  pointer_ = (slot + 1) % static_cast<std::uint32_t>(requests_.size());
  requests_[slot] = {};
  return sent + spec_.transfer_latency_cycles;
}

void SharedMemory::clear() {
  requests_.assign(requests_.size(), Request{});
  pointer_ = 0;
  free_at_ = 0;
}

}  // namespace spikeloom::chip_sim
