#include "models/experiment/encoder_spec.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

constexpr double kHighestRate = 1e6;  // hertz
constexpr double kLongestTau = 1e6;   // steps
constexpr double kLeastThreshold = 1e-9, kHighestThreshold = 1e9;

const WordList<EncoderName> kEncoders = {{"constant", EncoderName::Constant},
                                         {"bernoulli", EncoderName::Bernoulli},
                                         {"poisson", EncoderName::Poisson},
                                         {"latency", EncoderName::Latency},
                                         {"delta", EncoderName::Delta}};
const WordList<LatencyCode> kLatencyCodes = {{"log", LatencyCode::Log},
                                             {"linear", LatencyCode::Linear}};
const WordList<OffSpikes> kOffSpikes = {
    {"none", OffSpikes::None}, {"negative", OffSpikes::Negative}, {"channel", OffSpikes::Channel}};

constexpr double kLatencyThreshold = 0.01, kDeltaThreshold = 0.1;

void read_gain(ObjectReader& reader, EncoderSpec& encoder) {
  constexpr double kHuge = 1e30;
  encoder.gain = reader.number("gain", -kHuge, kHuge, encoder.gain);
  encoder.offset = reader.number("offset", -kHuge, kHuge, encoder.offset);
}

void read_latency(ObjectReader& reader, EncoderSpec& encoder) {
  constexpr double kNearOne = 0.999999;
  encoder.code = read_enum(reader, "code", kLatencyCodes, std::optional(encoder.code));
  encoder.tau_steps = reader.number("tau_steps", kLeastThreshold, kLongestTau, encoder.tau_steps);
  encoder.threshold = reader.number("threshold", kLeastThreshold, kNearOne, kLatencyThreshold);
  encoder.normalize = reader.boolean("normalize", encoder.normalize);
  encoder.clip = reader.boolean("clip", encoder.clip);
}

void read_delta(ObjectReader& reader, EncoderSpec& encoder) {
  encoder.threshold =
      reader.number("threshold", kLeastThreshold, kHighestThreshold, kDeltaThreshold);
  encoder.off_spikes =
      read_enum(reader, "off_spikes", kOffSpikes, std::optional(encoder.off_spikes));
  encoder.padding = reader.boolean("padding", encoder.padding);
}

void read_parameters(ObjectReader& reader, EncoderSpec& encoder) {
  switch (encoder.name) {
    case EncoderName::Constant:
    case EncoderName::Bernoulli:
      return read_gain(reader, encoder);
    case EncoderName::Poisson:
      encoder.max_rate = Hertz(reader.number("max_rate_hz", 0, kHighestRate));
      return;
    case EncoderName::Latency:
      return read_latency(reader, encoder);
    case EncoderName::Delta:
      return read_delta(reader, encoder);
  }
}

}  // namespace

EncoderSpec read_encoder(const Json& value, const JsonPlace& place) {
  Json object = value;
  if (value.is_string()) object = Json::object({{"name", value}});
  ObjectReader reader(object, place);
  EncoderSpec encoder;
  encoder.name = read_enum(reader, "name", kEncoders);
  read_parameters(reader, encoder);
  reader.finish();
  return encoder;
}

Json to_json(const EncoderSpec& encoder) {
  Json json = {{"name", word_of(kEncoders, encoder.name)}};
  switch (encoder.name) {
    case EncoderName::Constant:
    case EncoderName::Bernoulli:
      json["gain"] = encoder.gain;
      json["offset"] = encoder.offset;
      break;
    case EncoderName::Poisson:
      json["max_rate_hz"] = encoder.max_rate.value();
      break;
    case EncoderName::Latency:
      json["code"] = word_of(kLatencyCodes, encoder.code);
      json["tau_steps"] = encoder.tau_steps;
      json["threshold"] = encoder.threshold;
      json["normalize"] = encoder.normalize;
      json["clip"] = encoder.clip;
      break;
    case EncoderName::Delta:
      json["threshold"] = encoder.threshold;
      json["off_spikes"] = word_of(kOffSpikes, encoder.off_spikes);
      json["padding"] = encoder.padding;
      break;
  }
  return json;
}

std::vector<std::string> encoder_names() {
  std::vector<std::string> names;
  for (const auto& [name, encoder] : kEncoders) names.push_back(name);
  return names;
}

}  // namespace spikeloom
