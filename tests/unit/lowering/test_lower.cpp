#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/lowering/lower.hpp"
#include "tests/unit/golden_float/small_networks.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;
using enum node::NeuronKind;

namespace {

struct Setting {
  Semantics semantics{};
  Arithmetic arithmetic{};
  QuantizationSpec quantization{};
  Seconds dt{1e-3};
  std::uint32_t max_spikes_per_step = kMostSpikesPerStep;
};

Lowering lower_with(const Graph& graph, const Setting& setting = {}) {
  return lower(graph,
               evaluation_order(graph),
               setting.semantics,
               setting.dt,
               setting.arithmetic,
               setting.quantization,
               setting.max_spikes_per_step);
}

std::string refusal_of(const Graph& graph, const Setting& setting = {}) {
  try {
    lower_with(graph, setting);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

Graph through(const Tensor& weight, const node::Neuron& neuron, double bias = 0.0) {
  const Shape out{weight.shape[0]};
  return chain_of(
      {weight.shape[1]}, {{"w", node::Affine{weight, constant(out, bias)}}, {"n", neuron}}, out);
}

const LoweredPopulation& neurons_in(const Lowering& lowering) {
  return lowering.network.populations[PopulationId{1}];
}

const DenseConnectivity& dense_in(const Lowering& lowering) {
  return std::get<DenseConnectivity>(lowering.network.projections.at(0).connectivity);
}

using Weights = std::vector<std::int16_t>;

}  // namespace

TEST_CASE("weights that are integers already stay exactly, and nothing is lost") {
  Setting setting;
  setting.quantization.scale = ScaleGranularity::Layer;
  const Lowering lowering = lower_with(
      through({{2, 3}, {127, -3, 0, 1, 64, -127}}, neurons(IF, {2}, {.v_threshold = 50})), setting);
  CHECK(dense_in(lowering).weight == Weights{127, -3, 0, 1, 64, -127});
  const LoweredPopulation& n = neurons_in(lowering);
  REQUIRE(n.profiles.size() == 1);
  CHECK(n.v_scale.at(0) == 64);
  CHECK(n.profiles[0].threshold == 50);
  CHECK(n.profiles[0].decay_u == 4096);
  CHECK(n.profiles[0].decay_v == 0);
  CHECK(n.profiles[0].v_min == INT32_MIN);
  CHECK(n.bias.empty());
  CHECK(n.profile_of.empty());
  CHECK(n.is_output);
  CHECK(n.start == 1);
  CHECK(dense_in(lowering).delay == 1);
  const QuantizationLoss& loss = lowering.losses.at(0);
  CHECK(loss.population == "n");
  CHECK(loss.weights == 6);
  CHECK(loss.weight_rms_error == 0);
  CHECK(loss.weight_max_error == 0);
  CHECK(loss.weights_zeroed == 0);
  CHECK(loss.threshold_max_error == 0);
  CHECK(loss.decay_max_error == 0);
  CHECK(loss.scale_reduction == 1);
}

TEST_CASE("each neuron of a matrix, or the whole layer, has its own scale") {
  const Graph graph = through({{2, 2}, {0.5, -0.25, 4.0, 0.01}}, neurons(IF, {2}));
  const Lowering channel = lower_with(graph);
  CHECK(dense_in(channel).weight == Weights{127, -64, 127, 0});  // 63.5 and 0.3
  REQUIRE(neurons_in(channel).profiles.size() == 2);
  CHECK(neurons_in(channel).profile_of == std::vector<std::uint16_t>{0, 1});
  CHECK(neurons_in(channel).v_scale[0] == doctest::Approx(127 / 0.5 * 64));
  CHECK(neurons_in(channel).profiles[0].threshold == 254);
  CHECK(neurons_in(channel).profiles[1].threshold == 32);  // 31.75
  CHECK(channel.losses[0].weights_zeroed == 1);
  CHECK(channel.losses[0].threshold_max_error == doctest::Approx(0.25 / 31.75));
  Setting setting;
  setting.quantization.scale = ScaleGranularity::Layer;
  const Lowering layer = lower_with(graph, setting);
  CHECK(dense_in(layer).weight == Weights{16, -8, 127, 0});
  CHECK(neurons_in(layer).profiles.size() == 1);
  setting.quantization.weight_bits = 4;
  CHECK(dense_in(lower_with(graph, setting)).weight == Weights{1, 0, 7, 0});
}

TEST_CASE("what quantization loses is measured against the real weights") {
  Setting setting;
  setting.quantization = {3, ScaleGranularity::Layer};  // -3 .. 3
  const Lowering lowering =
      lower_with(through({{1, 4}, {3.0, 1.4, -0.4, 2.6}}, neurons(IF, {1})), setting);
  CHECK(dense_in(lowering).weight == Weights{3, 1, 0, 3});
  const QuantizationLoss& loss = lowering.losses[0];
  CHECK(loss.weight_rms_error ==
        doctest::Approx(std::sqrt((0.16 + 0.16 + 0.16) / (9 + 1.96 + 0.16 + 6.76))));
  CHECK(loss.weight_max_error == doctest::Approx(0.4 / 3));
  CHECK(loss.weights_zeroed == 1);
}

TEST_CASE("projections into one population share its scale") {
  const Graph graph = graph_of({{"in", node::Input{{1}}},
                                {"a", node::Linear{{{1, 1}, {1.0}}}},
                                {"b", node::Linear{{{1, 1}, {0.5}}}},
                                {"n", neurons(IF, {1})}},
                               {{"in", "a"}, {"in", "b"}, {"a", "n"}, {"b", "n"}});
  const Lowering lowering = lower_with(graph);
  REQUIRE(lowering.network.projections.size() == 2);
  CHECK(dense_in(lowering).weight == Weights{127});
  CHECK(std::get<DenseConnectivity>(lowering.network.projections[1].connectivity).weight ==
        Weights{64});
}

TEST_CASE("kernels stay kernels with a scale per channel, and become rows where neurons differ") {
  node::Conv2d conv;
  conv.weight = {{2, 1, 1, 2}, {1.0, -0.5, 8.0, 2.0}};
  conv.bias = constant({2}, 0.0);
  node::Neuron even = neurons(IF, {2, 1, 2});
  const Lowering kernel = lower_with(chain_of({1, 1, 3}, {{"c", conv}, {"n", even}}, {2, 1, 2}));
  const auto& kept = std::get<ConvConnectivity>(kernel.network.projections.at(0).connectivity);
  CHECK(kept.weight == Weights{127, -64, 127, 32});
  CHECK(neurons_in(kernel).profiles.size() == 2);
  CHECK(neurons_in(kernel).profile_of == std::vector<std::uint16_t>{0, 0, 1, 1});
  even.r.data = {1.0, 2.0, 1.0, 1.0};
  const Lowering rows = lower_with(chain_of({1, 1, 3}, {{"c", conv}, {"n", even}}, {2, 1, 2}));
  const auto& expanded = std::get<SparseConnectivity>(rows.network.projections.at(0).connectivity);
  CHECK(expanded.weight.size() == 8);
  CHECK(expanded.row == std::vector<std::uint64_t>{0, 2, 6, 8});
}

TEST_CASE("gains, leaks and time constants fold as each semantics says") {
  const NeuronValues values{
      .tau = 10e-3, .r = 2.0, .v_leak = 0.5, .v_threshold = 3.0, .v_reset = -0.25};
  const auto lowered = [&](Integrator integrator, InputGain gain) {
    Setting setting;
    setting.semantics.integrator = integrator;
    setting.semantics.input_gain = gain;
    return lower_with(through({{1, 1}, {1.0}}, neurons(LIF, {1}, values)), setting);
  };
  // With the one weight at 127, v_scale = 127 * 64 / gain; everything follows it.
  const auto check = [&](const Lowering& lowering, double gain, double unit, double kept) {
    const double scale = 127 * 64 / gain;
    const LoweredPopulation& n = neurons_in(lowering);
    CHECK(n.v_scale.at(0) == doctest::Approx(scale));
    CHECK(n.profiles[0].threshold == std::round(3.0 / unit * scale / 64));
    CHECK(n.profiles[0].reset_value == std::round(-0.25 / unit * scale));
    CHECK(n.profiles[0].decay_v == std::round((1 - kept) * 4096));
    const double leak = (1 - kept) * 0.5 / unit * scale;
    CHECK(n.bias.at(0) == nearest_bias(Arithmetic{}, leak));
    CHECK(lowering.losses[0].decay_max_error <= 0.5 / 4096);
  };
  const double e = std::exp(-0.1);
  check(lowered(Integrator::Euler, InputGain::DtOverTau), 0.2, 1, 0.9);
  check(lowered(Integrator::Exponential, InputGain::DtOverTau), 0.2, 1, e);
  check(lowered(Integrator::Exponential, InputGain::OneMinusDecay), 2 * (1 - e), 1, e);
  check(lowered(Integrator::Euler, InputGain::One), 2.0, 1, 0.9);
  check(lowered(Integrator::Euler, InputGain::Normalized), 1.0, 0.2, 0.9);
}

TEST_CASE("a synapse's gain folds too, and biases enter its current") {
  Setting setting;
  setting.semantics.synapse_integrator = Integrator::Exponential;
  const NeuronValues values{.tau = 10e-3, .tau_syn = 5e-3, .w_in = 3.0};
  const Lowering lowering =
      lower_with(through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}, values), 0.5), setting);
  const LoweredPopulation& n = neurons_in(lowering);
  CHECK(n.v_scale.at(0) == doctest::Approx(127 * 64 / (0.2 * 3 * 0.1)));
  CHECK(n.profiles[0].decay_u == std::round((1 - std::exp(-0.2)) * 4096));
  CHECK(n.profiles[0].decay_v == 410);
  CHECK(n.profiles[0].bias_target == BiasTarget::Current);
  CHECK(n.bias.at(0) == 4064);  // half a weight
  NeuronValues leaky = values;
  leaky.v_leak = 0.1;
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}, leaky), 0.5), setting) ==
        "net.nir#n: has both a bias of its input and a v_leak; an integer neuron with a synapse "
        "has one bias, on the current or on the membrane");
  const Lowering leak_only =
      lower_with(through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}, leaky)), setting);
  CHECK(neurons_in(leak_only).profiles[0].bias_target == BiasTarget::Membrane);
}

