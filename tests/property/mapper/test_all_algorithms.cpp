#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "mapper/mapper.hpp"
#include "mapper/registry.hpp"
#include "models/mapping/check_mapping.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

using test::NetworkBuilder;

std::vector<MapperOptions> all_combinations() {
  const auto lists = mapper_algorithms();
  std::vector<MapperOptions> all;
  for (const auto& partitioner : lists[0].second)
    for (const auto& placer : lists[1].second)
      for (const auto& router : lists[2].second)
        for (const auto& tables : lists[3].second)
          all.push_back({partitioner, placer, router, tables});
  return all;
}

LoweredNetwork drawn_network(std::uint32_t seed) {
  NetworkBuilder build(seed);
  const std::uint32_t side = 2 + build.draw(5);
  const auto input = build.input("input", {2, side, side});
  const auto conv = build.neurons("conv", {3, side, side});
  const auto hidden = build.neurons("hidden", {1 + build.draw(60)});
  const auto recurrent = build.neurons("recurrent", {1 + build.draw(80)});
  const auto output = build.neurons("output", {1 + build.draw(12)});
  const auto readout = build.neurons("readout", {3});
  build.conv(input, conv, 1);
  build.dense(conv, hidden);
  build.sparse(hidden, recurrent, 1 + build.draw(9), 15);
  build.sparse(recurrent, recurrent, build.draw(9), 15);
  build.sparse(recurrent, output, build.draw(5), 3);
  build.dense(output, readout);
  build.output(output);
  build.output(readout);
  build.network().populations[readout].profiles[0].spikes = false;
  return std::move(build.network());
}

Chip drawn_chip(std::uint32_t seed, std::uint32_t lanes) {
  const std::uint32_t sides[][2] = {{6, 6}, {40, 1}, {1, 40}, {9, 5}};
  const auto& side = sides[seed % 4];
  Chip chip = test::make_chip(side[0], side[1], 12U << seed % 3);
  chip.io.ports.front() = {side[0] / 2, side[1] - 1};
  chip.core.synapses_per_word = lanes;
  chip.core.synaptic_words = 4096;
  return chip;
}

TEST_CASE("every combination of algorithms maps every network legally and equivalently") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    const LoweredNetwork network = drawn_network(seed);
    Chip chip = drawn_chip(seed, 1U << seed % 3);
    for (const MapperOptions& options : all_combinations()) {
      CAPTURE(seed);
      CAPTURE(options.partitioner + " " + options.placer + " " + options.router);
      CAPTURE(options.table_minimizer);
      chip.router.blocked.reset();
      if (options.router == "steiner" || options.router == "shortest")
        chip.router.blocked = BlockedSpec{};
      MappingResult result;
      REQUIRE_NOTHROW(result = map_network(network, chip, options, Seed{seed}, "drawn"));
      CHECK_NOTHROW(check_legal(result.mapping, chip, "mapping.h5"));
      CHECK_NOTHROW(check_equivalent(result.mapping, chip, network));
      CHECK(result.quality.synapses == synapse_count(network));
      CHECK(result.quality.neurons == neuron_count(network));
    }
  }
}

/// Any topology, several cores a tile, several chips and ports, and what may be dead.
Chip drawn_board(TopologyKind kind, std::uint32_t seed) {
  const RandomStream random(Seed{seed}, "test.board");
  const auto draw = [&](std::uint32_t bound, std::uint32_t i) { return random.below(bound, i, 0); };
  Chip chip = test::make_chip(2 * (2 + draw(3, 0)), 4 + draw(4, 1), 16);
  Topology& topology = chip.topology;
  topology.kind = kind;
  topology.cores_per_tile = 1 + draw(4, 2);
  topology.chip_width = draw(2, 3) == 0 ? topology.width : topology.width / 2;
  chip.chip_link.latency_cycles = 9;
  chip.router.virtual_channels = 1 + draw(2, 4);
  chip.core.neurons = 64 / topology.cores_per_tile + 16;
  chip.core.synaptic_words = 8192;
  chip.io.ports = {{0, 0}, {topology.width - 1, topology.height - 1}};
  for (std::uint32_t i = 0; i < draw(3, 5); ++i) {
    const TilePosition at{1 + draw(topology.width - 2, 10 + i), draw(topology.height, 20 + i)};
    topology.dead_tiles.push_back(at);
  }
  for (std::uint32_t i = 0; i < draw(6, 6); ++i) {
    const TilePosition at{draw(topology.width, 30 + i), draw(topology.height, 40 + i)};
    const auto link = static_cast<Port>(draw(kLinkCount, 50 + i));
    if (topology.has(link)) topology.dead_links.push_back({at, link});
    topology.dead_cores.push_back({at, draw(topology.cores_per_tile, 60 + i)});
  }
  return chip;
}

