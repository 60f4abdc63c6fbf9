// RTL, chip model and golden model do the same, cycle by cycle.

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/cosim/lockstep.hpp"
#include "sim/rtl/build.hpp"
#include "sim/rtl/top.hpp"
#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

Chip small_mesh() {
  Chip chip;
  chip.name = "small mesh";
  chip.topology.width = chip.topology.height = 2;
  chip.router.table_entries = 16;
  chip.core.neurons = 32;
  chip.core.profiles = 8;
  chip.core.axon_entries = 8;
  chip.core.rows = 256;
  chip.core.synaptic_words = 2048;
  return chip;
}

void check(const Chip& chip, std::uint32_t seed) {
  RandomNetworkSpec spec;
  spec.neurons = 80;
  spec.fan_out = 10;
  spec.rate_hz = 60;
  const LoweredNetwork network =
      random_network(spec, Seconds(1e-3), chip.core.arithmetic, Seed{seed});
  const Mapping mapping =
      map_network(network, chip, better_mapper(), Seed{seed}, "random network").mapping;
  constexpr std::uint32_t kSteps = 60;
  const SampleTrace golden = IntegerEngine(network).run({}, kSteps, true);
  rtl::Model model(rtl::build({SPIKELOOM_SOURCE_DIR "/hw", rtl::top_of(chip, "chip")}));
  model.configure(chip, mapping);
  Lockstep lockstep(chip, mapping, model);
  const LockstepResult result = lockstep.run({}, kSteps, golden);
  if (result.divergence) {
    for (const std::string& line : result.divergence->before) MESSAGE(line);
    FAIL_CHECK("cycle ",
               result.divergence->cycle,
               ": ",
               result.divergence->where,
               ": expected ",
               result.divergence->expected,
               ", found ",
               result.divergence->found);
  }
  CHECK(result.counts.moves > 100);
  CHECK(result.counts.spikes > 100);
}

}  // namespace

TEST_CASE("a 2 x 2 mesh") { check(small_mesh(), 1); }
