#pragma once
// The lookup stage of a core: key -> axon entry -> row pointer. It runs beside the input queue,
// from a packet's arrival on.

#include "models/mapping/mapping.hpp"
#include "sim/chip/ternary_table.hpp"

namespace spikeloom::chip_sim {

class RowSearch {
 public:
  /// `image` outlives the search.
  explicit RowSearch(const CoreImage& image);

  /// The row of `key`, or nullptr if no entry matches or there is no such row. The host fetches it
  /// while the packet is on its way.
  const Row* begin(std::uint32_t key) {
    const TernaryTable::Answer& axon = axons_.find(key);
    const std::uint64_t row = std::uint64_t{axon.value} + (key & ~axon.mask);
    if (!axon.matches || row >= rows_.size()) return nullptr;
    __builtin_prefetch(&rows_[row]);
    return &rows_[row];
  }

 private:
  const std::vector<Row>& rows_;
  TernaryTable axons_;  // their values are row bases
};

}  // namespace spikeloom::chip_sim
