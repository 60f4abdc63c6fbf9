#include "models/network/semantics.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/library/library.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-semantics/1";
constexpr std::uint64_t kMostSteps = 1024;  // of a delay or refractory period

const WordList<Integrator> kIntegrators = {{"euler", Integrator::Euler},
                                           {"exponential", Integrator::Exponential}};
const WordList<InputGain> kInputGains = {{"dt_over_tau", InputGain::DtOverTau},
                                         {"one_minus_decay", InputGain::OneMinusDecay},
                                         {"decay", InputGain::Decay},
                                         {"one", InputGain::One},
                                         {"unit", InputGain::Unit},
                                         {"normalized", InputGain::Normalized}};
const WordList<Comparison> kComparisons = {{"greater", Comparison::Greater},
                                           {"greater_or_equal", Comparison::GreaterOrEqual}};
const WordList<ResetRule> kResetRules = {{"to_value", ResetRule::ToValue},
                                         {"subtract", ResetRule::Subtract}};
const WordList<VoltageSource> kResetValues = {{"v_reset", VoltageSource::Reset},
                                              {"zero", VoltageSource::Zero}};
const WordList<VoltageSource> kInitialVoltages = {{"zero", VoltageSource::Zero},
                                                  {"v_reset", VoltageSource::Reset},
                                                  {"v_leak", VoltageSource::Leak}};
const WordList<ResetTime> kResetTimes = {{"this_step", ResetTime::ThisStep},
                                         {"next_step", ResetTime::NextStep}};
const WordList<ThresholdTest> kThresholdTests = {{"after_update", ThresholdTest::AfterUpdate},
                                                 {"before_update", ThresholdTest::BeforeUpdate}};
const WordList<SynapseOrder> kSynapseOrders = {{"new", SynapseOrder::New},
                                               {"old", SynapseOrder::Old}};
const WordList<FloatWidth> kFloatWidths = {{"single", FloatWidth::Single},
                                           {"double", FloatWidth::Double}};

std::uint32_t read_count(ObjectReader& reader,
                         const std::string& key,
                         std::uint64_t low,
                         std::uint64_t high,
                         std::uint32_t fallback) {
  return static_cast<std::uint32_t>(reader.unsigned_integer(key, low, high, fallback));
}

void read_identity(ObjectReader& reader, Semantics& semantics) {
  reader.word("format", {kFormat}, kFormat);
  semantics.name = reader.string("name", "custom");
  semantics.description = reader.string("description", "");
  semantics.source = reader.string("source", "");
}

// The enum under `key`; without it what `value` holds, if that is allowed to stand.
template <typename Enum>
void read_into(ObjectReader& reader,
               const std::string& key,
               const WordList<Enum>& words,
               Enum& value,
               bool required = false) {
  value = read_enum(reader, key, words, required ? std::nullopt : std::optional(value));
}

// `required`: the fields that no default can be guessed for must be there.
void read_integration(ObjectReader& reader, NeuronRules& rules, bool required) {
  read_into(reader, "integrator", kIntegrators, rules.integrator, required);
  read_into(reader, "input_gain", kInputGains, rules.input_gain, required);
  read_into(reader, "synapse_integrator", kIntegrators, rules.synapse_integrator);
  read_into(reader, "synapse_input_gain", kInputGains, rules.synapse_input_gain);
  read_into(reader, "synapse_order", kSynapseOrders, rules.synapse_order);
  rules.synapse_leaks_to_v_leak =
      reader.boolean("synapse_leaks_to_v_leak", rules.synapse_leaks_to_v_leak);
  rules.integrate_and_fire_times_dt =
      reader.boolean("integrate_and_fire_times_dt", rules.integrate_and_fire_times_dt);
}

