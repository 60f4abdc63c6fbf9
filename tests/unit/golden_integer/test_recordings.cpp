// The integer engine against recordings of Loihi's arithmetic: one LIF neuron, dt = 1e-4 s.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "models/lowering/lower.hpp"
#include "models/network/nir.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/reference_data.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

struct Recording {
  Sample input;
  std::vector<double> v;
  std::vector<std::uint32_t> spikes;
};

Recording read_recording(const std::string& file) {
  std::ifstream stream(reference_data() + "/nir/" + file);
  Recording recording;
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream fields(line);
    double input = 0, v = 0, spike = 0;
    char comma = 0;
    fields >> input >> comma >> v >> comma >> spike;
    const auto step = static_cast<std::uint32_t>(recording.v.size());
    if (input != 0) recording.input.events.push_back({step, 0, input});
    if (spike != 0) recording.spikes.push_back(step);
    recording.v.push_back(v);
  }
  return recording;
}

std::vector<std::uint32_t> neuron_spikes(const SampleTrace& trace) {
  std::vector<std::uint32_t> steps;
  for (const Spike& spike : trace.spikes)
    if (spike.population == PopulationId{1}) steps.push_back(spike.step);
  return steps;
}

// What Lava made of the network: weight 10, decay of u 4095 (+ 1), of v 163, threshold 25.
LoweredNetwork as_lava_states_it() {
  LoweredNetwork network;
  network.arithmetic.u_overflow = Overflow::Wrap;
  network.populations.push_back({.name = "input", .size = 1, .is_input = true});
  LoweredPopulation lif{.name = "lif", .size = 1};
  lif.profiles = {{.decay_u = 4096, .decay_v = 163, .threshold = 25}};
  network.populations.push_back(lif);
  network.projections.push_back(
      {PopulationId{0}, PopulationId{1}, "input -> lif", DenseConnectivity{1, 1, {10}, 1}, 0});
  return network;
}

using Steps = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("Loihi's own parameters give the recorded v bit for bit and every spike at its step") {
  if (!has_reference_data("nir")) return;
  const LoweredNetwork network = as_lava_states_it();
  for (const bool is_chip : {false, true}) {
    CAPTURE(is_chip);
    const Recording recording =
        read_recording(is_chip ? "lif_lava_loihi_fixed.csv" : "lif_lava_cpu_fixed.csv");
    REQUIRE(recording.v.size() == 1000);
    REQUIRE(recording.spikes == Steps{461, 511, 711, 761});
    const SampleTrace trace = IntegerEngine(network).run(recording.input, 1000, true);
    CHECK(neuron_spikes(trace) == recording.spikes);
    REQUIRE(trace.states.size() == 1000);
    for (std::uint32_t step = 0; step < 1000; ++step) {
      CAPTURE(step);
      // The chip's v register reads 128 in a step with a spike, and acts as 0.
      const bool spiked = std::count(recording.spikes.begin(), recording.spikes.end(), step) > 0;
      if (is_chip && spiked) CHECK(recording.v[step] == 128);
      const double expected = is_chip && spiked ? 0.0 : recording.v[step];
      CHECK(trace.states[step].v.at(0) == expected);
    }
  }
}

TEST_CASE("the NIR file under Loihi's semantics block spikes as the chip did, at every step") {
  if (!has_reference_data("nir")) return;
  const Graph graph = read_nir(reference_data() + "/nir/lif_norse.nir");
  const Semantics semantics = load_semantics_preset("loihi", {});
  for (const ScaleGranularity scale : {ScaleGranularity::Layer, ScaleGranularity::Channel})
    for (const std::uint32_t weight_bits : {8U, 7U}) {
      CAPTURE(weight_bits);
      const Lowering lowering = lower(graph,
                                      evaluation_order(graph),
                                      semantics,
                                      Seconds(1e-4),
                                      Arithmetic{},
                                      {weight_bits, scale});
      CHECK(lowering.network.deepest_start == 0);
      for (const char* file : {"lif_lava_cpu_fixed.csv", "lif_lava_loihi_fixed.csv"}) {
        const Recording recording = read_recording(file);
        const SampleTrace trace = IntegerEngine(lowering.network).run(recording.input, 1000);
        CHECK(neuron_spikes(trace) == recording.spikes);
      }
    }
}
