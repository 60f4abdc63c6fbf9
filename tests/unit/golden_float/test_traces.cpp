// The presets against what their tools recorded: lif_norse.nir, one LIF neuron, dt = 1e-4 s.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/network/nir.hpp"
#include "tests/unit/golden_float/reference_data.hpp"
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
  std::string preset;
  double v_scale;      ///< recorded v per v of the preset's state
  double threshold;    ///< in units of the preset's state
  double input_scale;  ///< recorded input per input of the network
};

}  // namespace

TEST_CASE("every preset gives its tool's spikes at the recorded steps and no other") {
  // snnTorch's state is in units of r dt / tau = 0.04, so its v is 25 times NIR's, preset and
  // recording alike. Nengo records v in thresholds, 10 times NIR's. Sinabs' recorded input column
  // is already times dt / tau; the preset multiplies itself and is driven by the raw spikes.
  const std::vector<Expectation> expectations = {{"norse", 1.0, 0.1, 1.0},
                                                 {"snntorch", 1.0, 2.5, 1.0},
                                                 {"nengo", 10.0, 0.1, 1.0},
                                                 {"sinabs", 1.0, 0.1, 0.04},
                                                 {"spyx", 1.0, 0.1, 1.0}};
  const std::string folder = reference_data() + "/nir/";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no reference data in " << folder);
    return;
  }
  const Graph graph = read_nir(folder + "lif_norse.nir");
  const PopulationTable populations = populations_of(graph, evaluation_order(graph));
  REQUIRE(populations.size() == 2);
  const PopulationId lif =
      populations[PopulationId{0}].is_input ? PopulationId{1} : PopulationId{0};
  for (const Expectation& expected : expectations) {
    CAPTURE(expected.preset);
    const Recording recording = read_recording(folder + "lif_" + expected.preset + ".csv");
    REQUIRE(recording.v.size() == 1000);
    REQUIRE(recording.spikes.size() == 4);
    std::vector<double> input;
    for (const double value : recording.input)
      input.push_back(std::round(value / expected.input_scale));
    const Semantics preset = load_semantics_preset(expected.preset, {});
    const SampleTrace trace = run(graph, preset, sample_of(input), 1000, Seconds(1e-4));
    CHECK(spikes_of(trace, lif, 0) == recording.spikes);
    const std::vector<double> v = states_of(trace, lif, 0);
    double worst = 0.0;
    for (std::size_t step = 0; step < v.size(); ++step)
      worst = std::max(worst, std::abs(v[step] - recording.v[step] / expected.v_scale));
    MESSAGE(expected.preset << ": worst |dv| " << worst / expected.threshold << " thresholds");
    CHECK(worst <= 1e-6 * expected.threshold);
  }
}
