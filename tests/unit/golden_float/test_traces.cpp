// The presets against what their tools recorded: lif_norse.nir, one LIF neuron, dt = 1e-4 s.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "models/network/nir.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

struct Recording {
  std::vector<double> input, v;
  SpikeList spikes;
};

Recording read_recording(const std::string& path) {
  std::ifstream stream(path);
  Recording recording;
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream fields(line);
    double input = 0.0, v = 0.0, spike = 0.0;
    char comma = 0;
    fields >> input >> comma >> v >> comma >> spike;
    if (spike != 0.0)
      recording.spikes.push_back(
          {static_cast<std::uint32_t>(recording.v.size()), static_cast<std::uint32_t>(spike)});
    recording.input.push_back(input);
    recording.v.push_back(v);
  }
  return recording;
}

struct Expectation {
  std::string recording;
  Semantics semantics;
  double threshold = 0.1;    ///< in units of the state
  double v_scale = 1.0;      ///< recorded v per v of the state
  double input_scale = 1.0;  ///< recorded input per input of the network
};

/// Every spike at its recorded step and no other; v within a millionth of the threshold.
void check(const Expectation& expected) {
  CAPTURE(expected.recording);
  const std::string folder = reference_data() + "/nir/";
  const Recording recording = read_recording(folder + "lif_" + expected.recording + ".csv");
  REQUIRE(recording.v.size() == 1000);
  REQUIRE(recording.spikes.size() == 4);
  std::vector<double> input;
  for (const double value : recording.input)
    input.push_back(std::round(value / expected.input_scale));

  const Graph graph = read_nir(folder + "lif_norse.nir");
  const SampleTrace trace = run(graph, expected.semantics, sample_of(input), 1000, Seconds(1e-4));
  const PopulationTable populations = populations_of(graph, evaluation_order(graph));
  REQUIRE(populations.size() == 2);
  const PopulationId lif =
      populations[PopulationId{0}].is_input ? PopulationId{1} : PopulationId{0};
  CHECK(spikes_of(trace, lif, 0) == recording.spikes);
  const std::vector<double> v = states_of(trace, lif, 0);
  for (std::size_t step = 0; step < 1000; ++step) {
    CAPTURE(step);
    REQUIRE(std::abs(v.at(step) - recording.v[step] / expected.v_scale) <=
            1e-6 * expected.threshold);
  }
}

}  // namespace

TEST_CASE("every preset gives its tool's spikes at the recorded steps and no other") {
  if (!has_reference_data("nir")) return;
  const auto preset = [](const std::string& name) { return load_semantics_preset(name, {}); };
  check({.recording = "norse", .semantics = preset("norse")});
  check({.recording = "rockpool", .semantics = preset("rockpool")});
  check({.recording = "lava_cpu_float", .semantics = preset("lava-float")});
  check({.recording = "spyx", .semantics = preset("spyx")});
  // The state is in units of r dt / tau = 0.04, in the preset and in the recording alike.
  check({.recording = "snntorch", .semantics = preset("snntorch"), .threshold = 2.5});
  // The recorded v is in units of the threshold.
  check({.recording = "nengo", .semantics = preset("nengo"), .v_scale = 10.0});
  // The recorded input is already times dt / tau = 0.04; the preset is driven by the raw spikes.
  check({.recording = "sinabs", .semantics = preset("sinabs"), .input_scale = 0.04});
}
