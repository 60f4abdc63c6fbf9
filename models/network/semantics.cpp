#include "models/network/semantics.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/library/library.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-semantics/1";
constexpr std::uint64_t kMostSteps = 1024;  // of a delay or refractory period

const WordList<Integrator> kIntegrators = {{"euler", Integrator::Euler},
                                           {"exponential", Integrator::Exponential}};
const WordList<InputGain> kInputGains = {{"dt_over_tau", InputGain::DtOverTau},
                                         {"one_minus_decay", InputGain::OneMinusDecay},
                                         {"one", InputGain::One},
                                         {"normalized", InputGain::Normalized}};
const WordList<Comparison> kComparisons = {{"greater", Comparison::Greater},
                                           {"greater_or_equal", Comparison::GreaterOrEqual}};
const WordList<ResetRule> kResetRules = {{"to_value", ResetRule::ToValue},
                                         {"subtract", ResetRule::Subtract}};
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

void read_integration(ObjectReader& reader, Semantics& semantics) {
  semantics.integrator = read_enum(reader, "integrator", kIntegrators);
  semantics.input_gain = read_enum(reader, "input_gain", kInputGains);
  semantics.synapse_integrator = read_enum(
      reader, "synapse_integrator", kIntegrators, std::optional(semantics.synapse_integrator));
  semantics.synapse_input_gain = read_enum(
      reader, "synapse_input_gain", kInputGains, std::optional(semantics.synapse_input_gain));
  semantics.synapse_order =
      read_enum(reader, "synapse_order", kSynapseOrders, std::optional(semantics.synapse_order));
  semantics.integrate_and_fire_times_dt =
      reader.boolean("integrate_and_fire_times_dt", semantics.integrate_and_fire_times_dt);
}

void read_firing(ObjectReader& reader, Semantics& semantics) {
  semantics.comparison = read_enum(reader, "comparison", kComparisons);
  semantics.threshold_test =
      read_enum(reader, "threshold_test", kThresholdTests, std::optional(semantics.threshold_test));
  semantics.reset = read_enum(reader, "reset", kResetRules);
  semantics.max_spikes_per_step =
      read_count(reader, "max_spikes_per_step", 1, UINT32_MAX, semantics.max_spikes_per_step);
  if (reader.has("v_min_thresholds"))
    semantics.v_min_thresholds = reader.number("v_min_thresholds", -1e9, 0.0);
  semantics.refractory_steps =
      read_count(reader, "refractory_steps", 0, kMostSteps, semantics.refractory_steps);
}

void read_time(ObjectReader& reader, Semantics& semantics) {
  semantics.synaptic_delay_steps =
      read_count(reader, "synaptic_delay_steps", 0, kMostSteps, semantics.synaptic_delay_steps);
  semantics.recurrent_delay_steps =
      read_count(reader, "recurrent_delay_steps", 1, kMostSteps, semantics.recurrent_delay_steps);
  semantics.spike_is_dirac = reader.boolean("spike_is_dirac", semantics.spike_is_dirac);
  semantics.float_width =
      read_enum(reader, "float_width", kFloatWidths, std::optional(semantics.float_width));
}

void refuse_contradictions(const ObjectReader& reader, const Semantics& semantics) {
  const bool to_value = semantics.reset == ResetRule::ToValue;
  const bool several = semantics.max_spikes_per_step > 1;
  if (several && to_value)
    reader.fail("max_spikes_per_step",
                "several spikes a step need reset \"subtract\": after \"to_value\" nothing is left "
                "to spike again");
  if (several && semantics.refractory_steps > 0)
    reader.fail("max_spikes_per_step", "several spikes a step contradict refractory_steps above 0");
  if (semantics.threshold_test == ThresholdTest::BeforeUpdate && to_value)
    reader.fail("threshold_test",
                "\"before_update\" is defined with reset \"subtract\" only: the reset is a term of "
                "the update");
}

}  // namespace

Semantics read_semantics(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  Semantics semantics;
  read_identity(reader, semantics);
  read_integration(reader, semantics);
  read_firing(reader, semantics);
  read_time(reader, semantics);
  if (const Json* arithmetic = reader.raw("arithmetic"))
    semantics.arithmetic = read_arithmetic(*arithmetic, place / "arithmetic");
  reader.finish();
  refuse_contradictions(reader, semantics);
  return semantics;
}

Json to_json(const Semantics& semantics) {
  Json object = {{"name", semantics.name},
                 {"description", semantics.description},
                 {"source", semantics.source},
                 {"integrator", word_of(kIntegrators, semantics.integrator)},
                 {"input_gain", word_of(kInputGains, semantics.input_gain)},
                 {"synapse_integrator", word_of(kIntegrators, semantics.synapse_integrator)},
                 {"synapse_input_gain", word_of(kInputGains, semantics.synapse_input_gain)},
                 {"synapse_order", word_of(kSynapseOrders, semantics.synapse_order)},
                 {"integrate_and_fire_times_dt", semantics.integrate_and_fire_times_dt},
                 {"comparison", word_of(kComparisons, semantics.comparison)},
                 {"threshold_test", word_of(kThresholdTests, semantics.threshold_test)},
                 {"reset", word_of(kResetRules, semantics.reset)},
                 {"max_spikes_per_step", semantics.max_spikes_per_step},
                 {"refractory_steps", semantics.refractory_steps},
                 {"synaptic_delay_steps", semantics.synaptic_delay_steps},
                 {"recurrent_delay_steps", semantics.recurrent_delay_steps},
                 {"spike_is_dirac", semantics.spike_is_dirac},
                 {"float_width", word_of(kFloatWidths, semantics.float_width)}};
  if (semantics.v_min_thresholds) object["v_min_thresholds"] = *semantics.v_min_thresholds;
  if (semantics.arithmetic) object["arithmetic"] = to_json(*semantics.arithmetic);
  return object;
}

std::vector<std::string> semantics_preset_names() { return library_names("semantics"); }

Semantics load_semantics_preset(const std::string& name, const JsonPlace& asked_at) {
  const std::vector<std::string> names = semantics_preset_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string list;
    for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
    asked_at.fail("unknown semantics \"" + name + "\"; known: " + list);
  }
  const std::string path = library_directory() + "/semantics/" + name + ".json";
  const Json document = read_json_file(path);
  const Semantics semantics = read_semantics(document, {path, ""});
  if (semantics.name != name)
    throw InputError(path, "/name", "is \"" + semantics.name + "\", but the file is " + name);
  return semantics;
}

}  // namespace spikeloom
