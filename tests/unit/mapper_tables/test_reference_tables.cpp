// Tables of SpiNNaker networks from before minimization, as published with Mundy, Heathcote,
// Garside (2016): per table x, y (a byte each) and its length (2 bytes), then per entry key, mask,
// the ports packets come by and the route, 4 bytes each, little endian.

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <fstream>
#include <iterator>
#include <set>

#include "mapper/tables/equivalence.hpp"
#include "tests/reference_data.hpp"

namespace spikeloom {
namespace {

class TableFile {
 public:
  explicit TableFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
  }
  bool at_end() const { return at_ >= bytes_.size(); }
  std::vector<PassingKeys> next_table() {
    number(2);
    std::vector<PassingKeys> table(number(2));
    for (PassingKeys& keys : table) {
      keys.key = number(4);
      keys.mask = number(4);
      keys.arrival = arrival_of(number(4));
      keys.route = route_of(number(4));
    }
    return table;
  }

 private:
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      value |= std::uint32_t{static_cast<std::uint8_t>(bytes_.at(at_ + i))} << 8 * i;
    at_ += bytes;
    return value;
  }
  /// Packets that come by one link; others come from cores.
  static Port arrival_of(std::uint32_t ports) {
    if (std::popcount(ports) != 1 || ports >= 1U << kLinkCount) return Port::Core;
    return static_cast<Port>(std::countr_zero(ports));
  }
  /// Cores have the bits from 6 on, where our io port stands before them.
  static std::uint32_t route_of(std::uint32_t route) {
    const std::uint32_t links = route & ((1U << kLinkCount) - 1);
    return links | (route & ~links) << 1;
  }

  std::vector<char> bytes_;
  std::size_t at_ = 0;
};

struct Sizes {
  std::size_t entries = 0, largest = 0, above_1023 = 0;
  void add(std::size_t size) {
    entries += size;
    largest = std::max(largest, size);
    above_1023 += size > 1023 ? 1 : 0;
  }
};

void minimize_all(const std::string& name) {
  if (!testing::has_reference_data("routing_tables/" + name)) return;
  TableFile file(testing::reference_data() + "/routing_tables/" + name);
  std::vector<std::vector<PassingKeys>> tables;
  while (!file.at_end()) tables.push_back(file.next_table());
  REQUIRE(tables.size() == 144);
  std::size_t least = ~std::size_t{0};
  for (const std::string minimizer : {"plain", "merge", "ordered"}) {
    Sizes sizes;
    std::size_t misrouted = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& passing : tables) {
      const auto table = make_stage(table_minimizers(), minimizer)->minimize(passing);
      sizes.add(table.size());
      misrouted += first_misrouted(table, passing) ? 1 : 0;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    MESSAGE(name,
            " ",
            minimizer,
            ": ",
            sizes.entries,
            " entries, largest table ",
            sizes.largest,
            ", tables above 1023: ",
            sizes.above_1023,
            ", ",
            seconds.count(),
            " s");
    CHECK(misrouted == 0);
    CHECK(sizes.entries < least);
    least = sizes.entries;
  }
}

}  // namespace

TEST_CASE("tables of a network with Gaussian connectivity become smaller and route the same") {
  minimize_all("gaussian_12_12_xyp.bin");
}

TEST_CASE("tables of a network with centroid connectivity become smaller and route the same") {
  minimize_all("centroid_12_12_rnd.bin");
}

}  // namespace spikeloom
