#include "sim/noc/traffic.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "models/base/error.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::noc {
namespace {

using Nodes = std::vector<std::uint32_t>;

/// Where the first packet of every node goes.
Nodes destinations(const Chip& chip, Pattern pattern) {
  std::map<std::uint32_t, std::uint32_t> node_of;
  for (std::uint32_t node = 0; node < chip.tile_count(); ++node) node_of[key_of(chip, node)] = node;
  const Traffic traffic(chip, pattern, 0.5, Seed{1});
  Nodes to;
  for (std::uint32_t node = 0; node < chip.tile_count(); ++node) {
    Traffic::Cursor cursor;
    to.push_back(node_of.at(traffic.next(node, cursor).key));
  }
  return to;
}

std::string refusal(const Chip& chip, Pattern pattern, double offered = 0.1) {
  try {
    Traffic(chip, pattern, offered, Seed{1});
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("permutations have the definitions of the literature") {
  const Chip square = test::mesh(4, 4);
  CHECK(destinations(square, Pattern::Transpose) ==
        Nodes{0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15});
  CHECK(destinations(square, Pattern::BitComplement) ==
        Nodes{15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  CHECK(destinations(square, Pattern::BitReversal) ==
        Nodes{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15});
  CHECK(destinations(square, Pattern::Shuffle) ==
        Nodes{0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15});
  CHECK(destinations(square, Pattern::Tornado) ==
        Nodes{5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 1, 2, 3, 0});
  CHECK(destinations(square, Pattern::Neighbour) == destinations(square, Pattern::Tornado));
}

// What BookSim2 computes from a source's number, on a mesh on which no two patterns agree.
TEST_CASE("on 8x8 tiles every permutation is that of its formula") {
  const Chip chip = test::mesh(8, 8);
  const auto follows = [&](Pattern pattern, auto formula) {
    const Nodes to = destinations(chip, pattern);
    for (std::uint32_t s = 0; s < 64; ++s) {
      CAPTURE(name_of(pattern));
      CAPTURE(s);
      CHECK(to[s] == formula(s));
    }
  };
  const auto both_axes = [](std::uint32_t s, std::uint32_t further) {
    return (s / 8 + further) % 8 * 8 + (s % 8 + further) % 8;
  };
  follows(Pattern::Transpose, [](std::uint32_t s) { return s % 8 * 8 + s / 8; });
  follows(Pattern::BitComplement, [](std::uint32_t s) { return ~s & 63U; });
  follows(Pattern::BitReversal, [](std::uint32_t s) {
    std::uint32_t result = 0;
    for (std::uint32_t n = 64; n > 1; n /= 2, s /= 2) result = result * 2 + s % 2;
    return result;
  });
  follows(Pattern::Shuffle, [](std::uint32_t s) { return s * 2 % 64 + s / 32; });
  follows(Pattern::Tornado, [&](std::uint32_t s) { return both_axes(s, 3); });
  follows(Pattern::Neighbour, [&](std::uint32_t s) { return both_axes(s, 1); });
}

TEST_CASE("patterns of axes take any mesh, each axis modulo its own length") {
  const Chip chip = test::mesh(5, 2);
  CHECK(destinations(chip, Pattern::Tornado) == Nodes{2, 3, 4, 0, 1, 7, 8, 9, 5, 6});
  CHECK(destinations(chip, Pattern::Neighbour) == Nodes{6, 7, 8, 9, 5, 1, 2, 3, 4, 0});
}

TEST_CASE("a pattern that is not defined on a chip is refused") {
  const Chip chip = test::mesh(6, 2);
  CHECK(refusal(chip, Pattern::Shuffle) ==
        "pattern shuffle needs a power of two of tiles; the chip has 6 x 2 tiles");
  CHECK(refusal(chip, Pattern::BitComplement) ==
        "pattern bit_complement needs a power of two of tiles; the chip has 6 x 2 tiles");
  CHECK(refusal(chip, Pattern::BitReversal) ==
        "pattern bit_reversal needs a power of two of tiles; the chip has 6 x 2 tiles");
  CHECK(refusal(chip, Pattern::Transpose) ==
        "pattern transpose needs as many columns as rows; the chip has 6 x 2 tiles");
  CHECK(refusal(test::mesh(3, 1), Pattern::Multicast) ==
        "pattern multicast needs at least 4 nodes; the chip has 3 x 1 tiles");
  for (const Pattern pattern : {Pattern::Uniform,
                                Pattern::Tornado,
                                Pattern::Neighbour,
                                Pattern::Hotspot,
                                Pattern::Multicast})
    CHECK(refusal(chip, pattern) == "accepted");
}

TEST_CASE("tiles without a core that works are no nodes") {
  Chip chip = test::mesh(4, 2);
  chip.topology.cores_per_tile = 2;
  chip.topology.dead_tiles = {{3, 0}};
  chip.topology.dead_cores = {{{0, 1}, 0}, {{0, 1}, 1}, {{1, 1}, 0}};
  const Traffic traffic(chip, Pattern::Uniform, 0.1, Seed{1});
  CHECK(traffic.nodes() == Nodes{0, 1, 2, 5, 6, 7});
  Traffic::Cursor cursor;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t key = traffic.next(0, cursor).key;
    CHECK(key != key_of(chip, 3));
    CHECK(key != key_of(chip, 4));
  }
  CHECK(refusal(chip, Pattern::Tornado) ==
        "pattern tornado needs a working core on every tile; the chip has 4 x 2 tiles, 6 with one");
  CHECK(refusal(chip, Pattern::Multicast) == "accepted");
}

TEST_CASE("rates that are no probability above zero and unknown patterns are refused") {
  for (const double offered : {0.0, -0.5, 1.5})
    CHECK_THROWS_AS(Traffic(test::mesh(2, 2), Pattern::Uniform, offered, Seed{1}), InputError);
  CHECK(refusal(test::mesh(2, 2), Pattern::Uniform, 1.5) ==
        "offered is 1.5, allowed is above 0 and at most 1 packet per node and cycle");
  CHECK(refusal(test::mesh(2, 2), Pattern::Uniform, 1) == "accepted");
  CHECK_THROWS_WITH_AS(pattern_of("neighbor"),
                       "there is no pattern 'neighbor'; known: uniform, transpose, bit_complement, "
                       "bit_reversal, tornado, shuffle, neighbour, hotspot, multicast",
                       InputError);
  for (const std::string& name : pattern_names()) CHECK(name_of(pattern_of(name)) == name);
}

TEST_CASE("packets come at the rate offered, as independent draws of every cycle would") {
  const Chip chip = test::mesh(1, 1);
  for (const double offered : {0.001, 0.1, 0.7}) {
    CAPTURE(offered);
    const Traffic traffic(chip, Pattern::Uniform, offered, Seed{3});
    Traffic::Cursor cursor;
    constexpr std::uint32_t kPackets = 40'000;
    std::uint32_t adjacent = 0;
    Cycle previous = kNever;
    for (std::uint32_t i = 0; i < kPackets; ++i) {
      const Cycle cycle = traffic.next(0, cursor).cycle;
      if (previous != kNever) {
        REQUIRE(cycle > previous);
        adjacent += cycle == previous + 1 ? 1 : 0;
      }
      previous = cycle;
    }
    CHECK(kPackets / static_cast<double>(cursor.from) == doctest::Approx(offered).epsilon(0.02));
    CHECK(adjacent / double{kPackets} == doctest::Approx(offered).epsilon(0.2));
  }
}

TEST_CASE("at a rate of one every cycle brings a packet") {
  const Traffic traffic(test::mesh(1, 1), Pattern::Uniform, 1, Seed{1});
  Traffic::Cursor cursor;
  for (Cycle cycle = 0; cycle < 1000; ++cycle) CHECK(traffic.next(0, cursor).cycle == cycle);
}

TEST_CASE("uniform traffic reaches every node alike, a hot spot ten times in a hundred more") {
  const Chip chip = test::mesh(4, 2);
  constexpr std::uint32_t kPackets = 80'000;
  const auto shares = [&](Pattern pattern) {
    const Traffic traffic(chip, pattern, 0.5, Seed{1});
    std::map<std::uint32_t, double> share;
    Traffic::Cursor cursor;
    for (std::uint32_t i = 0; i < kPackets; ++i)
      share[traffic.next(3, cursor).key] += 1.0 / kPackets;
    return share;
  };
  const auto uniform = shares(Pattern::Uniform);
  CHECK(uniform.size() == 8);
  for (const auto& [key, share] : uniform) CHECK(share == doctest::Approx(0.125).epsilon(0.03));
  const auto hot = shares(Pattern::Hotspot);
  for (const auto& [key, share] : hot) {
    const bool is_middle = key == key_of(chip, 6);  // (2, 1)
    CHECK(share == doctest::Approx(0.9 * 0.125 + (is_middle ? 0.1 : 0)).epsilon(0.03));
  }
}

TEST_CASE("a multicast group is four different nodes, the same for a seed") {
  const Chip chip = test::mesh(3, 2);
  const Traffic one(chip, Pattern::Multicast, 0.1, Seed{1});
  const Traffic again(chip, Pattern::Multicast, 0.5, Seed{1});
  const Traffic other(chip, Pattern::Multicast, 0.1, Seed{2});
  bool differs = false;
  for (std::uint32_t node = 0; node < 6; ++node) {
    const Nodes& group = one.group(node);
    CHECK(std::set(group.begin(), group.end()).size() == 4);
    CHECK(group == again.group(node));
    differs = differs || group != other.group(node);
  }
  CHECK(differs);
  CHECK(one.copies() == 4);
}

}  // namespace
}  // namespace spikeloom::noc
