// cnn_sinabs.nir on N-MNIST in integers: dt = 1 ms, 300 steps, one spike a step, reset to zero.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/inputs/event_recordings.hpp"
#include "models/lowering/lower.hpp"
#include "models/network/nir.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/reference_data.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

constexpr std::uint32_t kSteps = 300;
constexpr StepGrid kGrid{Seconds(1e-3), kSteps, LateEvents::LastStep};

PopulationId output_of(const LoweredNetwork& network) {
  for (const PopulationId id : ids_of(network.populations))
    if (network.populations[id].is_output) return id;
  throw std::runtime_error("no output population");
}

}  // namespace

TEST_CASE("eight-bit weights classify real recordings as the float reference does") {
  if (!has_reference_data("nmnist", "nir/cnn_sinabs.nir")) return;
  const std::string folder = reference_data() + "/nmnist/";
  const Graph graph = read_nir(reference_data() + "/nir/cnn_sinabs.nir");
  const Json expected = read_json_file(folder + "expected_numpy_ref/nm100_single_zero.json");
  const InputData recordings =
      read_event_list(folder + "test100.txt", folder + "test", {34, 34}, kGrid, 10);
  for (const ScaleGranularity scale : {ScaleGranularity::Layer, ScaleGranularity::Channel}) {
    const Lowering lowering =
        lower(graph, evaluation_order(graph), {}, Seconds(1e-3), {}, {8, scale});
    CHECK(lowering.network.deepest_start == 5);
    const PopulationId output = output_of(lowering.network);
    IntegerEngine engine(lowering.network);
    std::size_t output_spikes = 0, expected_spikes = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      CAPTURE(expected.at(i).at(0).get<std::string>());
      std::vector<std::size_t> counts(10);
      for (const Spike& spike : engine.run(recordings.samples[i], kSteps).spikes)
        if (spike.population == output) ++counts.at(spike.neuron);
      const auto predicted = std::max_element(counts.begin(), counts.end()) - counts.begin();
      CHECK(predicted == expected.at(i).at(2).get<std::ptrdiff_t>());
      for (std::size_t digit = 0; digit < 10; ++digit) {
        output_spikes += counts[digit];
        expected_spikes += expected.at(i).at(3 + digit).get<std::size_t>();
      }
    }
    MESSAGE("output spikes: " << output_spikes << ", in float: " << expected_spikes);
    CHECK(output_spikes > expected_spikes * 9 / 10);
    CHECK(output_spikes < expected_spikes * 11 / 10);
    CHECK(engine.counts().sum_overflows == 0);
  }
}
