// The presets against the tools themselves: single neurons on random input. Each file in tools/
// names the version and says how it was run.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

const std::string kFolder = SPIKELOOM_SOURCE_DIR "/tests/unit/golden_float/tools/";

NeuronValues values_of(const Json& parameters) {
  const NeuronValues defaults;
  return {.tau = parameters.value("tau", defaults.tau),
          .tau_syn = parameters.value("tau_syn", defaults.tau_syn),
          .r = parameters.value("r", defaults.r),
          .v_leak = parameters.value("v_leak", defaults.v_leak),
          .v_threshold = parameters.value("v_threshold", defaults.v_threshold),
          .v_reset = parameters.value("v_reset", defaults.v_reset),
          .w_in = parameters.value("w_in", defaults.w_in)};
}

node::NeuronKind kind_of(const std::string& name) {
  using enum node::NeuronKind;
  for (const node::NeuronKind kind : {IF, LIF, CubaLIF})
    if (name_of(kind) == name) return kind;
  throw std::runtime_error("no neuron kind " + name);
}

// The largest |difference of v|, relative to the threshold in the state's units.
double worst_difference(const OneNeuron& ours,
                        const std::vector<double>& theirs,
                        double threshold) {
  double worst = 0.0;
  for (std::size_t step = 0; step < theirs.size(); ++step)
    worst = std::max(worst, std::abs(ours.v.at(step) - theirs[step]));
  return worst / threshold;
}

// snnTorch keeps v in units of r dt / tau and, with a synapse, of w_in dt / tau_syn too.
double state_unit(const Semantics& semantics, const Json& example) {
  if (semantics.input_gain != InputGain::Normalized || example["kind"] == "IF") return 1.0;
  const NeuronValues x = values_of(example["parameters"]);
  const double dt = example["dt_s"];
  const double synapse = example["kind"] == "CubaLIF" ? x.w_in * dt / x.tau_syn : 1.0;
  return x.r * dt / x.tau * synapse;
}

void check_case(const Semantics& semantics, const Json& example) {
  const NeuronValues values = values_of(example["parameters"]);
  const OneNeuron ours = run_one(kind_of(example["kind"]),
                                 values,
                                 semantics,
                                 example["input"].get<std::vector<double>>(),
                                 Seconds(example["dt_s"].get<double>()));
  const auto spikes = example["spikes"].get<SpikeList>();
  REQUIRE(spikes.size() > 5);
  CHECK(ours.spikes == spikes);
  const double threshold = values.v_threshold / state_unit(semantics, example);
  const double worst = worst_difference(ours, example["v"].get<std::vector<double>>(), threshold);
  // Single precision rounds the factor kept per step, which counts over a time constant.
  CHECK(worst <= (semantics.float_width == FloatWidth::Double ? 1e-7 : 1e-5));
  MESSAGE(semantics.name << " " << example["kind"] << ": v within " << worst << " thresholds");
}

}  // namespace

TEST_CASE("every float preset does what its tool does with LIF, CubaLIF and IF neurons") {
  std::set<std::string> checked;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    const Json recorded = read_json_file(entry.path().string());
    REQUIRE(recorded["tool"] == name);
    const Semantics preset = load_semantics_preset(name, {});
    std::size_t index = 0;
    for (const Json& example : recorded["cases"]) {
      CAPTURE(index++);
      check_case(preset, example);
    }
    REQUIRE(index >= 3);
    checked.insert(name);
  }
  CHECK(checked == std::set<std::string>{"lava-float",
                                         "nengo",
                                         "nir-reference",
                                         "norse",
                                         "rockpool",
                                         "sinabs",
                                         "snntorch",
                                         "spikingjelly",
                                         "spyx"});
}