TEST_CASE("spikes that are Diracs weigh 1/dt, biases do not") {
  Setting setting;
  setting.semantics.spike_is_dirac = true;
  const Lowering lowering =
      lower_with(through({{1, 1}, {1.0}}, neurons(IF, {1}, {.v_threshold = 100}), 1.0), setting);
  CHECK(neurons_in(lowering).v_scale.at(0) == doctest::Approx(127 * 64 / 1000.0));
  CHECK(neurons_in(lowering).bias.at(0) == 8);
}

TEST_CASE("rules of the semantics reach the profile") {
  Setting setting;
  setting.semantics.comparison = Comparison::GreaterOrEqual;
  setting.semantics.reset = ResetRule::Subtract;
  setting.semantics.refractory_steps = 5;
  setting.semantics.v_min_thresholds = -1.0;
  const Lowering lowering =
      lower_with(through({{1, 1}, {127.0}}, neurons(IF, {1}, {.v_threshold = 10})), setting);
  const NeuronProfile& profile = neurons_in(lowering).profiles[0];
  CHECK(profile.comparison == Comparison::GreaterOrEqual);
  CHECK(profile.reset == ResetRule::Subtract);
  CHECK(profile.refractory_steps == 5);
  CHECK(profile.v_min == -640);
}

TEST_CASE("integrators become read-outs that are never tested") {
  for (const node::NeuronKind kind : {I, LI, CubaLI}) {
    const Lowering lowering = lower_with(through({{1, 1}, {1.0}}, neurons(kind, {1})));
    CHECK_FALSE(neurons_in(lowering).profiles[0].spikes);
    CHECK_FALSE(neurons_in(lowering).spikes());
  }
}

