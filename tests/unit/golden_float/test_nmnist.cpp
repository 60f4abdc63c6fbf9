// A real convolutional network on real events: cnn_sinabs.nir on N-MNIST, dt = 1 ms, 300 steps,
// against output counts computed independently with numpy under four conventions. All 100
// recordings agree; the first ten keep the test short.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/inputs/event_recordings.hpp"
#include "models/network/nir.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

constexpr std::uint32_t kSteps = 300;
constexpr EventFrame kFrame{34, 34};
constexpr StepGrid kGrid{Seconds(1e-3), kSteps, LateEvents::LastStep};

PopulationId output_of(const PopulationTable& populations) {
  for (const PopulationId id : ids_of(populations))
    if (populations[id].is_output) return id;
  throw std::runtime_error("no output population");
}

Semantics convention(const std::string& name) {
  Semantics semantics;
  semantics.float_width = FloatWidth::Single;  // as the reference: in double, 4 of 400 runs differ
  semantics.reset = name == "single_zero" ? ResetRule::ToValue : ResetRule::Subtract;
  if (name.starts_with("multi")) {
    semantics.max_spikes_per_step = UINT32_MAX;
    semantics.comparison = Comparison::GreaterOrEqual;
  }
  if (name == "multi_sub_min-1") semantics.v_min_thresholds = -1.0;
  return semantics;
}

}  // namespace

TEST_CASE("a convolutional network gives the reference's output counts under four conventions") {
  if (!has_reference_data("nmnist", "nir/cnn_sinabs.nir")) return;
  const std::string folder = reference_data() + "/nmnist/";
  constexpr std::size_t kRecordings = 10;
  const Graph graph = read_nir(reference_data() + "/nir/cnn_sinabs.nir");
  const EvaluationOrder order = evaluation_order(graph);
  const PopulationId output = output_of(populations_of(graph, order));
  const InputData recordings =
      read_event_list(folder + "test100.txt", folder + "test", kFrame, kGrid, kRecordings);
  for (const std::string name : {"single_sub", "single_zero", "multi_sub", "multi_sub_min-1"}) {
    CAPTURE(name);
    const Json expected = read_json_file(folder + "expected_numpy_ref/nm100_" + name + ".json");
    REQUIRE(expected.size() == 100);
    FloatEngine engine(graph, order, convention(name), Seconds(1e-3));
    for (std::size_t i = 0; i < kRecordings; ++i) {
      CAPTURE(expected[i][0].get<std::string>());
      CHECK(recordings.samples.label(i) == expected[i][1].get<std::uint32_t>());
      const SampleTrace trace = engine.run(recordings.samples[i], kSteps);
      std::vector<std::uint32_t> counts(10, 0), wanted;
      for (const Spike& spike : trace.spikes)
        if (spike.population == output) counts.at(spike.neuron) += spike.value;
      for (std::size_t k = 0; k < 10; ++k) wanted.push_back(expected[i][3 + k]);
      CHECK(counts == wanted);
    }
  }
}
