#include <doctest/doctest.h>

#include "sim/chip/ternary_table.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::chip_sim {
namespace {

using test::Draw;

std::vector<TernaryTable::Entry> random_entries(Draw& draw, std::uint32_t key_bits) {
  std::vector<TernaryTable::Entry> entries(draw.between(0, 40));
  for (TernaryTable::Entry& entry : entries) {
    entry.mask = draw.between(0, (1U << key_bits) - 1) << draw.between(0, 31 - key_bits);
    entry.key = draw.between(0, 0xFFFFFFFFU) & entry.mask;
    entry.value = draw.between(0, 1000);
  }
  return entries;
}

/// The table as its header states it: value of the first entry that matches, or none.
std::int64_t first_match(const std::vector<TernaryTable::Entry>& entries, std::uint32_t key) {
  for (const TernaryTable::Entry& entry : entries)
    if ((key & entry.mask) == entry.key) return entry.value;
  return -1;
}

TEST_CASE("what a table remembers is what a search from the top would find") {
  std::size_t matches = 0, misses = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    const auto entries = random_entries(draw, draw.between(1, 12));
    TernaryTable table(entries);
    for (int question = 0; question < 2000; ++question) {
      const std::uint32_t key = draw.between(0, 0xFFFFFFFFU) >> draw.between(0, 31);
      const std::int64_t expected = first_match(entries, key);
      const TernaryTable::Answer& answer = table.find(key);
      REQUIRE((answer.matches ? std::int64_t{answer.value} : -1) == expected);
      ++(answer.matches ? matches : misses);
    }
  }
  CHECK(matches > 10000);
  CHECK(misses > 10000);
}

TEST_CASE("an answer carries the mask of its entry") {
  TernaryTable table({{0x100, 0xF00, 7}, {0, 0, 9}});
  CHECK(table.find(0x123).mask == 0xF00);
  CHECK(table.find(0x123).value == 7);
  CHECK(table.find(0x223).mask == 0);
  CHECK(table.find(0x223).value == 9);
}

}  // namespace
}  // namespace spikeloom::chip_sim
