#include "sim/chip/row_search.hpp"

namespace spikeloom::chip_sim {
namespace {

TernaryTable axon_table(const std::vector<AxonEntry>& axons) {
  std::vector<TernaryTable::Entry> entries;
  entries.reserve(axons.size());
  for (const AxonEntry& axon : axons)
    entries.push_back(
        {axon.key, axon.mask, axon.shared ? axon.row_base | RowSearch::kShared : axon.row_base});
  return TernaryTable(std::move(entries));
}

}  // namespace

RowSearch::RowSearch(const CoreImage& image) : rows_(image.rows), axons_(axon_table(image.axons)) {}

}  // namespace spikeloom::chip_sim
