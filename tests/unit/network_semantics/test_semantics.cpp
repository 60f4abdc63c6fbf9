#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/network/semantics.hpp"

using namespace spikeloom;

namespace {

Json smallest() {
  return Json{{"integrator", "euler"},
              {"input_gain", "dt_over_tau"},
              {"comparison", "greater"},
              {"reset", "subtract"}};
}

Semantics read(const Json& object) { return read_semantics(object, {"net.json", "/semantics"}); }

}  // namespace

TEST_CASE("the four fields no default can be guessed for are required, the others have defaults") {
  const Semantics semantics = read(smallest());
  CHECK(semantics.name == "custom");
  CHECK(semantics.integrator == Integrator::Euler);
  CHECK(semantics.input_gain == InputGain::DtOverTau);
  CHECK(semantics.reset == ResetRule::Subtract);
  CHECK(semantics.threshold_test == ThresholdTest::AfterUpdate);
  CHECK(semantics.max_spikes_per_step == 1);
  CHECK(semantics.recurrent_delay_steps == 1);
  CHECK_FALSE(semantics.v_min_thresholds.has_value());
  for (const std::string field : {"integrator", "input_gain", "comparison", "reset"}) {
    CAPTURE(field);
    Json object = smallest();
    object.erase(field);
    const std::string message = "net.json#/semantics/" + field + ": required field is missing";
    CHECK_THROWS_WITH_AS(read(object), message.c_str(), InputError);
  }
}

TEST_CASE("a semantics block is refused with the place, the value and what was allowed") {
  Json object = smallest();
  SUBCASE("a misspelt field is refused by name") {
    object["refractory_step"] = 1;
    CHECK_THROWS_WITH_AS(
        read(object),
        "net.json#/semantics/refractory_step: unknown field; did you mean \"refractory_steps\"?",
        InputError);
  }
  SUBCASE("an unknown word is refused with the words") {
    object["input_gain"] = "tau";
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/input_gain: unknown word \"tau\"; allowed: "
                         "dt_over_tau, one_minus_decay, decay, one, unit, normalized",
                         InputError);
  }
  SUBCASE("a feedback edge cannot arrive before it was sent") {
    object["recurrent_delay_steps"] = 0;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/recurrent_delay_steps: is 0, allowed is 1 to 1024",
                         InputError);
  }
  SUBCASE("another format is refused") {
    object["format"] = "spikeloom-semantics/2";
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/format: unknown word \"spikeloom-semantics/2\"; "
                         "allowed: spikeloom-semantics/1",
                         InputError);
  }
  SUBCASE("a lower bound above rest is refused") {
    object["v_min_thresholds"] = 1.0;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/v_min_thresholds: is 1.0, allowed is -1e+09 to 0",
                         InputError);
  }
}

TEST_CASE("rules that contradict each other are refused") {
  Json object = smallest();
  SUBCASE("several spikes after a reset to a value") {
    object["reset"] = "to_value";
    object["max_spikes_per_step"] = 2;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/max_spikes_per_step: several spikes a step need "
                         "reset \"subtract\": after \"to_value\" nothing is left to spike again",
                         InputError);
  }
  SUBCASE("several spikes within a refractory period") {
    object["max_spikes_per_step"] = 2;
    object["refractory_steps"] = 1;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/max_spikes_per_step: several spikes a step "
                         "contradict refractory_steps above 0",
                         InputError);
  }
  SUBCASE("a reset that is late twice") {
    object["threshold_test"] = "before_update";
    object["reset_time"] = "next_step";
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/reset_time: \"next_step\" contradicts a threshold "
                         "test before the update",
                         InputError);
  }
  SUBCASE("a late reset within a refractory period") {
    object["reset_time"] = "next_step";
    object["refractory_steps"] = 1;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/reset_time: \"next_step\" contradicts "
                         "refractory_steps above 0",
                         InputError);
  }
  SUBCASE("a subtraction that decays with an update that it is no term of") {
    object["reset_decays"] = true;
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/reset_decays: needs a reset that is a term of the "
                         "update: threshold_test \"before_update\" or reset_time \"next_step\"",
                         InputError);
  }
  SUBCASE("within the rules of a kind") {
    object["kinds"]["IF"] = {{"reset", "to_value"}, {"max_spikes_per_step", 2}};
    CHECK_THROWS_WITH_AS(
        read(object),
        "net.json#/semantics/kinds/IF/max_spikes_per_step: several spikes a step "
        "need reset \"subtract\": after \"to_value\" nothing is left to spike again",
        InputError);
  }
  SUBCASE("a kind that does not spike has no rules of its own") {
    object["kinds"]["LI"] = Json::object();
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/kinds/LI: unknown field; did you mean \"LIF\"?",
                         InputError);
  }
  SUBCASE("a test before the update that resets to a value") {
    object["reset"] = "to_value";
    object["threshold_test"] = "before_update";
    CHECK_THROWS_WITH_AS(read(object),
                         "net.json#/semantics/threshold_test: \"before_update\" is defined with "
                         "reset \"subtract\" only: the reset is a term of the update",
                         InputError);
  }
}

