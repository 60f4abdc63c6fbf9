// Networks of convolutions, dense and sparse projections: however a core stores a row, the chip
// computes what the golden integer engine does.

#include <doctest/doctest.h>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/property/chip/network_drawer.hpp"

namespace spikeloom {
namespace {

using namespace test;

bool same_states(const SampleTrace& a, const SampleTrace& b) {
  if (a.states.size() != b.states.size()) return false;
  for (std::size_t i = 0; i < a.states.size(); ++i)
    if (a.states[i].u != b.states[i].u || a.states[i].v != b.states[i].v) return false;
  return true;
}

struct ChipRun {
  MappingQuality quality;
  SampleTrace trace;
  ActionCounts actions;
};

ChipRun run_on(const Chip& chip,
               const LoweredNetwork& network,
               const Sample& sample,
               const std::string& partitioner) {
  const MapperOptions options{partitioner, "row_major", "xy_tree", "plain"};
  const MappingResult mapped = map_network(network, chip, options, Seed{1}, "drawn network");
  ChipSimulator simulator(chip, mapped.mapping);
  return {mapped.quality, simulator.run(sample, 8, true).trace, simulator.actions()};
}

TEST_CASE("rows generated from kernels add what stored rows do, and golden says so too") {
  std::uint64_t taps = 0, spikes = 0, dense_rows = 0, sparse_rows = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    NetworkDrawer drawer(draw);
    LoweredNetwork network = drawer.network();
    const Sample sample = drawer.sample(8);
    Chip chip = mesh(8, 8);
    chip.core.neurons = draw.between(12, 80);
    chip.core.synapses_per_word = draw.between(1, 16);
    chip.core.convolution_cycles_per_tap = draw.between(1, 3);
    chip.core.rows = 1U << 14;
    network.arithmetic = chip.core.arithmetic;
    const std::string partitioner = draw.one_in(3) ? "sequential" : "patch";
    chip.core.synaptic_words = 1500;  // or little is worth sharing
    chip.core.kernel_words = draw.between(200, 8000);
    const ChipRun shared = run_on(chip, network, sample, partitioner);
    chip.core.kernel_words = 0;
    const ChipRun stored = run_on(chip, network, sample, partitioner);
    const SampleTrace expected = IntegerEngine(network).run(sample, 8, true);
    CHECK(shared.trace.spikes == expected.spikes);
    CHECK(same_states(shared.trace, expected));
    CHECK(stored.trace.spikes == expected.spikes);
    CHECK(shared.actions[Action::SynapticOperation] == stored.actions[Action::SynapticOperation]);
    CHECK(shared.actions[Action::KernelRead] == shared.actions[Action::ConvolutionTap]);
    CHECK(stored.actions[Action::ConvolutionTap] == 0);
    CHECK(shared.quality.synapses == stored.quality.synapses);
    taps += shared.actions[Action::ConvolutionTap];
    spikes += expected.spikes.size();
    dense_rows += shared.quality.dense_rows;
    sparse_rows += shared.quality.sparse_rows;
  }
  CHECK(taps > 100000);
  CHECK(spikes > 10000);
  CHECK(dense_rows > 500);
  CHECK(sparse_rows > 1000);
}

}  // namespace
}  // namespace spikeloom
