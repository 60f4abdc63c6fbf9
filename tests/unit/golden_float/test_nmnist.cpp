// A real convolutional network on real events: cnn_sinabs.nir on N-MNIST, dt = 1 ms, 300 steps,
// against output counts computed independently with numpy under four conventions. All 100
// recordings agree; the first ten keep the test short.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "models/network/nir.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

constexpr std::uint32_t kSteps = 300;
constexpr std::uint32_t kSide = 34;

/// 5 bytes an event: x, y, polarity and 23 bits of microseconds; steps of 1 ms, the last open.
Sample read_recording(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> counts;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (std::size_t i = 0; i + 5 <= bytes.size(); i += 5) {
    const std::uint32_t x = byte(i), y = byte(i + 1), polarity = byte(i + 2) >> 7;
    const std::uint32_t time = (byte(i + 2) & 127U) << 16 | byte(i + 3) << 8 | byte(i + 4);
    counts[{std::min(time / 1000, kSteps - 1), (polarity * kSide + y) * kSide + x}] += 1.0;
  }
  Sample sample;
  for (const auto& [at, count] : counts) sample.events.push_back({at.first, at.second, count});
  return sample;
}

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
  for (const std::string name : {"single_sub", "single_zero", "multi_sub", "multi_sub_min-1"}) {
    CAPTURE(name);
    const Json expected = read_json_file(folder + "expected_numpy_ref/nm100_" + name + ".json");
    REQUIRE(expected.size() == 100);
    FloatEngine engine(graph, order, convention(name), Seconds(1e-3));
    for (std::size_t i = 0; i < kRecordings; ++i) {
      const std::string id = expected[i][0].get<std::string>();
      CAPTURE(id);
      const SampleTrace trace = engine.run(read_recording(folder + "test/" + id + ".bin"), kSteps);
      std::vector<std::uint32_t> counts(10, 0), wanted;
      for (const Spike& spike : trace.spikes)
        if (spike.population == output) counts.at(spike.neuron) += spike.value;
      for (std::size_t k = 0; k < 10; ++k) wanted.push_back(expected[i][3 + k]);
      CHECK(counts == wanted);
    }
  }
}
