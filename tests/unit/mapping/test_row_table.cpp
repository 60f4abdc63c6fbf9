#include "models/mapping/row_table.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace spikeloom {
namespace {

constexpr std::size_t kRows = 500;

/// A row as a mapper makes it, whose words begin at `next`, which moves behind them.
Row following_row(std::mt19937& random, std::uint32_t most_words, std::uint32_t& next) {
  const std::uint32_t words = static_cast<std::uint32_t>(random()) % (most_words + 1);
  const std::uint32_t exponent = static_cast<std::uint32_t>(random()) % 8;
  if (words == 0) return {0, 0, exponent};
  const Row row{next, words, exponent};
  next += words;
  return row;
}

/// A row as only a damaged file or a test has it.
Row any_row(std::mt19937& random) {
  Row row(static_cast<std::uint32_t>(random()) % 40,
          static_cast<std::uint32_t>(random()) % 40,
          static_cast<std::uint32_t>(random()) % 10);
  row.format = static_cast<RowFormat>(random() % 3);
  row.delay = random() % 64;
  row.first_target = static_cast<std::uint16_t>(random() % 3);
  return row;
}

void check_equal(const RowTable& table, const std::vector<Row>& rows) {
  REQUIRE(table.size() == rows.size());
  std::size_t i = 0;
  for (const Row& row : table) {
    CAPTURE(i);
    REQUIRE(row == rows[i++]);
  }
}

TEST_CASE("a row table gives back every row that was set, whatever it was and in any order") {
  std::mt19937 random(1);
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    CAPTURE(trial);
    RowTable table;
    table.resize(kRows);
    std::vector<Row> rows(kRows);
    std::uint32_t next = 0;
    const auto set = [&](std::size_t i, const Row& row) {
      table.set(i, row);
      rows[i] = row;
    };
    const std::uint32_t most_words = trial % 2 == 0 ? 3 : 40;
    for (std::size_t i = 0; i < kRows; ++i)
      if (random() % 4 != 0) set(i, following_row(random, most_words, next));
    for (std::uint32_t i = 0; i < trial; ++i) {
      const std::size_t row = random() % kRows;
      set(row, i % 2 == 0 ? any_row(random) : following_row(random, 3, next));
    }
    check_equal(table, rows);
  }
}

TEST_CASE("a row table grows row by row") {
  const RowTable table{{0, 2, 1}, {0, 0, 0}, {2, 31, 7}};
  check_equal(table, {{0, 2, 1}, {0, 0, 0}, {2, 31, 7}});
  CHECK(!table.empty());
}

TEST_CASE("short rows one behind the other take a byte and a third, others twelve bytes more") {
  std::mt19937 random(1);
  RowTable compact, whole;
  std::uint32_t next = 7, behind = 0;
  for (auto* table : {&compact, &whole}) table->reserve(24000);
  for (std::uint32_t i = 0; i < 24000; ++i) {
    compact.push_back(following_row(random, 3, next));
    whole.push_back({behind, 32, 0});
    behind += 32;
  }
  CHECK(compact.bytes() == 24000 / 24 * 32);
  CHECK(whole.bytes() >= 24000 / 24 * (32 + 24 * 12));
  for (std::uint32_t i = 0; i < 24000; ++i) CHECK(whole[i] == Row(i * 32, 32, 0));
}

}  // namespace
}  // namespace spikeloom