TEST_CASE("equal neurons share a profile") {
  node::Neuron neuron = neurons(LIF, {4}, {.tau = 5e-3});
  neuron.v_threshold.data = {1.0, 2.0, 1.0, 2.0};
  const Lowering lowering = lower_with(through(constant({4, 1}, 1.0), neuron));
  CHECK(neurons_in(lowering).profiles.size() == 2);
  CHECK(neurons_in(lowering).profile_of == std::vector<std::uint16_t>{0, 1, 0, 1});
}

TEST_CASE(
    "a threshold or bias too large for its format shrinks the weights, and the loss says so") {
  Setting setting;
  setting.arithmetic.threshold_bits = 8;  // 255 at most
  const Lowering lowering =
      lower_with(through({{1, 2}, {1.0, 0.5}}, neurons(IF, {1}, {.v_threshold = 25.5})), setting);
  CHECK(dense_in(lowering).weight == Weights{10, 5});
  CHECK(neurons_in(lowering).profiles[0].threshold == 255);
  CHECK(lowering.losses[0].scale_reduction == doctest::Approx(10.0 / 127));
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(IF, {1}, {.v_threshold = 1000})), setting) ==
        "net.nir#n: its threshold 1000 must fit 16320 units of v, which leaves no "
        "bit for its weights (the largest is 1)");
  Setting small_bias;
  small_bias.arithmetic.bias_exponent_bits = 0;  // 4095 at most
  const Lowering biased = lower_with(through({{1, 1}, {1.0}}, neurons(IF, {1}), 2.0), small_bias);
  CHECK(neurons_in(biased).bias.at(0) == 4095);
  CHECK(dense_in(biased).weight == Weights{32});
}