TEST_CASE("boards of every topology, with what may be dead, are mapped legally and equivalently") {
  const MapperOptions automatic{"metis", "anneal", kAutomatic, "merge"};
  for (const TopologyKind kind : {TopologyKind::Mesh,
                                  TopologyKind::Torus,
                                  TopologyKind::TriangularMesh,
                                  TopologyKind::TriangularTorus})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(name_of(kind));
      CAPTURE(seed);
      Chip chip = drawn_board(kind, seed);
      const LoweredNetwork network = drawn_network(seed);
      for (const bool dropping : {false, true}) {
        CAPTURE(dropping);
        if (dropping) chip.router.blocked = BlockedSpec{};
        MappingResult result;
        REQUIRE_NOTHROW(result = map_network(network, chip, automatic, Seed{seed}, "drawn"));
        CHECK_NOTHROW(check_legal(result.mapping, chip, "mapping.h5"));
        CHECK_NOTHROW(check_equivalent(result.mapping, chip, network));
        CHECK(result.warnings.empty() == result.quality.waiting_circle.empty());
        if (!dropping) CHECK(result.quality.waiting_circle.empty());
      }
    }
}

TEST_CASE("a mapping names the algorithms that were taken, not that they were chosen") {
  const MapperOptions chosen = {kAutomatic, "anneal", kAutomatic, "ordered"};
  const MappingResult result =
      map_network(drawn_network(1), drawn_chip(1, 2), chosen, Seed{1}, "drawn");
  CHECK(result.mapping.stages ==
        std::vector<std::pair<std::string, std::string>>{{"partition", "metis"},
                                                         {"place", "anneal"},
                                                         {"route", "west_first"},
                                                         {"tables", "ordered"}});
}

TEST_CASE("the same seed gives the same mapping file, byte for byte") {
  const LoweredNetwork network = drawn_network(3);
  const Chip chip = drawn_chip(3, 2);
  const MapperOptions options{"metis", "anneal", "west_first", "merge"};
  const auto bytes = [&](std::uint32_t seed) {
    const auto path = std::filesystem::temp_directory_path() / "spikeloom_same_seed.h5";
    write_mapping(map_network(network, chip, options, Seed{seed}, "drawn").mapping, path.string());
    std::ifstream in(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    std::filesystem::remove(path);
    return content;
  };
  const std::string first = bytes(5);
  CHECK(first == bytes(5));
  CHECK(first != bytes(6));
}

void report(const MapperOptions& o, std::uint32_t neurons, const MappingQuality& q) {
  MESSAGE(
      fmt::format("{} neurons a core, {:>10} {:>9} {:>10} {:>5}: {} cores, {:.3f} packets and "
                  "{:.3f} hops a spike, {} entries, worst table {}",
                  neurons,
                  o.partitioner,
                  o.placer,
                  o.router,
                  o.table_minimizer,
                  q.cores_used,
                  q.packets_per_spike,
                  q.hops_per_spike,
                  q.routing_entries,
                  q.worst_table_entries));
}

TEST_CASE("better algorithms are better on a convolutional network") {
  const LoweredNetwork network = test::convolutional_network(1);
  const std::vector<MapperOptions> steps = {{"sequential", "row_major", "xy_tree", "plain"},
                                            {"metis", "row_major", "xy_tree", "plain"},
                                            {"metis", "anneal", "xy_tree", "plain"},
                                            {"metis", "anneal", "west_first", "plain"},
                                            {"metis", "anneal", "west_first", "merge"}};
  for (const std::uint32_t neurons : {64U, 128U, 256U}) {
    CAPTURE(neurons);
    std::vector<MappingQuality> quality;
    for (const MapperOptions& options : steps) {
      const Chip chip = test::make_chip(8, 8, neurons);
      quality.push_back(map_network(network, chip, options, Seed{1}, "conv").quality);
      report(options, neurons, quality.back());
    }
    CHECK(quality[1].packets_per_spike <= quality[0].packets_per_spike);
    CHECK(quality[2].hops_per_spike < 0.95 * quality[1].hops_per_spike);
    CHECK(quality[3].hops_per_spike <= quality[2].hops_per_spike);
    CHECK(quality[4].routing_entries < 0.7 * static_cast<double>(quality[3].routing_entries));
    CHECK(quality[4].hops_per_spike == quality[3].hops_per_spike);
  }
}

}  // namespace
}  // namespace spikeloom