void read_firing(ObjectReader& reader, NeuronRules& rules, bool required) {
  read_into(reader, "comparison", kComparisons, rules.comparison, required);
  read_into(reader, "threshold_test", kThresholdTests, rules.threshold_test);
  read_into(reader, "reset", kResetRules, rules.reset, required);
  read_into(reader, "reset_value", kResetValues, rules.reset_value);
  read_into(reader, "reset_time", kResetTimes, rules.reset_time);
  rules.reset_decays = reader.boolean("reset_decays", rules.reset_decays);
  rules.max_spikes_per_step =
      read_count(reader, "max_spikes_per_step", 1, UINT32_MAX, rules.max_spikes_per_step);
  if (reader.has("v_min_thresholds"))
    rules.v_min_thresholds = reader.number("v_min_thresholds", -1e9, 0.0);
  rules.refractory_steps =
      read_count(reader, "refractory_steps", 0, kMostSteps, rules.refractory_steps);
  read_into(reader, "initial_v", kInitialVoltages, rules.initial_v);
}

void read_time(ObjectReader& reader, Semantics& semantics) {
  semantics.synaptic_delay_steps =
      read_count(reader, "synaptic_delay_steps", 0, kMostSteps, semantics.synaptic_delay_steps);
  semantics.recurrent_delay_steps =
      read_count(reader, "recurrent_delay_steps", 1, kMostSteps, semantics.recurrent_delay_steps);
  semantics.spike_is_dirac = reader.boolean("spike_is_dirac", semantics.spike_is_dirac);
  if (reader.has("weight_step")) semantics.weight_step = reader.number("weight_step", 1e-30, 1e30);
  read_into(reader, "float_width", kFloatWidths, semantics.float_width);
}

void refuse_contradictions(const ObjectReader& reader, const NeuronRules& rules) {
  const bool to_value = rules.reset == ResetRule::ToValue;
  const bool several = rules.max_spikes_per_step > 1;
  const bool before_update = rules.threshold_test == ThresholdTest::BeforeUpdate;
  const bool next_step = rules.reset_time == ResetTime::NextStep;
  if (several && to_value)
    reader.fail("max_spikes_per_step",
                "several spikes a step need reset \"subtract\": after \"to_value\" nothing is left "
                "to spike again");
  if (several && rules.refractory_steps > 0)
    reader.fail("max_spikes_per_step", "several spikes a step contradict refractory_steps above 0");
  if (before_update && to_value)
    reader.fail("threshold_test",
                "\"before_update\" is defined with reset \"subtract\" only: the reset is a term of "
                "the update");
  if (next_step && before_update)
    reader.fail("reset_time", "\"next_step\" contradicts a threshold test before the update");
  if (next_step && rules.refractory_steps > 0)
    reader.fail("reset_time", "\"next_step\" contradicts refractory_steps above 0");
  if (rules.reset_decays && !before_update && !next_step)
    reader.fail("reset_decays",
                "needs a reset that is a term of the update: threshold_test \"before_update\" or "
                "reset_time \"next_step\"");
}

const WordList<node::NeuronKind> kSpikingKinds = {{"IF", node::NeuronKind::IF},
                                                  {"LIF", node::NeuronKind::LIF},
                                                  {"CubaLIF", node::NeuronKind::CubaLIF}};

void read_kinds(ObjectReader& reader, Semantics& semantics) {
  const Json* object = reader.raw("kinds");
  if (object == nullptr) return;
  ObjectReader kinds(*object, reader.place() / "kinds");
  for (const auto& [word, kind] : kSpikingKinds) {
    std::optional<ObjectReader> own = kinds.optional_object(word);
    if (!own) continue;
    NeuronRules rules = semantics;
    read_integration(*own, rules, false);
    read_firing(*own, rules, false);
    own->finish();
    refuse_contradictions(*own, rules);
    semantics.kinds.push_back({kind, rules});
  }
  kinds.finish();
}