TEST_CASE("the rules of a kind are the general ones but for what it states") {
  Json object = smallest();
  object["refractory_steps"] = 3;
  object["kinds"]["IF"] = {{"reset", "to_value"}, {"reset_value", "zero"}};
  object["kinds"]["CubaLIF"] = {{"v_min_thresholds", -2.0}};
  const Semantics semantics = read(object);
  const NeuronRules& integrate = rules_of(semantics, node::NeuronKind::IF);
  CHECK(integrate.reset == ResetRule::ToValue);
  CHECK(integrate.reset_value == VoltageSource::Zero);
  CHECK(integrate.refractory_steps == 3);
  CHECK(rules_of(semantics, node::NeuronKind::CubaLIF).v_min_thresholds == -2.0);
  CHECK(rules_of(semantics, node::NeuronKind::LIF).reset == ResetRule::Subtract);
  CHECK_FALSE(rules_of(semantics, node::NeuronKind::LIF).v_min_thresholds.has_value());
  CHECK(to_json(read(to_json(semantics))) == to_json(semantics));
}

TEST_CASE("a weight step rounds weights, not biases, ties to even") {
  Graph graph;
  graph.nodes.push_back(
      {"a", node::Affine{{{1, 4}, {0.25, 0.75, -0.6, 2.0}}, {{1}, {0.3}}}, {4}, {1}});
  graph.nodes.push_back({"s", node::Scale{{{1}, {0.3}}}, {1}, {1}});
  const Graph rounded = with_weight_step(graph, 0.5);
  const auto& affine = std::get<node::Affine>(rounded.nodes[NodeId{0}].primitive);
  CHECK(affine.weight.data == std::vector<double>{0.0, 1.0, -0.5, 2.0});
  CHECK(affine.bias.data == std::vector<double>{0.3});
  CHECK(std::get<node::Scale>(rounded.nodes[NodeId{1}].primitive).scale.data.front() == 0.3);
}

TEST_CASE("what is written is read back equal") {
  Json object = smallest();
  object["name"] = "mine";
  object["description"] = "a sentence";
  object["source"] = "a paper";
  object["synapse_integrator"] = "exponential";
  object["synapse_input_gain"] = "normalized";
  object["synapse_order"] = "old";
  object["integrate_and_fire_times_dt"] = true;
  object["synapse_leaks_to_v_leak"] = true;
  object["reset_value"] = "zero";
  object["reset_decays"] = true;
  object["initial_v"] = "v_leak";
  object["weight_step"] = 0.25;
  object["threshold_test"] = "before_update";
  object["max_spikes_per_step"] = 4294967295U;
  object["v_min_thresholds"] = -1.5;
  object["synaptic_delay_steps"] = 2;
  object["recurrent_delay_steps"] = 3;
  object["spike_is_dirac"] = true;
  object["float_width"] = "single";
  const Json written = to_json(read(object));
  for (const auto& [key, value] : object.items()) {
    CAPTURE(key);
    CHECK(written.at(key) == value);
  }
  CHECK(to_json(read(written)) == written);
}

TEST_CASE("every shipped preset can be loaded and says what it reproduces") {
  const std::vector<std::string> names = semantics_preset_names();
  REQUIRE(names == std::vector<std::string>{"lava-float",
                                            "loihi",
                                            "nengo",
                                            "nir-reference",
                                            "norse",
                                            "rockpool",
                                            "sinabs",
                                            "snntorch",
                                            "spikingjelly",
                                            "spinnaker",
                                            "spyx"});
  for (const std::string& name : names) {
    CAPTURE(name);
    const Semantics preset = load_semantics_preset(name, {});
    CHECK(preset.name == name);
    CHECK_FALSE(preset.description.empty());
    CHECK(preset.source.find("; ") != std::string::npos);
  }
}

TEST_CASE("an unknown preset is refused with the known ones") {
  CHECK_THROWS_WITH_AS(load_semantics_preset("nest", {"e.json", "/network/semantics"}),
                       "e.json#/network/semantics: unknown semantics \"nest\"; known: "
                       "lava-float, loihi, nengo, nir-reference, norse, rockpool, sinabs, "
                       "snntorch, spikingjelly, spinnaker, spyx",
                       InputError);
}
