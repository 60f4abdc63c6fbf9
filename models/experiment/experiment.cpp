// The experiment as typed values.

#include "models/experiment/experiment.hpp"

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

constexpr std::uint64_t kMaxSteps = 1'000'000;

const WordList<ReadoutRule> kReadoutRules = {{"count", ReadoutRule::Count},
                                             {"first", ReadoutRule::First},
                                             {"potential", ReadoutRule::Potential}};

// A document that was embedded remembers its file, so that errors can name it.
struct Embedded {
  Json document;
  JsonPlace place;
};
Embedded embedded(const Json& value, const JsonPlace& at) {
  Embedded result{value, at};
  if (!value.is_object()) at.fail("expected an object or the path of a file that holds one");
  if (value.contains("$file") && value["$file"].is_string()) {
    result.place = {value["$file"].get<std::string>(), ""};
    result.document.erase("$file");
  }
  return result;
}

void read_chip_and_prices(Experiment& experiment, ObjectReader& reader) {
  const Json* given = reader.raw("chip");
  if (given == nullptr) return;
  Embedded chip = embedded(*given, reader.place() / "chip");
  const auto found = chip.document.find("technology");
  if (found == chip.document.end())
    (chip.place / "technology").fail("required field is missing: energy needs prices");
  const Embedded technology = embedded(*found, chip.place / "technology");
  *found = technology.place.file;
  experiment.chip = read_chip(chip.document, chip.place);
  experiment.prices = read_technology(technology.document, technology.place, *experiment.chip);
}

ReadoutSpec read_readout(ObjectReader reader) {
  ReadoutSpec readout;
  readout.population = reader.string("population");
  readout.by = read_enum(reader, "by", kReadoutRules, std::optional(ReadoutRule::Count));
  reader.finish();
  return readout;
}

QuantizationSpec read_quantization_of(ObjectReader& reader, const Arithmetic& arithmetic) {
  const Json none = Json::object();
  const Json* given = reader.raw("quantization");
  return read_quantization(
      given != nullptr ? *given : none, reader.place() / "quantization", arithmetic);
}

void refuse_unused_quantization(const NetworkSpec& network, ObjectReader& reader) {
  if (network.generated() && reader.has("quantization"))
    reader.fail("quantization", "does not apply: a generated network is integer");
  const Json* given = reader.raw("quantization");
  if (network.netx && given != nullptr && given->contains("scale"))
    (reader.place() / "quantization")
        .fail("\"scale\" does not apply: the weights of a netx file are integers");
}

// A netx file's weights keep their scale; they can only be cut.
Json quantization_json(const Experiment& experiment) {
  Json json = to_json(experiment.quantization);
  if (experiment.network.netx) json.erase("scale");
  return json;
}

Json to_json(const ReadoutSpec& readout) {
  return {{"population", readout.population}, {"by", word_of(kReadoutRules, readout.by)}};
}

}  // namespace

const Arithmetic& Experiment::arithmetic() const {
  static const Arithmetic without_chip;
  if (chip) return chip->core.arithmetic;
  return network.arithmetic ? *network.arithmetic : without_chip;
}

std::uint32_t Experiment::max_spikes_per_step() const {
  return chip ? chip->core.max_spikes_per_step : kMostSpikesPerStep;
}

Experiment read_experiment(const Json& document, const std::string& path) {
  ObjectReader reader(document, JsonPlace{path, ""});
  Experiment experiment;
  experiment.file = path;
  experiment.name = read_name(reader);
  experiment.network = read_network_spec(reader.object("network"));
  read_chip_and_prices(experiment, reader);
  if (auto input = reader.optional_object("input")) experiment.input = read_input_spec(*input);
  if (auto readout = reader.optional_object("readout")) experiment.readout = read_readout(*readout);
  experiment.steps = static_cast<std::uint32_t>(reader.unsigned_integer("steps", 1, kMaxSteps));
  experiment.seed =
      Seed(static_cast<std::uint32_t>(reader.unsigned_integer("seed", 0, UINT32_MAX)));
  experiment.between_samples = read_between_samples(reader);
  refuse_unused_quantization(experiment.network, reader);
  experiment.quantization = read_quantization_of(
      reader, experiment.network.netx ? Arithmetic{} : experiment.arithmetic());
  reader.raw("mapping");
  reader.raw("simulator");
  reader.raw("rtl");
  reader.finish();
  return experiment;
}

Json effective_document(const Experiment& experiment, const Json& document) {
  Json json = {{"name", experiment.name}};
  if (experiment.chip) {
    json["chip"] = to_json(*experiment.chip);
    json["chip"]["technology"] = document["chip"]["technology"];
    json["chip"]["technology"].erase("$file");
  }
  json["network"] = to_json(experiment.network);
  if (experiment.input) json["input"] = to_json(*experiment.input);
  if (experiment.readout) json["readout"] = to_json(*experiment.readout);
  if (!experiment.network.generated()) json["quantization"] = quantization_json(experiment);
  json["between_samples"] = to_json(experiment.between_samples);
  json["steps"] = experiment.steps;
  json["seed"] = experiment.seed.value();
  return json;
}

}  // namespace spikeloom
