#pragma once
// The lookup stage of a core: key -> axon entry -> row pointer. It runs beside the input queue,
// from a packet's arrival on.

#include "models/mapping/mapping.hpp"
#include "sim/chip/ternary_table.hpp"

namespace spikeloom::chip_sim {

class RowSearch {
 public:
  static constexpr std::uint32_t kShared = 1U << 31;

  static constexpr std::uint32_t kNoRow = ~std::uint32_t{0};

  /// `image` outlives the search; it has fewer than 2^31 rows.
  explicit RowSearch(const CoreImage& image);

  /// The number of the row of `key`, or kNoRow if no entry matches or there is no such row. The
  /// host fetches it while the packet is on its way.
  std::uint32_t begin(std::uint32_t key) {
    const TernaryTable::Answer& axon = axons_.find(key);
    const std::uint64_t row = (axon.value & kShared) != 0
                                  ? axon.value & ~kShared
                                  : std::uint64_t{axon.value} + (key & ~axon.mask);
    if (!axon.matches || row >= rows_.size()) return kNoRow;
    rows_.prefetch(row);
    return static_cast<std::uint32_t>(row);
  }

 private:
  const RowTable& rows_;
  TernaryTable axons_;  // their values are row bases, those of shared rows marked by kShared
};

}  // namespace spikeloom::chip_sim