TEST_CASE("a positive threshold that would round to 0 is refused with the remedy") {
  const auto graph = [](double threshold) {
    return through({{2, 1}, {127.0, 1.0}}, neurons(IF, {2}, {.v_threshold = threshold}));
  };
  Setting setting;
  setting.quantization.scale = ScaleGranularity::Layer;
  CHECK(refusal_of(graph(0.25), setting) ==
        "net.nir#n: its threshold 0.25 rounds to 0, because the unit of thresholds is 1.0 beside "
        "its largest weight; use more weight bits than 8, or the scale \"channel\"");
  setting.quantization = {7, ScaleGranularity::Channel};
  CHECK(refusal_of(graph(0.25), setting) ==
        "net.nir#n: its threshold 0.25 rounds to 0, because the unit of thresholds is "
        "2.015873015873016 beside its largest weight; use more weight bits than 7");
  CHECK(refusal_of(graph(1.5), setting) == "accepted");
  CHECK(refusal_of(graph(0.0), setting) == "accepted");
}

TEST_CASE("neurons that start or relax where integers cannot are refused, at 0 accepted") {
  const auto refused = [](const NeuronValues& values, auto change) {
    Setting setting;
    setting.semantics.name = "custom";
    change(setting.semantics);
    return refusal_of(through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}, values)), setting);
  };
  const std::string begin = "net.nir#n: semantics \"custom\" asks for ";
  const std::string end = ", which integer neurons cannot compute";
  const auto at_reset = [](Semantics& s) { s.initial_v = VoltageSource::Reset; };
  const auto at_leak = [](Semantics& s) { s.initial_v = VoltageSource::Leak; };
  const auto current = [](Semantics& s) { s.synapse_leaks_to_v_leak = true; };
  CHECK(refused({.v_reset = 0.1}, at_reset) == begin + "v to start at v_reset" + end);
  CHECK(refused({}, at_reset) == "accepted");
  CHECK(refused({.v_leak = 0.1}, at_leak) == begin + "v to start at v_leak" + end);
  CHECK(refused({}, at_leak) == "accepted");
  CHECK(refused({.v_leak = 0.1}, current) ==
        begin + "a synaptic current that relaxes to v_leak" + end);
  CHECK(refused({}, current) == "accepted");
}

TEST_CASE("the rules of a kind and the weight step reach the integers") {
  Setting setting;
  NeuronRules rules = setting.semantics;
  rules.comparison = Comparison::GreaterOrEqual;
  rules.reset_value = VoltageSource::Zero;
  setting.semantics.kinds.push_back({IF, rules});
  setting.semantics.weight_step = 0.5;
  const Graph graph = through({{1, 2}, {1.0, 0.3}}, neurons(IF, {1}, {.v_reset = 0.5}));
  const Lowering lowering = lower_with(graph, setting);
  const NeuronProfile& profile = neurons_in(lowering).profile(0);
  CHECK(profile.comparison == Comparison::GreaterOrEqual);
  CHECK(profile.reset_value == 0);
  CHECK(dense_in(lowering).weight == Weights{127, 64});  // 1 and 0.5
}

TEST_CASE("several spikes a step are limited to what the chip's neurons fire") {
  Setting setting;
  setting.semantics.name = "custom";
  setting.semantics.reset = ResetRule::Subtract;
  const Graph graph = through({{1, 1}, {1.0}}, neurons(IF, {1}));
  const auto most_of = [&](std::uint32_t asked, std::uint32_t limit) {
    setting.semantics.max_spikes_per_step = asked;
    setting.max_spikes_per_step = limit;
    return neurons_in(lower_with(graph, setting)).profile(0).max_spikes_per_step;
  };
  CHECK(most_of(1, 1) == 1);
  CHECK(most_of(1, 255) == 1);
  CHECK(most_of(3, 255) == 3);
  CHECK(most_of(UINT32_MAX, 255) == 255);
  CHECK(most_of(UINT32_MAX, kMostSpikesPerStep) == 65536);
  setting.max_spikes_per_step = 1;
  CHECK(refusal_of(graph, setting) ==
        "net.nir#n: semantics \"custom\" asks for several spikes a step, but a neuron of the chip "
        "fires one (core.max_spikes_per_step)");
  setting.max_spikes_per_step = 2;
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(IF, {1}, {.v_threshold = 0})), setting) ==
        "net.nir#n: has the threshold 0; several spikes a step need a positive one");
}

