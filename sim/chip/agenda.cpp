#include "sim/chip/agenda.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

void Agenda::enter(BlockId block, Cycle cycle) {
  pending_[block] = cycle;
  if (cycle - now_ >= kSlots) return far_.push({cycle, block});
  const auto slot = static_cast<std::uint32_t>(cycle % kSlots);
  wheel_[slot * words_ + block / 64] |= std::uint64_t{1} << block % 64;
  mark(slot);
}

Cycle Agenda::next() const {
  const Cycle far = far_.empty() ? kNever : far_.top().cycle;
  const auto first = static_cast<std::uint32_t>(now_ % kSlots);
  const auto words = static_cast<std::uint32_t>(used_.size());
  // The word of the present is looked at twice: its slots from the present on, then those before.
  for (std::uint32_t i = 0; i <= words; ++i) {
    const std::uint32_t word = (first / 64 + i) % words;
    std::uint64_t bits = used_[word];
    if (i == 0) bits &= ~std::uint64_t{0} << first % 64;
    if (bits == 0) continue;
    const auto slot = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    return std::min(far, now_ + (slot + kSlots - first) % kSlots);
  }
  return far;
}

void Agenda::clear(Cycle now) {
  for (std::uint32_t slot = 0; slot < kSlots; ++slot)
    if ((used_[slot / 64] >> slot % 64 & 1U) != 0)
      empty(slot, [this](BlockId block) { pending_[block] = kNever; });
  for (; !far_.empty(); far_.pop()) pending_[far_.top().block] = kNever;
  now_ = now;
}

}  // namespace spikeloom::chip_sim
