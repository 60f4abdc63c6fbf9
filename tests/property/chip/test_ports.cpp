// Inputs over several ports: the chip computes what the golden integer engine does, and ports share
// the packets.

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/property/chip/network_drawer.hpp"

namespace spikeloom {
namespace {

using namespace test;

MapperOptions algorithms(const std::string& partitioner) {
  return {partitioner, "anneal", "auto", "ordered"};
}

/// 8 x 8 tiles; `chip_width` 4 makes two chips of it.
Chip chip_of(TopologyKind kind, std::uint32_t chip_width, std::uint32_t ports) {
  Chip chip = mesh(8, 8);
  chip.topology.kind = kind;
  chip.topology.chip_width = chip_width;
  chip.chip_link.latency_cycles = 9;
  if (chip.topology.wraps()) chip.router.virtual_channels = 2;
  chip.io.ports = {{0, 0}, {7, 7}, {7, 0}, {0, 7}};
  chip.io.ports.resize(ports);
  chip.core.rows = 1U << 14;
  return chip;
}

/// Elements that enter at each port of the chip.
std::vector<std::uint32_t> elements_at_ports(const Chip& chip, const Mapping& mapping) {
  std::vector<std::uint32_t> elements(chip.io.ports.size());
  for (const InputImage& input : mapping.inputs) elements[input.port] += input.size();
  return elements;
}

/// Packets that each port has sent.
std::vector<std::uint64_t> packets_of_ports(const Chip& chip, const ChipSimulator& simulator) {
  std::vector<std::uint64_t> packets;
  for (const TilePosition port : chip.io.ports) {
    const std::string tile = std::to_string(index_of(chip.tile_at(port)));
    packets.push_back(simulator.statistics().at("tile." + tile + ".io.injected").counter->value());
  }
  return packets;
}

void check_shares(const std::vector<std::uint32_t>& elements) {
  const double all = std::accumulate(elements.begin(), elements.end(), 0.0);
  const double mean = all / static_cast<double>(elements.size());
  CHECK(*std::max_element(elements.begin(), elements.end()) <= 1.12 * mean + 1);
  CHECK(*std::min_element(elements.begin(), elements.end()) >= 0.88 * mean - 1);
}

struct DrawnRun {
  std::size_t spikes;
  std::uint64_t convolution_rows, dense_rows, sparse_rows;
};

DrawnRun check_drawn(Chip chip, std::uint32_t seed) {
  Draw draw(seed);
  NetworkDrawer drawer(draw);
  LoweredNetwork network = drawer.network();
  const Sample sample = drawer.sample(8);
  chip.core.neurons = draw.between(24, 80);
  chip.core.synapses_per_word = draw.between(1, 16);
  chip.core.synaptic_words = 1500;  // or little is worth sharing
  chip.core.kernel_words = draw.one_in(3) ? 0 : draw.between(1000, 8000);
  network.arithmetic = chip.core.arithmetic;
  const std::string partitioner = draw.one_in(3) ? "sequential" : "auto";
  const MappingResult mapped =
      map_network(network, chip, algorithms(partitioner), Seed{seed}, "drawn network");
  ChipSimulator simulator(chip, mapped.mapping);
  const SampleTrace expected = IntegerEngine(network).run(sample, 8);
  CHECK(simulator.run(sample, 8).trace.spikes == expected.spikes);
  check_shares(elements_at_ports(chip, mapped.mapping));
  return {expected.spikes.size(),
          mapped.quality.convolution_rows,
          mapped.quality.dense_rows,
          mapped.quality.sparse_rows};
}

TEST_CASE("inputs over several ports spike as golden says, on every topology") {
  DrawnRun all{};
  for (const auto& [kind, chip_width] : {std::pair(TopologyKind::Mesh, 8U),
                                         std::pair(TopologyKind::Mesh, 4U),
                                         std::pair(TopologyKind::Torus, 8U),
                                         std::pair(TopologyKind::TriangularMesh, 8U),
                                         std::pair(TopologyKind::TriangularTorus, 8U)})
    for (const std::uint32_t ports : {2U, 4U})
      for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(name_of(kind));
        CAPTURE(chip_width);
        CAPTURE(ports);
        CAPTURE(seed);
        const DrawnRun run = check_drawn(chip_of(kind, chip_width, ports), seed);
        all.spikes += run.spikes;
        all.convolution_rows += run.convolution_rows;
        all.dense_rows += run.dense_rows;
        all.sparse_rows += run.sparse_rows;
      }
  CHECK(all.spikes > 10000);
  CHECK(all.convolution_rows > 500);
  CHECK(all.dense_rows > 1000);
  CHECK(all.sparse_rows > 1000);
}

/// 256 input elements that drive 16 neurons, densely.
LoweredNetwork dense_network() {
  LoweredNetwork network;
  LoweredPopulation input;
  input.name = "input", input.shape = {16, 16}, input.size = 256, input.is_input = true;
  network.populations.push_back(std::move(input));
  LoweredPopulation output;
  output.name = "output", output.shape = {16}, output.size = 16, output.is_output = true;
  output.profiles = {relay().neuron};
  output.v_scale = {1.0};
  const auto to = network.populations.push_back(std::move(output));
  DenseConnectivity dense{256, 16, {}, 1};
  for (std::size_t i = 0; i < std::size_t{256} * 16; ++i)
    dense.weight.push_back(i % 5 == 0 ? 3 : -1);
  network.projections.push_back({PopulationId{0}, to, "input -> output", std::move(dense), 0});
  network.max_delay = 1;
  return network;
}

Sample every_element() {
  Sample sample;
  for (std::uint32_t n = 0; n < 256; ++n) sample.events.push_back({0, n, 1.0});
  return sample;
}

TEST_CASE("ports share the packets, and the time that these take to enter") {
  const LoweredNetwork network = dense_network();
  std::vector<std::uint64_t> cycles;
  for (const std::uint32_t ports : {1U, 2U, 4U}) {
    CAPTURE(ports);
    Chip chip = chip_of(TopologyKind::Mesh, 8, ports);
    chip.io.cycles_per_packet = 100;  // more than a core takes
    const MappingResult mapped = map_network(network, chip, algorithms("auto"), Seed{1}, "dense");
    ChipSimulator simulator(chip, mapped.mapping);
    const SampleRun run = simulator.run(every_element(), 2);
    CHECK(run.trace.spikes == IntegerEngine(network).run(every_element(), 2).spikes);
    CHECK(packets_of_ports(chip, simulator) == std::vector<std::uint64_t>(ports, 256 / ports));
    cycles.push_back(run.step_cycles[0]);
  }
  CHECK(cycles[0] > 255 * 100);
  CHECK(100 * cycles[1] < 52 * cycles[0]);
  CHECK(100 * cycles[2] < 27 * cycles[0]);
}

TEST_CASE("a port that is cut off brings nothing in") {
  Chip chip = chip_of(TopologyKind::Mesh, 8, 4);
  chip.topology.dead_links = {{{7, 7}, Port::West}, {{7, 7}, Port::South}};
  const LoweredNetwork network = dense_network();
  const MappingResult mapped = map_network(network, chip, algorithms("metis"), Seed{1}, "dense");
  const auto elements = elements_at_ports(chip, mapped.mapping);
  CHECK(elements[1] == 0);
  CHECK(elements[0] + elements[2] + elements[3] == 256);
  check_shares({elements[0], elements[2], elements[3]});
  ChipSimulator simulator(chip, mapped.mapping);
  const SampleTrace expected = IntegerEngine(network).run(every_element(), 2);
  CHECK(simulator.run(every_element(), 2).trace.spikes == expected.spikes);
}

TEST_CASE("where a core does not know the keys of all ports, one brings everything in") {
  Chip chip = chip_of(TopologyKind::Mesh, 8, 2);
  chip.core.axon_entries = 1;
  const LoweredNetwork network = dense_network();
  const auto map = [&] {
    return map_network(network, chip, algorithms("metis"), Seed{1}, "dense").mapping;
  };
  CHECK(elements_at_ports(chip, map()) == std::vector<std::uint32_t>{256, 0});
  chip.core.axon_entries = 2;
  CHECK(elements_at_ports(chip, map()) == std::vector<std::uint32_t>{128, 128});
}

}  // namespace
}  // namespace spikeloom
