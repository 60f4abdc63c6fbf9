#include "sim/chip/ternary_table.hpp"

namespace spikeloom::chip_sim {

std::uint32_t TernaryTable::search(std::uint32_t key) const {
  for (std::uint32_t i = 0; i < entries_.size(); ++i)
    if ((key & entries_[i].mask) == entries_[i].key) return i + 1;
  return kMiss;
}

std::optional<std::uint32_t> TernaryTable::find(std::uint32_t key) {
  if (entries_.empty()) return std::nullopt;
  if (remembered_.empty()) remembered_.resize(std::size_t{1} << kRememberedBits);
  constexpr std::uint32_t kGoldenRatio = 0x9E3779B1U;  // spreads neighbouring keys
  Remembered& line = remembered_[key * kGoldenRatio >> (32 - kRememberedBits)];
  if (line.key != key || line.answer_plus_one == 0) line = {key, search(key)};
  if (line.answer_plus_one == kMiss) return std::nullopt;
  return line.answer_plus_one - 1;
}

}  // namespace spikeloom::chip_sim
