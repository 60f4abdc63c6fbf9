// A convolutional network of lava-dl for Loihi: every recorded spike, current and potential.
#include <doctest/doctest.h>

#include "models/lowering/netx.hpp"
#include "models/network/semantics.hpp"
#include "models/network/state_resets.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/netx/npy_file.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using spikeloom_test::NpyArray;
using spikeloom_test::read_npy;

namespace {

constexpr std::uint32_t kSteps = 24, kPeriod = 17;

std::string file_of(const std::string& name) {
  return reference_data() + "/loihi_netx/pilotnet_lif/" + name;
}

// Recordings are (width, height, channel, step) or (neuron, step).
double recorded(const NpyArray& array,
                const LoweredPopulation& population,
                std::uint32_t neuron,
                std::uint32_t step) {
  if (array.shape().size() == 2) return array.at(neuron, step);
  const auto height = population.shape[1], width = population.shape[2];
  return array.at(neuron % width, neuron / width % height, neuron / (width * height), step);
}

// The image, the same in every step.
Sample image_input(const LoweredPopulation& input) {
  const NpyArray image = read_npy(file_of("image.npy"));
  const auto height = input.shape[1], width = input.shape[2];
  Sample sample;
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t i = 0; i < input.size; ++i)
      sample.events.push_back(
          {step, i, image.at(i % width, i / width % height, i / (width * height))});
  return sample;
}

struct Recorded {
  const char* name;
  std::uint32_t layer;
  bool states;
};
constexpr Recorded kLayers[] = {{"conv-0", 1, false},
                                {"conv-1", 2, false},
                                {"conv-2", 3, true},
                                {"conv-3", 4, true},
                                {"conv-4", 5, true},
                                {"fc-0", 7, true},
                                {"fc-1", 8, true},
                                {"fc-2", 9, true}};

struct Differences {
  std::uint64_t compared = 0, spikes = 0, different = 0;
};

// 1 where a neuron spiked: [step][neuron].
std::vector<std::vector<std::uint8_t>> raster(const SampleTrace& trace,
                                              PopulationId id,
                                              std::uint32_t size) {
  std::vector<std::vector<std::uint8_t>> spiked(kSteps, std::vector<std::uint8_t>(size));
  for (const Spike& spike : trace.spikes)
    if (spike.population == id) spiked[spike.step][spike.neuron] = 1;
  return spiked;
}

void compare_spikes(const NpyArray& expected,
                    const LoweredPopulation& population,
                    const std::vector<std::vector<std::uint8_t>>& spiked,
                    Differences& differences) {
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t i = 0; i < population.size; ++i) {
      const bool was = recorded(expected, population, i, step) != 0;
      ++differences.compared;
      differences.spikes += was ? 1 : 0;
      differences.different += was != (spiked[step][i] != 0) ? 1 : 0;
    }
}

// The chip's v register reads so in a step with a spike, and acts as 0.
constexpr double kReadsOnSpike = 128;

Differences compare_states(const std::string& name,
                           const SampleTrace& trace,
                           PopulationId id,
                           const LoweredPopulation& population,
                           const std::vector<std::vector<std::uint8_t>>& spiked) {
  const NpyArray u = read_npy(file_of(name + "-u.npy")), v = read_npy(file_of(name + "-v.npy"));
  Differences differences;
  for (const StateFrame& frame : trace.states)
    for (std::uint32_t i = 0; frame.population == id && i < population.size; ++i) {
      const double read = spiked[frame.step][i] != 0 ? kReadsOnSpike : frame.v[i];
      ++differences.compared;
      differences.different += recorded(u, population, i, frame.step) != frame.u[i] ? 1 : 0;
      differences.different += recorded(v, population, i, frame.step) != read ? 1 : 0;
    }
  return differences;
}

void reset_layer_by_layer(LoweredNetwork& network) {
  network.resets.period = kPeriod;
  std::uint32_t layer = 0;
  for (const LoweredPopulation& population : network.populations)
    network.resets.offset.push_back(population.is_input ? std::nullopt : std::optional(layer++));
}

PopulationId population_of(const LoweredNetwork& network, std::uint32_t layer) {
  for (const PopulationId id : ids_of(network.populations))
    if (network.populations[id].name == "layer/" + std::to_string(layer)) return id;
  FAIL("no such layer");
  return PopulationId{0};
}

}  // namespace

TEST_CASE("PilotNet's netx file gives every recorded spike, u and v, from the image on") {
  if (!has_reference_data("loihi_netx/pilotnet_lif")) return;
  const Arithmetic arithmetic = *load_semantics_preset("loihi", {}).arithmetic;
  LoweredNetwork network = read_netx(file_of("network.net"), arithmetic);
  reset_layer_by_layer(network);
  const SampleTrace trace =
      IntegerEngine(network).run(image_input(network.populations[PopulationId{0}]), kSteps, true);

  const PopulationId first = population_of(network, 0);
  Differences input;
  compare_spikes(read_npy(file_of("input.npy")),
                 network.populations[first],
                 raster(trace, first, network.populations[first].size),
                 input);
  CHECK(input.compared == 950'400);
  CHECK(input.different == 0);

  Differences all;
  for (const Recorded& layer : kLayers) {
    CAPTURE(layer.name);
    const PopulationId id = population_of(network, layer.layer);
    const LoweredPopulation& population = network.populations[id];
    const auto spiked = raster(trace, id, population.size);
    Differences spikes;
    compare_spikes(read_npy(file_of(std::string(layer.name) + ".npy")), population, spiked, spikes);
    CHECK(spikes.different == 0);
    all.compared += spikes.compared;
    all.spikes += spikes.spikes;
    if (!layer.states) continue;
    const Differences states = compare_states(layer.name, trace, id, population, spiked);
    CHECK(states.compared == std::uint64_t{kSteps} * population.size);
    CHECK(states.different == 0);
  }
  CHECK(all.compared == 2'853'792);
  CHECK(all.spikes == 275'436);
}
