#pragma once
// A ternary content-addressable memory: the first entry with (key & mask) == entry.key wins.

#include <cstdint>
#include <optional>
#include <vector>

namespace spikeloom::chip_sim {

/// The model remembers recent answers; what a lookup costs in cycles is the caller's to charge.
class TernaryTable {
 public:
  struct Entry {
    std::uint32_t key, mask;
  };
  TernaryTable() = default;
  explicit TernaryTable(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  /// Index of the first entry that matches, or nullopt.
  std::optional<std::uint32_t> find(std::uint32_t key);

 private:
  static constexpr std::uint32_t kRememberedBits = 11;
  static constexpr std::uint32_t kMiss = 0xFFFFFFFFU;
  struct Remembered {
    std::uint32_t key = 0;
    std::uint32_t answer_plus_one = 0;  // 0: nothing remembered; kMiss: no entry matches
  };

  std::uint32_t search(std::uint32_t key) const;

  std::vector<Entry> entries_;
  std::vector<Remembered> remembered_;
};

}  // namespace spikeloom::chip_sim
