// PilotNet from its files on: 158,000 neurons, 24 steps of the image, as recorded. Left out where
// there is no reference data.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "models/inputs/images.hpp"
#include "models/lowering/netx.hpp"
#include "models/network/semantics.hpp"
#include "sim/golden/fast_integer_engine.hpp"

namespace spikeloom::bench {
namespace {

constexpr std::uint32_t kSteps = 24, kPeriod = 17;

std::string folder() {
  const char* chosen = std::getenv("SPIKELOOM_DATA");
  const std::string data = chosen != nullptr ? chosen : SPIKELOOM_SOURCE_DIR "/../shared/data";
  return data + "/loihi_netx/pilotnet_lif";
}

// Layer k forgets its state before the steps k mod 17.
void reset_layer_by_layer(LoweredNetwork& network) {
  network.resets.period = kPeriod;
  std::uint32_t layer = 0;
  for (const LoweredPopulation& population : network.populations)
    network.resets.offset.push_back(population.is_input ? std::nullopt : std::optional(layer++));
}

Sample image_of(const LoweredPopulation& input) {
  ImageSource source;
  source.images = folder() + "/image.npy";
  source.axes = "whc";
  const StepGrid grid{Seconds(1e-3), kSteps};
  return read_images(source, EncoderSpec{}, input.shape, grid, Seed{1}).samples[0];
}

void pilotnet(benchmark::State& state) {
  if (!std::filesystem::exists(folder())) return state.SkipWithError("no reference data");
  const Arithmetic arithmetic = *load_semantics_preset("loihi", {}).arithmetic;
  std::size_t spikes = 0;
  for (auto _ : state) {
    LoweredNetwork network = read_netx(folder() + "/network.net", arithmetic);
    reset_layer_by_layer(network);
    const Sample image = image_of(network.populations[PopulationId{0}]);
    FastIntegerEngine engine(network);
    spikes = engine.run(image, kSteps).spikes.size();
  }
  state.counters["spikes"] = static_cast<double>(spikes);
}

}  // namespace

BENCHMARK(pilotnet)->Unit(benchmark::kMillisecond);

}  // namespace spikeloom::bench