TEST_CASE("what integer neurons cannot compute is refused by the node") {
  const Graph graph = through({{1, 1}, {1.0}}, neurons(CubaLIF, {1}));
  const auto refused = [&](auto change) {
    Setting setting;
    setting.semantics.name = "custom";
    change(setting.semantics);
    return refusal_of(graph, setting);
  };
  const std::string begin = "net.nir#n: semantics \"custom\" asks for ";
  const std::string end = ", which integer neurons cannot compute";
  CHECK(refused([](Semantics& s) { s.refractory_steps = 64; }) ==
        begin + "more than 63 refractory steps" + end);
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(LIF, {1}, {.tau = 5e-4}))) ==
        "net.nir#n: keeps the factor -1 of its membrane per step; allowed is 0 to 1 (the "
        "time constant is shorter than dt)");
  CHECK(refusal_of(through({{1, 1}, {1.0}}, neurons(IF, {1}, {.v_threshold = -1}))) ==
        "net.nir#n: has the threshold -1; integer neurons need 0 or more");
  CHECK(refusal_of(chain_of({1}, {{"a", neurons(LI, {1})}, {"b", neurons(IF, {1})}}, {1})) ==
        "net.nir#a: is a read-out without spikes, but feeds 'b'");
  CHECK(refusal_of(chain_of({1},
                            {{"n", neurons(IF, {1})},
                             {"w", node::Linear{{{1, 1}, {1.0}}}},
                             {"flat", node::Flatten{{1}, 0, -1}}},
                            {1})) ==
        "net.nir#w: feeds the output 'output' without a neuron between, which integer engines "
        "cannot give");
  CHECK(refusal_of(
            chain_of({1}, {{"n", neurons(IF, {1})}, {"w", node::Linear{{{1, 1}, {1.0}}}}}, {1})) ==
        "net.nir#w: feeds the output 'output' without a neuron between, which integer engines "
        "cannot give");
}

TEST_CASE("a Threshold node is refused by what it is, wherever it stands") {
  const node::Threshold threshold{{{1}, {0.5}}};
  const node::Neuron neuron = neurons(IF, {1});
  const std::string refused =
      "net.nir#t: is a Threshold node, which integer engines do not support";
  CHECK(refusal_of(chain_of({1}, {{"t", threshold}, {"n", neuron}}, {1})) == refused);
  CHECK(refusal_of(chain_of({1}, {{"n", neuron}, {"t", threshold}}, {1})) == refused);
  CHECK(refusal_of(chain_of(
            {1}, {{"n", neuron}, {"t", threshold}, {"f", node::Flatten{{}, 0, 0}}}, {1})) ==
        refused);
}

TEST_CASE("messages show tiny numbers") {
  CHECK(
      refusal_of(through({{1, 1}, {1e-12}}, neurons(IF, {1}, {.v_threshold = 1e6}))) ==
      "net.nir#n: its threshold 1000000 must fit 4194303.5 units of v, which leaves no bit for its "
      "weights (the largest is 1e-12)");
}

TEST_CASE("recurrence through two populations with one step of delay is refused by name") {
  const Graph graph =
      graph_of({{"in", node::Input{{1}}}, {"a", neurons(IF, {1})}, {"b", neurons(IF, {1})}},
               {{"in", "a"}, {"a", "b"}, {"b", "a"}});
  const std::string found = refusal_of(graph);
  CAPTURE(found);
  CHECK(found.find("has 2 edges but only 1 steps of delay") != std::string::npos);
  CHECK(found.find("'a' -> 'b'") != std::string::npos);
  Setting setting;
  setting.semantics.recurrent_delay_steps = 2;
  CHECK(refusal_of(graph, setting) == "accepted");
}

TEST_CASE("a quantization block is read strictly, with the chip's weight bits as default") {
  Arithmetic arithmetic;
  arithmetic.weight_bits = 6;
  const Json empty = Json::object();
  CHECK(read_quantization(empty, {"", ""}, arithmetic).weight_bits == 6);
  const Json wide{{"weight_bits", 7}};
  CHECK_THROWS_WITH_AS(read_quantization(wide, {"e.json", "/q"}, arithmetic),
                       "e.json#/q/weight_bits: is 7, allowed is 2 to 6",
                       InputError);
  const Json given{{"weight_bits", 4}, {"scale", "layer"}};
  CHECK(to_json(read_quantization(given, {"", ""}, arithmetic)) == given);
}
