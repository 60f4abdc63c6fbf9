#include "models/experiment/input_spec.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

const WordList<InputFormat> kInputFormats = {{"shd", InputFormat::Shd}, {"csv", InputFormat::Csv}};

}  // namespace

InputSpec read_input_spec(ObjectReader reader) {
  InputSpec input{};
  input.format = read_enum(reader, "format", kInputFormats);
  input.events = reader.string("events");
  if (input.format == InputFormat::Csv) input.column = reader.string("column", "*");
  if (input.format == InputFormat::Shd)
    input.samples = reader.unsigned_integer("samples", 1, 1U << 30, 0);
  reader.finish();
  return input;
}

Json to_json(const InputSpec& input) {
  Json json = {{"format", word_of(kInputFormats, input.format)}, {"events", input.events}};
  if (input.format == InputFormat::Csv) json["column"] = input.column;
  if (input.samples != 0) json["samples"] = input.samples;
  return json;
}

}  // namespace spikeloom
