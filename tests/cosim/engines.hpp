#pragma once
// Runs golden integer and chip on the same generated network.

#include "mapper/mapper.hpp"
#include "models/lowering/random_network.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/cosim/compare.hpp"
#include "sim/golden/integer_engine.hpp"

namespace spikeloom::test {

inline MapperOptions baseline_mapper() { return {"sequential", "row_major", "xy_tree", "plain"}; }
inline MapperOptions better_mapper() {
  return read_mapper_options(Json::object(), JsonPlace{"test", ""});
}

/// A mesh with room for `neurons` neurons of fan-in about 100 and some to spare.
inline Chip mesh_for(std::uint32_t neurons, std::uint32_t side) {
  Chip chip;
  chip.name = "test mesh";
  chip.topology.width = chip.topology.height = side;
  chip.core.neurons = 2 * neurons / (side * side) + 1;
  chip.core.rows = 2 * neurons;
  chip.core.axon_entries = side * side + 1;
  chip.core.synaptic_words = 300 * chip.core.neurons;
  return chip;
}

struct Outcome {
  Mapping mapping;
  IdVector<TileId, TileActivity> tiles;
  SampleTrace golden, chip;
  std::uint64_t mismatched = 0;
  std::uint64_t cycles = 0;
  IntegerCounts counts;
};

inline Outcome run_both(const LoweredNetwork& network,
                        const Chip& chip,
                        std::uint32_t steps,
                        const MapperOptions& mapper = baseline_mapper(),
                        const HostOptions& host = {}) {
  const Sample silence;
  Outcome outcome;
  outcome.mapping = map_network(network, chip, mapper, Seed{1}, "random network").mapping;
  IntegerEngine golden(network);
  outcome.golden = golden.run(silence, steps);
  outcome.counts = golden.counts();
  ChipSimulator simulator(chip, outcome.mapping, host);
  outcome.chip = simulator.run(silence, steps).trace;
  outcome.cycles = simulator.cycles();
  outcome.tiles = simulator.tiles();
  SpikeComparison comparison;
  comparison.add(0, outcome.golden, outcome.chip);
  outcome.mismatched = comparison.mismatched();
  return outcome;
}

}  // namespace spikeloom::test
