#include <doctest/doctest.h>

#include "mapper/mapper.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

MappingQuality quality_of(const LoweredNetwork& network,
                          const Chip& chip,
                          const std::string& partitioner) {
  const MapperOptions options{partitioner, "row_major", "west_first", "plain"};
  return map_network(network, chip, options, Seed{1}, "net").quality;
}

TEST_CASE("a dense network takes no more cores than its dense rows need") {
  test::NetworkBuilder build(1);
  const auto input = build.input("input", {50}), output = build.neurons("output", {120});
  build.dense(input, output);
  build.output(output);
  Chip chip = test::make_chip(8, 8, 60);
  for (const std::uint32_t lanes : {1U, 4U})
    for (const std::string partitioner : {"auto", "metis", "patch", "sequential"}) {
      CAPTURE(lanes);
      CAPTURE(partitioner);
      chip.core.synapses_per_word = lanes;
      const std::uint32_t weights = dense_weights_per_word(chip.core);
      const std::uint32_t words_of_40 = (40 + weights - 1) / weights;
      REQUIRE(words_of_40 < 40 / lanes);
      chip.core.synaptic_words = 50 * words_of_40;
      const MappingQuality quality = quality_of(build.network(), chip, partitioner);
      CHECK(quality.cores_used == 3);
      CHECK(quality.dense_rows == 150);
    }
}

/// Rows of one delay and of several, gaps, two synapses of a pair, matrices.
LoweredNetwork mixed_network(std::uint32_t seed) {
  test::NetworkBuilder build(seed);
  const auto input = build.input("input", {10 + build.draw(20)});
  const auto hidden = build.neurons("hidden", {10 + build.draw(40)});
  const auto output = build.neurons("output", {5 + build.draw(20)});
  build.sparse(input, hidden, 1 + build.draw(20), 1 + build.draw(2));
  build.dense(hidden, output);
  build.sparse(hidden, hidden, build.draw(8), 1);
  if (build.draw(2) == 0) build.dense(input, output);
  if (build.draw(2) == 0) build.sparse(output, output, 1 + build.draw(4), 2);
  build.output(output);
  return std::move(build.network());
}

TEST_CASE("a core is filled to the last word that its rows take, and no further") {
  std::uint64_t dense_rows = 0, sparse_rows = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const LoweredNetwork network = mixed_network(seed);
    Chip chip = test::make_chip(4, 4, 128);
    chip.core.synapses_per_word = 1U << seed % 4;
    chip.core.synaptic_words = 1U << 16;
    const MappingQuality ample = quality_of(network, chip, "sequential");
    REQUIRE(ample.cores_used == 1);
    dense_rows += ample.dense_rows;
    sparse_rows += ample.sparse_rows;
    chip.core.synaptic_words = ample.worst_core_words;
    CHECK(quality_of(network, chip, "sequential").cores_used == 1);
    --chip.core.synaptic_words;
    CHECK(quality_of(network, chip, "sequential").cores_used > 1);
  }
  CHECK(dense_rows > 500);
  CHECK(sparse_rows > 500);
}

}  // namespace
}  // namespace spikeloom
