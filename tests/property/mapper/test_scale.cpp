#include <doctest/doctest.h>

#include "mapper/mapper.hpp"
#include "models/lowering/random_network.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

TEST_CASE("ten million random synapses are mapped onto 100 cores once each") {
  RandomNetworkSpec spec;
  spec.neurons = 100'000;
  spec.fan_out = 100;
  Chip chip = test::make_chip(10, 10, 1024);
  chip.core.rows = chip.core.synaptic_words = 1U << 17;
  const LoweredNetwork network = random_network(spec, Seconds(1e-3), chip.core.arithmetic, Seed{1});
  const MapperOptions options{"metis", "anneal", "west_first", "merge"};
  const MappingResult result = map_network(network, chip, options, Seed{1}, "random");
  CHECK(result.quality.cores_used == 98);
  CHECK(result.quality.synapses == synapse_count(network));
}

}  // namespace
}  // namespace spikeloom
