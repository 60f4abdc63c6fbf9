// The baseline: an entry for every packet group that passes.

#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {
namespace {

class PlainTables : public TableMinimizer {
 public:
  std::vector<RouteEntry> minimize(const std::vector<PassingKeys>& passing) const override {
    std::vector<RouteEntry> table;
    for (const PassingKeys& keys : passing) table.push_back({keys.key, keys.mask, keys.route});
    return table;
  }
};

}  // namespace

std::unique_ptr<TableMinimizer> make_plain_tables() { return std::make_unique<PlainTables>(); }

}  // namespace spikeloom
