#include <doctest/doctest.h>

#include "mapper/mapper.hpp"
#include "models/lowering/random_network.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

/// The first algorithm of every stage.
MapperOptions best_algorithms() {
  const auto stages = mapper_algorithms();
  return {stages.at(0).second.front(),
          stages.at(1).second.front(),
          stages.at(2).second.front(),
          stages.at(3).second.front()};
}

bool same_states(const SampleTrace& a, const SampleTrace& b) {
  if (a.states.size() != b.states.size()) return false;
  for (std::size_t i = 0; i < a.states.size(); ++i)
    if (a.states[i].step != b.states[i].step || a.states[i].u != b.states[i].u ||
        a.states[i].v != b.states[i].v)
      return false;
  return true;
}

TEST_CASE("a random network on the chip spikes as the golden integer engine says") {
  std::size_t spikes = 0;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    Chip chip = mesh(draw.between(2, 4), draw.between(2, 4));
    draw_timing(chip, draw);
    chip.core.neurons = 64;
    chip.core.delay_steps = 15;
    RandomNetworkSpec spec;
    spec.neurons = draw.between(20, 150);
    spec.fan_out = draw.between(1, 15);
    spec.rate_hz = 100;
    spec.saturating = seed % 2 == 0;
    const LoweredNetwork network =
        random_network(spec, Seconds(1e-3), chip.core.arithmetic, Seed(seed));
    const MappingResult mapped =
        map_network(network, chip, best_algorithms(), Seed(seed), "random network");
    ChipSimulator simulator(chip, mapped.mapping);
    IntegerEngine golden(network);
    const SampleTrace found = simulator.run({}, 40, true).trace;
    const SampleTrace expected = golden.run({}, 40, true);
    CHECK(found.spikes == expected.spikes);
    CHECK(same_states(found, expected));
    CHECK(simulator.dropped_packets() == 0);
    spikes += expected.spikes.size();
  }
  CHECK(spikes > 1000);
}

}  // namespace
}  // namespace spikeloom
