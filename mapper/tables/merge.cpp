// Two-level minimization as in Espresso (Brayton et al., 1984), with one cover per route: the keys
// of other routes are the off-set, keys that never pass this router are free. Groups that go
// straight on need no entry, but only entries of the same route may take them. Entries of different
// routes end up disjoint on passing keys, so their order does not matter.

#include <algorithm>

#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {
namespace {

bool intersects(const RouteEntry& entry, const PassingKeys& keys) {
  return ((entry.key ^ keys.key) & entry.mask & keys.mask) == 0;
}

bool covers(const RouteEntry& entry, const PassingKeys& keys) {
  return intersects(entry, keys) && (entry.mask & ~keys.mask) == 0;
}

class Cover {
 public:
  explicit Cover(const std::vector<PassingKeys>& passing)
      : passing_(passing), covered_(passing.size()) {
    std::uint32_t ones = 0, zeros = 0;
    for (const PassingKeys& keys : passing) {
      ones |= keys.key;
      zeros |= ~keys.key & keys.mask;
    }
    used_bits_ = ones & zeros;
  }

  std::vector<RouteEntry> entries() {
    std::vector<RouteEntry> table;
    for (std::size_t i = 0; i < passing_.size(); ++i) {
      if (covered_[i] || is_default_route(passing_[i])) continue;
      table.push_back(expanded(passing_[i]));
      cover_by(table.back());
    }
    return table;
  }

 private:
  /// Frees bit after bit, as long as no key of another route falls in; low bits first, because
  /// neighbouring keys belong to neighbouring tiles.
  RouteEntry expanded(const PassingKeys& keys) const {
    RouteEntry entry{keys.key, keys.mask, keys.route};
    for (std::uint32_t bits = used_bits_ & entry.mask; bits != 0; bits &= bits - 1) {
      const std::uint32_t bit = bits & (~bits + 1);
      const RouteEntry wider{entry.key & ~bit, entry.mask & ~bit, entry.route};
      if (is_free_of_others(wider)) entry = wider;
    }
    return entry;
  }

  bool is_free_of_others(const RouteEntry& entry) const {
    return std::none_of(passing_.begin(), passing_.end(), [&](const PassingKeys& keys) {
      return intersects(entry, keys) && keys.route != entry.route;
    });
  }

  void cover_by(const RouteEntry& entry) {
    for (std::size_t i = 0; i < passing_.size(); ++i)
      covered_[i] = covered_[i] || covers(entry, passing_[i]);
  }

  const std::vector<PassingKeys>& passing_;
  std::vector<bool> covered_;
  std::uint32_t used_bits_ = 0;  ///< bits in which passing keys differ
};

class MergedTables : public TableMinimizer {
 public:
  std::vector<RouteEntry> minimize(const std::vector<PassingKeys>& passing) const override {
    return Cover(passing).entries();
  }
};

}  // namespace

std::unique_ptr<TableMinimizer> make_merged_tables() { return std::make_unique<MergedTables>(); }

}  // namespace spikeloom