Json to_json(const NeuronRules& rules) {
  Json object = {{"integrator", word_of(kIntegrators, rules.integrator)},
                 {"input_gain", word_of(kInputGains, rules.input_gain)},
                 {"synapse_integrator", word_of(kIntegrators, rules.synapse_integrator)},
                 {"synapse_input_gain", word_of(kInputGains, rules.synapse_input_gain)},
                 {"synapse_order", word_of(kSynapseOrders, rules.synapse_order)},
                 {"synapse_leaks_to_v_leak", rules.synapse_leaks_to_v_leak},
                 {"integrate_and_fire_times_dt", rules.integrate_and_fire_times_dt},
                 {"comparison", word_of(kComparisons, rules.comparison)},
                 {"threshold_test", word_of(kThresholdTests, rules.threshold_test)},
                 {"reset", word_of(kResetRules, rules.reset)},
                 {"reset_value", word_of(kResetValues, rules.reset_value)},
                 {"reset_time", word_of(kResetTimes, rules.reset_time)},
                 {"reset_decays", rules.reset_decays},
                 {"max_spikes_per_step", rules.max_spikes_per_step},
                 {"refractory_steps", rules.refractory_steps},
                 {"initial_v", word_of(kInitialVoltages, rules.initial_v)}};
  if (rules.v_min_thresholds) object["v_min_thresholds"] = *rules.v_min_thresholds;
  return object;
}

}  // namespace

const NeuronRules& rules_of(const Semantics& semantics, node::NeuronKind kind) {
  for (const auto& [known, rules] : semantics.kinds)
    if (known == kind) return rules;
  return semantics;
}

Graph with_weight_step(const Graph& graph, double step) {
  Graph result = graph;
  const auto round_all = [&](auto& primitive) {
    constexpr bool is_input_weight = requires { primitive.weight.data; };
    if constexpr (is_input_weight)
      for (double& weight : primitive.weight.data) weight = std::nearbyint(weight / step) * step;
  };
  for (const NodeId id : ids_of(result.nodes)) std::visit(round_all, result.nodes[id].primitive);
  return result;
}

Semantics read_semantics(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  Semantics semantics;
  read_identity(reader, semantics);
  read_integration(reader, semantics, true);
  read_firing(reader, semantics, true);
  read_time(reader, semantics);
  read_kinds(reader, semantics);
  if (const Json* arithmetic = reader.raw("arithmetic"))
    semantics.arithmetic = read_arithmetic(*arithmetic, place / "arithmetic");
  if (const Json* spinnaker = reader.raw("spinnaker"))
    semantics.spinnaker = read_spinnaker_arithmetic(*spinnaker, place / "spinnaker");
  if (semantics.arithmetic && semantics.spinnaker)
    reader.fail("spinnaker", "stands beside \"arithmetic\"; only one of them applies");
  reader.finish();
  refuse_contradictions(reader, semantics);
  return semantics;
}

Json to_json(const Semantics& semantics) {
  Json object = {{"name", semantics.name},
                 {"description", semantics.description},
                 {"source", semantics.source}};
  object.update(to_json(static_cast<const NeuronRules&>(semantics)));
  object["synaptic_delay_steps"] = semantics.synaptic_delay_steps;
  object["recurrent_delay_steps"] = semantics.recurrent_delay_steps;
  object["spike_is_dirac"] = semantics.spike_is_dirac;
  if (semantics.weight_step) object["weight_step"] = *semantics.weight_step;
  object["float_width"] = word_of(kFloatWidths, semantics.float_width);
  for (const auto& [kind, rules] : semantics.kinds)
    object["kinds"][word_of(kSpikingKinds, kind)] = to_json(rules);
  if (semantics.arithmetic) object["arithmetic"] = to_json(*semantics.arithmetic);
  if (semantics.spinnaker) object["spinnaker"] = to_json(*semantics.spinnaker);
  return object;
}

std::vector<std::string> semantics_preset_names() { return library_names("semantics"); }

Semantics load_semantics_preset(const std::string& name, const JsonPlace& asked_at) {
  const std::vector<std::string> names = semantics_preset_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    asked_at.fail("unknown semantics \"" + name + "\"; known: " + comma_separated(names));
  const std::string path = library_directory() + "/semantics/" + name + ".json";
  const Json document = read_json_file(path);
  const Semantics semantics = read_semantics(document, {path, ""});
  if (semantics.name != name)
    throw InputError(path, "/name", "is \"" + semantics.name + "\", but the file is " + name);
  return semantics;
}

}  // namespace spikeloom
