#pragma once
// Rows of a core, as its row table points to them, in little of the host's memory.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace spikeloom {

/// How a row says which synapses its packets have.
enum class RowFormat : std::uint8_t {
  /// Wide words of synapses_per_word synapses each; lane l only holds targets with
  /// target % synapses_per_word == l.
  Sparse,
  /// Wide words of dense_weights_per_word() weights each, for consecutive targets from first_target
  /// on, all of one delay. A weight of zero is no synapse.
  Dense,
  /// Generated from kernels and coordinates: `words` convolutions from `first_word` on.
  Convolution,
};

/// `words` wide words from `first_word` on. Sparse and dense rows count them apart: the synaptic
/// memory holds the sparse words first and the dense ones behind them.
struct Row {
  Row() = default;
  Row(std::uint32_t first, std::uint32_t count, std::uint32_t exponent)  ///< sparse
      : first_word(first), words(count), weight_exponent(static_cast<std::uint8_t>(exponent)) {}

  std::uint32_t first_word = 0, words = 0;
  std::uint8_t weight_exponent = 0;  ///< convolutions have their own
  RowFormat format : 2 = RowFormat::Sparse;
  std::uint8_t delay : 6 = 0;      ///< dense rows only
  std::uint16_t first_target = 0;  ///< dense rows only
  bool operator==(const Row&) const = default;
};

/// Rows by their number. A large random network has far more rows than words a row, so blocks of
/// short sparse rows whose words lie one behind the other, in the order of the rows, take a byte a
/// row and a third; all other blocks keep whole rows as well.
class RowTable {
 public:
  class Iterator {
   public:
    Iterator(const RowTable& table, std::size_t row) : table_(table), row_(row) {}
    Row operator*() const { return table_[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const RowTable& table_;
    std::size_t row_;
  };

  RowTable() = default;
  RowTable(std::initializer_list<Row> rows) {
    for (const Row& row : rows) push_back(row);
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Row operator[](std::size_t row) const;
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }
  /// Has the host fetch what operator[] reads first.
  void prefetch(std::size_t row) const { __builtin_prefetch(&blocks_[row / kBlockRows]); }

  void reserve(std::size_t rows) { blocks_.reserve((rows + kBlockRows - 1) / kBlockRows); }
  /// Adds empty rows, until there are `size`, which is not less than there are.
  void resize(std::size_t size);
  /// Takes least memory if rows are set in ascending order, each once.
  void set(std::size_t row, const Row& value);
  void push_back(const Row& row);
  /// Bytes of the host's memory.
  std::size_t bytes() const;

 private:
  static constexpr std::uint32_t kBlockRows = 24, kLaneRows = 8, kBitsPerRow = 8;
  static constexpr std::uint32_t kWordsBits = 5;  // of a code; the rest is the exponent
  static constexpr std::uint32_t kMostWords = (1U << kWordsBits) - 1;
  static constexpr std::uint32_t kMostExponent = (1U << (kBitsPerRow - kWordsBits)) - 1;
  static constexpr std::uint64_t kOnes = 0x0101010101010101U;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct alignas(32) Block {
    std::uint32_t first_word = 0;  // of its first row that has words
    std::uint32_t whole = kNone;   // index into whole_, if its rows are there
    std::array<std::uint64_t, kBlockRows / kLaneRows> codes{};  // a byte a row, the first lowest

    std::uint32_t code(std::uint32_t place) const {
      return codes[place / kLaneRows] >> place % kLaneRows * kBitsPerRow & 0xFFU;
    }
    std::uint32_t words_before(std::uint32_t place) const;
  };
  using WholeRows = std::array<Row, kBlockRows>;

  static std::uint32_t words_of(std::uint64_t codes) {
    return static_cast<std::uint32_t>((codes & kMostWords * kOnes) * kOnes >> 56);
  }
  static bool has_code(const Row& row);
  static Row decoded(const Block& block, std::uint32_t place);
  static bool append(Block& block, std::uint32_t place, const Row& row);
  WholeRows& make_whole(Block& block);

  std::size_t size_ = 0;
  std::vector<Block> blocks_;
  std::vector<WholeRows> whole_;
};

inline std::uint32_t RowTable::Block::words_before(std::uint32_t place) const {
  const std::uint32_t lane = place / kLaneRows;
  const std::uint64_t part = (std::uint64_t{1} << place % kLaneRows * kBitsPerRow) - 1;
  std::uint32_t words = words_of(codes[lane] & part);
  words += lane > 0 ? words_of(codes[0]) : 0;
  words += lane > 1 ? words_of(codes[1]) : 0;
  return words;
}

inline Row RowTable::decoded(const Block& block, std::uint32_t place) {
  const std::uint32_t code = block.code(place), words = code & kMostWords;
  const std::uint32_t first = words == 0 ? 0 : block.first_word + block.words_before(place);
  return {first, words, code >> kWordsBits};
}

inline Row RowTable::operator[](std::size_t row) const {
  const Block& block = blocks_[row / kBlockRows];
  const auto place = static_cast<std::uint32_t>(row % kBlockRows);
  return block.whole == kNone ? decoded(block, place) : whole_[block.whole][place];
}

}  // namespace spikeloom
