#include <doctest/doctest.h>

#include <ctime>

#include "mapper/mapper.hpp"
#include "models/lowering/random_network.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

TEST_CASE("ten million random synapses are mapped onto 100 cores within 8 CPU seconds") {
  RandomNetworkSpec spec;
  spec.neurons = 100'000;
  spec.fan_out = 100;
  Chip chip = test::make_chip(10, 10, 1024);
  chip.core.rows = chip.core.synaptic_words = 1U << 17;
  const LoweredNetwork network = random_network(spec, Seconds(1e-3), chip.core.arithmetic, Seed{1});
  const MapperOptions options{"metis", "anneal", "west_first", "merge"};
  const std::clock_t start = std::clock();
  const MappingResult result = map_network(network, chip, options, Seed{1}, "random");
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  MESSAGE(seconds, " CPU seconds, ", result.quality.cores_used, " cores");
  CHECK(seconds < 8.0);
  CHECK(result.quality.cores_used == 98);
  CHECK(result.quality.synapses == synapse_count(network));
}

}  // namespace
}  // namespace spikeloom
