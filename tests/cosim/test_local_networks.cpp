// Networks on a grid, held as rules, on small chips: the same spikes as golden, however they are
// cut.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/lowering/local_network.hpp"
#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr std::uint32_t kSteps = 40;

LoweredNetwork sheet(NeuronGrid grid, bool wraps) {
  LocalNetworkSpec spec;
  spec.grid = grid;
  spec.radius = 5;
  spec.wrap = wraps;
  spec.fan_out = 60;
  spec.rate_hz = 24;
  return local_network(spec, Seconds(1e-3), Arithmetic{}, Seed{1});
}

}  // namespace

TEST_CASE("a local network spikes alike on the chip and in the golden model, however it is cut") {
  for (const bool wraps : {false, true})
    for (const char* partitioner : {"patch", "metis", "sequential"})
      for (const std::uint32_t lanes : {1U, 4U}) {
        CAPTURE(wraps);
        CAPTURE(partitioner);
        CAPTURE(lanes);
        MapperOptions mapper = better_mapper();
        mapper.partitioner = partitioner;
        Chip chip = mesh_for(1200, 5);
        chip.core.synapses_per_word = lanes;
        const Outcome outcome = run_both(sheet({40, 30}, wraps), chip, kSteps, mapper);
        CHECK(outcome.golden.spikes.size() > 900);
        CHECK(outcome.mismatched == 0);
      }
}

TEST_CASE("patches take a local network's packets to fewer cores than rows of neurons") {
  const LoweredNetwork network = sheet({100, 100}, false);
  Chip chip = mesh_for(10'000, 10);
  chip.core.neurons = 101;
  const auto packets = [&](const char* partitioner) {
    MapperOptions mapper = better_mapper();
    mapper.partitioner = partitioner;
    return map_network(network, chip, mapper, Seed{1}, "sheet").quality.packets_per_spike;
  };
  CHECK(packets("patch") < 0.8 * packets("sequential"));
}
