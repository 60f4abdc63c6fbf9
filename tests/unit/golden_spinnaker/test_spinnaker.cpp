// From a NIR graph to SpiNNaker's numbers, and what they do. The neuron itself is compared with its
// published equations in tests/property/spinnaker.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "models/base/error.hpp"
#include "models/lowering/lower.hpp"
#include "sim/golden/spinnaker_engine.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

const Semantics& preset() {
  static const Semantics semantics = load_semantics_preset("spinnaker", {});
  return semantics;
}

Lowering lower_with(const Graph& graph, const Semantics& semantics = preset()) {
  return lower(graph, evaluation_order(graph), semantics, Seconds(1e-3), {}, {});
}

Graph through(const Tensor& weight, const node::Neuron& neuron, double bias = 0.0) {
  const Shape out{weight.shape[0]};
  return chain_of(
      {weight.shape[1]}, {{"w", node::Affine{weight, constant(out, bias)}}, {"n", neuron}}, out);
}

std::string refusal_of(const Graph& graph, const Semantics& semantics = preset()) {
  try {
    lower_with(graph, semantics);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

constexpr double kOne = 32768.0;

// Both engines on the same counts; the largest difference of v in thresholds.
double check_as_float(const Graph& graph, double threshold, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  Sample sample;
  for (std::uint32_t step = 0; step < 400; ++step)
    for (std::uint32_t index = 0; index < 2; ++index)
      if (engine() % 4 == 0) sample.events.push_back({step, index, engine() % 2 == 0 ? 1.0 : 2.0});
  const SampleTrace exact = run(graph, preset(), sample, 400);
  const Lowering lowering = lower_with(graph);
  SpinnakerEngine spinnaker(lowering.network);
  const SampleTrace ours = spinnaker.run(sample, 400, true);
  CHECK(ours.spikes.size() > 20);
  const PopulationId n = population_of(graph, "n");
  CHECK(spikes_of(ours, n, 0) == spikes_of(exact, n, 0));
  const std::vector<double> v = states_of(ours, n, 0), expected = states_of(exact, n, 0);
  REQUIRE(v.size() == 400);
  const double scale = lowering.network.populations[n].v_scale.at(0);
  double worst = 0.0;
  for (std::size_t i = 0; i < 400; ++i)
    worst = std::max(worst, std::abs(v[i] / scale - expected[i]) / threshold);
  return worst;
}

}  // namespace

TEST_CASE("a LIF neuron becomes s16.15 numbers below 64, a weight what it adds at rest") {
  const Lowering lowering = lower_with(through(
      {{1, 2}, {1.0, -0.5}},
      neurons(
          LIF, {1}, {.tau = 2e-2, .r = 3.0, .v_leak = 0.25, .v_threshold = 1.5, .v_reset = -0.5}),
      0.125));
  REQUIRE(lowering.network.is_spinnaker);
  const LoweredPopulation& n = lowering.network.populations[PopulationId{1}];
  REQUIRE(n.spinnaker.size() == 1);
  const SpinnakerProfile& profile = n.spinnaker[0];
  const double scale = 32.0;  // 1.5 becomes 48
  CHECK(n.v_scale.at(0) == scale * kOne);
  CHECK(profile.v_threshold == 48 * kOne);
  CHECK(profile.v_rest == 8 * kOne);
  CHECK(profile.v_reset == -16 * kOne);
  CHECK(profile.r_membrane == kOne);
  CHECK(profile.exp_tc == std::lround(std::exp(-0.05) * kOne));
  CHECK_FALSE(profile.shaped);
  CHECK(n.bias.at(0) == 0.125 * 3.0 * scale * kOne);
  // 96 and 48 at 15 bits: the least units that hold them are 2^-8 and 2^-9.
  CHECK(profile.exc_shift == 7);
  CHECK(profile.inh_shift == 6);
  const auto& dense = std::get<DenseConnectivity>(lowering.network.projections[0].connectivity);
  CHECK(dense.weight == std::vector<std::int16_t>{96 * 256, -48 * 512});
  CHECK(lowering.losses.at(0).weight_max_error == 0.0);
}

TEST_CASE("a CubaLIF neuron gets decays and the init that makes up for them") {
  const Lowering lowering =
      lower_with(through({{1, 1}, {2.0}}, neurons(CubaLIF, {1}, {.tau_syn = 5e-3, .w_in = 4.0})));
  const LoweredPopulation& n = lowering.network.populations[PopulationId{1}];
  const SpinnakerProfile& profile = n.spinnaker.at(0);
  CHECK(profile.shaped);
  CHECK(profile.exc_decay == static_cast<std::uint32_t>(std::round(std::exp(-0.2) * 0x1p32)));
  const double init = 5.0 * -std::expm1(-0.2);
  CHECK(profile.exc_init == static_cast<std::uint32_t>(std::round(init * 0x1p32)));
  // The current rises by w w_in (1 - exp(-0.2)), of which init is a share; scale 32 for 1.0.
  const double height = 2.0 * 4.0 * 0.2 * 32.0;
  const auto& dense = std::get<DenseConnectivity>(lowering.network.projections[0].connectivity);
  const double unit = std::ldexp(1.0 / kOne, static_cast<int>(profile.exc_shift));
  CHECK(dense.weight.at(0) == std::lround(height / unit));
}

TEST_CASE("SpiNNaker's numbers follow the float engine closely") {
  const NeuronValues values{
      .tau = 1.5e-2, .tau_syn = 4e-3, .r = 2.0, .v_leak = 0.1, .v_threshold = 0.8};
  const Tensor weight{{1, 2}, {2.3, -0.9}};
  const double lif = check_as_float(through(weight, neurons(LIF, {1}, values)), 0.8, 1);
  const double cuba = check_as_float(through(weight, neurons(CubaLIF, {1}, values)), 0.8, 2);
  CHECK(lif < 1e-3);
  CHECK(cuba < 1e-3);
}

TEST_CASE("a spike acts after its delay, as often as it was counted, and slots saturate") {
  LoweredNetwork network;
  network.is_spinnaker = true;
  network.max_delay = 3;
  network.populations.push_back({.name = "input", .size = 1, .is_input = true});
  network.populations.push_back({.name = "n",
                                 .size = 1,
                                 .profiles = {NeuronProfile{}},
                                 .v_scale = {1.0},
                                 .spinnaker = {{.v_threshold = INT32_MAX, .exc_shift = 1}}});
  network.projections.push_back({PopulationId{0},
                                 PopulationId{1},
                                 "input -> n",
                                 SparseConnectivity{{0, 1}, {0}, {30000}, {3}},
                                 0});
  SpinnakerEngine engine(network);
  Sample sample;
  sample.events = {{0, 0, 1.0}, {2, 0, 2.0}, {3, 0, 3.0}};
  const SampleTrace trace = engine.run(sample, 8, true);
  const std::vector<double> u = states_of(trace, PopulationId{1}, 0, &StateFrame::u);
  CHECK(u == std::vector<double>{0, 0, 0, 60000, 0, 120000, 131070, 0});
  CHECK(engine.counts().sum_overflows == 1);
  CHECK(engine.counts().synaptic_events == 6);
  CHECK(engine.counts().neuron_updates == 8);
}

TEST_CASE("a refractory neuron counts its ticks down and holds v") {
  Semantics semantics = preset();
  semantics.refractory_steps = 2;
  const Lowering lowering = lower_with(through({{1, 1}, {20.0}}, neurons(LIF, {1})), semantics);
  SpinnakerEngine engine(lowering.network);
  const SampleTrace trace = engine.run(sample_of(std::vector<double>(9, 1.0)), 9, true);
  CHECK(spikes_of(trace, PopulationId{1}, 0) == SpikeList{{0, 1}, {3, 1}, {6, 1}});
}

TEST_CASE("what SpiNNaker's software neuron does not compute is refused by the node") {
  const std::string end =
      ", which SpiNNaker's software neuron (sPyNNaker IF_curr_exp and IF_curr_delta) does not "
      "compute";
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(IF, {1}))) ==
        "net.nir#n: is a neuron without leak" + end);
  const Graph lif = through({{1, 1}, {1.0}}, neurons(LIF, {1}, {.v_leak = 0.1}));
  const auto refused = [&](auto change) {
    Semantics semantics = preset();
    change(semantics);
    return refusal_of(lif, semantics);
  };
  CHECK(refused([](Semantics& s) { s.reset = ResetRule::Subtract; }) ==
        "net.nir#n: subtracts its threshold" + end);
  CHECK(refused([](Semantics& s) { s.comparison = Comparison::Greater; }) ==
        "net.nir#n: spikes strictly above its threshold" + end);
  CHECK(refused([](Semantics& s) { s.initial_v = VoltageSource::Zero; }) ==
        "net.nir#n: does not start at its v_leak" + end);
  CHECK(refused([](Semantics& s) { s.v_min_thresholds = -1.0; }) ==
        "net.nir#n: has a lower bound of v" + end);
  CHECK(refused([](Semantics& s) { s.reset_time = ResetTime::NextStep; }) ==
        "net.nir#n: is reset a step late" + end);
  CHECK(refused([](Semantics&) {}) == "accepted");
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}), 0.5)) ==
        "net.nir#n: has a bias of its input, which would pass its synapse; SpiNNaker's I_offset "
        "does not");
  CHECK(refusal_of(through({{1, 1}, {4e5}}, neurons(LIF, {1}))) ==
        "net.nir#n: has a weight of 400000 times what moves v by 1, beyond SpiNNaker's 16 bits");
}
