#include "sim/chip/ternary_table.hpp"

#include <algorithm>
#include <bit>

namespace spikeloom::chip_sim {
namespace {

/// 2^bits answers are remembered: some for each entry, for default routes have none.
constexpr std::uint32_t kFewestLineBits = 8, kMostLineBits = 12;

}  // namespace

TernaryTable::TernaryTable(std::vector<Entry> entries) : entries_(std::move(entries)) {
  if (entries_.empty()) return;  // one line: there is one answer
  const auto entry_bits = static_cast<std::uint32_t>(std::bit_width(entries_.size()));
  line_bits_ = std::clamp(entry_bits + 1, kFewestLineBits, kMostLineBits);
  remembered_.resize(std::size_t{1} << line_bits_);
  for (const Entry& entry : entries_) tested_ |= entry.mask;
  if (tested_ != 0) untested_low_bits_ = static_cast<std::uint32_t>(std::countr_zero(tested_));
}

TernaryTable::Answer TernaryTable::search(std::uint32_t key) const {
  for (const Entry& entry : entries_)
    if ((key & entry.mask) == entry.key) return {entry.mask, entry.value, true};
  return {};
}

}  // namespace spikeloom::chip_sim
