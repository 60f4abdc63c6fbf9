#include "models/mapping/row_table.hpp"

#include "models/base/error.hpp"

namespace spikeloom {

/// Its first word aside.
bool RowTable::has_code(const Row& row) {
  const bool is_plain = row.format == RowFormat::Sparse && row.delay == 0 && row.first_target == 0;
  const bool is_placed = row.words > 0 || row.first_word == 0;
  return is_plain && is_placed && row.words <= kMostWords && row.weight_exponent <= kMostExponent;
}

/// False, and nothing changed, if the row does not follow those before it, or has some behind it.
bool RowTable::append(Block& block, std::uint32_t place, const Row& row) {
  if (!has_code(row)) return false;
  const std::uint32_t lane = place / kLaneRows, bit = place % kLaneRows * kBitsPerRow;
  bool is_last = block.codes[lane] >> bit == 0;
  for (std::uint32_t l = lane + 1; l < block.codes.size(); ++l) is_last &= block.codes[l] == 0;
  const std::uint32_t before = block.words_before(place);
  const bool follows = row.words == 0 || before == 0 || row.first_word == block.first_word + before;
  if (!is_last || !follows) return false;
  if (row.words > 0 && before == 0) block.first_word = row.first_word;
  block.codes[lane] |= std::uint64_t{row.weight_exponent << kWordsBits | row.words} << bit;
  return true;
}

RowTable::WholeRows& RowTable::make_whole(Block& block) {
  WholeRows rows;
  for (std::uint32_t place = 0; place < kBlockRows; ++place) rows[place] = decoded(block, place);
  block.whole = static_cast<std::uint32_t>(whole_.size());
  return whole_.emplace_back(rows);
}

void RowTable::set(std::size_t row, const Row& value) {
  SPIKELOOM_CHECK(row < size_, "the row exists");
  Block& block = blocks_[row / kBlockRows];
  const auto place = static_cast<std::uint32_t>(row % kBlockRows);
  if (block.whole != kNone)
    whole_[block.whole][place] = value;
  else if (!append(block, place, value))
    make_whole(block)[place] = value;
}

void RowTable::resize(std::size_t size) {
  SPIKELOOM_CHECK(size >= size_, "rows are not removed");
  size_ = size;
  blocks_.resize((size + kBlockRows - 1) / kBlockRows);
}

void RowTable::push_back(const Row& row) {
  resize(size_ + 1);
  set(size_ - 1, row);
}

std::size_t RowTable::bytes() const {
  return blocks_.capacity() * sizeof(Block) + whole_.capacity() * sizeof(WholeRows);
}

}  // namespace spikeloom
