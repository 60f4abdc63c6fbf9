#pragma once
// A ternary content-addressable memory: the first entry with (key & mask) == entry.key wins.

#include <cstdint>
#include <vector>

namespace spikeloom::chip_sim {

/// The model remembers recent answers; what a lookup costs in cycles is the caller's to charge.
/// Keys that differ only in bits that no mask has share an answer, and so its place in memory.
class TernaryTable {
 public:
  struct Entry {
    std::uint32_t key, mask, value;
  };
  /// What the first entry that matches says, if one does.
  struct Answer {
    std::uint32_t mask = 0, value = 0;
    bool matches = false;
  };
  TernaryTable() = default;
  explicit TernaryTable(std::vector<Entry> entries);

  /// The answer stands until the next call.
  const Answer& find(std::uint32_t key) {
    const std::uint32_t question = (key & tested_) >> untested_low_bits_;
    Remembered& line = remembered_[line_of(question)];
    if (line.question != question || !line.is_known) line = {question, search(key), true};
    return line.answer;
  }

 private:
  struct Remembered {
    std::uint32_t question = 0;
    Answer answer;
    bool is_known = false;
  };

  Answer search(std::uint32_t key) const;
  // Neighbouring sources lie side by side, in few lines of the host's cache.
  std::size_t line_of(std::uint32_t question) const {
    return (question ^ question >> line_bits_ ^ question >> 2 * line_bits_) &
           (remembered_.size() - 1);
  }

  std::vector<Entry> entries_;
  std::uint32_t tested_ = 0;  // the bits of all masks, and how many lower bits none has
  std::uint32_t untested_low_bits_ = 0;
  std::uint32_t line_bits_ = 0;
  std::vector<Remembered> remembered_ = std::vector<Remembered>(1);  // 2^line_bits_
};

}  // namespace spikeloom::chip_sim
