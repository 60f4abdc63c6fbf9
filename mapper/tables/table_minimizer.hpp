#pragma once
// Stage 4: the routing table of every tile.

#include "mapper/registry.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// The keys of a packet group that pass a router, and what it must do with them.
struct PassingKeys {
  std::uint32_t key, mask;
  std::uint32_t route;
  Port arrival;
};

/// What the router does without an entry.
inline bool is_default_route(const PassingKeys& keys) {
  return is_link(keys.arrival) && keys.route == bit_of(opposite(keys.arrival));
}

class TableMinimizer {
 public:
  virtual ~TableMinimizer() = default;
  /// Entries that route all passing keys (which are disjoint) as they must be. Keys that do not
  /// pass may match anything.
  virtual std::vector<RouteEntry> minimize(const std::vector<PassingKeys>& passing) const = 0;
};

std::unique_ptr<TableMinimizer> make_plain_tables();
std::unique_ptr<TableMinimizer> make_merged_tables();
std::unique_ptr<TableMinimizer> make_ordered_tables();
Registry<TableMinimizer> table_minimizers();

}  // namespace spikeloom
