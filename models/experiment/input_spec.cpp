#include "models/experiment/input_spec.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "models/base/text.hpp"
#include "models/experiment/encoder_spec.hpp"

namespace spikeloom {
namespace {

const WordList<InputFormat> kInputFormats = {{"nmnist", InputFormat::Nmnist},
                                             {"shd", InputFormat::Shd},
                                             {"csv", InputFormat::Csv},
                                             {"spike_times", InputFormat::SpikeTimes},
                                             {"images", InputFormat::Images}};
const WordList<LateEvents> kLateEvents = {{"refuse", LateEvents::Refuse},
                                          {"last_step", LateEvents::LastStep},
                                          {"drop", LateEvents::Drop}};
const WordList<TimeUnit> kTimeUnits = {
    {"s", TimeUnit::Second}, {"ms", TimeUnit::Millisecond}, {"us", TimeUnit::Microsecond}};
const WordList<LabelColumn> kLabelColumns = {
    {"none", LabelColumn::None}, {"first", LabelColumn::First}, {"last", LabelColumn::Last}};

/// The formats that a field belongs to; all have `format` and `events`.
const std::vector<std::pair<std::string, std::vector<InputFormat>>>& owners() {
  using enum InputFormat;
  static const std::vector<std::pair<std::string, std::vector<InputFormat>>> kOwners = {
      {"samples", {Nmnist, Shd, SpikeTimes, Images}},
      {"late_events", {Nmnist, Shd, SpikeTimes}},
      {"list", {Nmnist}},
      {"height", {Nmnist}},
      {"width", {Nmnist}},
      {"column", {Csv}},
      {"time_unit", {SpikeTimes}},
      {"labels", {Images}},
      {"label_column", {Images}},
      {"axes", {Images}},
      {"scale", {Images}},
      {"encoder", {Csv, Images}}};
  return kOwners;
}

bool belongs(InputFormat format, const std::vector<InputFormat>& formats) {
  return std::find(formats.begin(), formats.end(), format) != formats.end();
}

void refuse_misplaced(const ObjectReader& reader, InputFormat format) {
  for (const auto& [field, formats] : owners()) {
    if (!reader.has(field) || belongs(format, formats)) continue;
    std::vector<std::string> names;
    for (const InputFormat owner : formats) names.push_back(word_of(kInputFormats, owner));
    reader.fail(field,
                "does not apply to format \"" + word_of(kInputFormats, format) +
                    "\"; it belongs to: " + comma_separated(names));
  }
}

std::optional<std::size_t> read_extent(ObjectReader& reader, const std::string& name) {
  constexpr std::uint64_t kHighest = 256;  // coordinates are bytes
  if (!reader.has(name)) return std::nullopt;
  return reader.unsigned_integer(name, 1, kHighest);
}

void read_nmnist(ObjectReader& reader, InputSpec& input) {
  input.list = reader.string("list", "");
  const std::string beside = std::filesystem::path(input.list).parent_path().string();
  input.events = input.list.empty() ? reader.string("events") : reader.string("events", beside);
  input.height = read_extent(reader, "height");
  input.width = read_extent(reader, "width");
  if (input.list.empty() && reader.has("samples"))
    reader.fail("samples", "needs a \"list\": without one there is a single recording");
  if (std::count(input.events.begin(), input.events.end(), '*') > 1)
    reader.fail("events", "has more than one '*', which stands for a recording of the list");
}

std::string read_axes(ObjectReader& reader) {
  const std::string axes = reader.string("axes", "");
  const bool known = axes.find_first_not_of("ntchw") == std::string::npos;
  std::string sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  const bool once = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  if (!known || !once)
    reader.fail("axes",
                "is \"" + axes +
                    "\", allowed are the letters n (samples), t (frames), c (channel), h "
                    "(height) and w (width), each once");
  return axes;
}

void read_images_fields(ObjectReader& reader, InputSpec& input) {
  constexpr double kHuge = 1e30;
  input.labels = reader.string("labels", "");
  input.label_column =
      read_enum(reader, "label_column", kLabelColumns, std::optional(input.label_column));
  if (!input.labels.empty() && input.label_column != LabelColumn::None)
    reader.fail("labels", "and \"label_column\" both give labels; only one of them may");
  input.axes = read_axes(reader);
  if (reader.has("scale")) input.scale = reader.number("scale", -kHuge, kHuge);
}

void read_encoder_of(ObjectReader& reader, InputSpec& input) {
  const Json* encoder = reader.raw("encoder");
  if (encoder != nullptr)
    input.encoder = read_encoder(*encoder, reader.place() / "encoder");
  else if (input.format == InputFormat::Images)
    reader.fail("encoder", "required field is missing: images do not say how they become events");
}

bool applies(const std::string& field, InputFormat format) {
  for (const auto& [name, formats] : owners())
    if (name == field) return belongs(format, formats);
  return false;
}

}  // namespace

InputSpec read_input_spec(ObjectReader reader) {
  InputSpec input{};
  input.format = read_enum(reader, "format", kInputFormats);
  refuse_misplaced(reader, input.format);
  if (input.format == InputFormat::Nmnist)
    read_nmnist(reader, input);
  else
    input.events = reader.string("events");
  if (input.format == InputFormat::Csv) input.column = reader.string("column", "*");
  if (input.format == InputFormat::SpikeTimes)
    input.time_unit = read_enum(reader, "time_unit", kTimeUnits, std::optional(input.time_unit));
  if (input.format == InputFormat::Images) read_images_fields(reader, input);
  if (applies("encoder", input.format)) read_encoder_of(reader, input);
  if (applies("late_events", input.format))
    input.late_events =
        read_enum(reader, "late_events", kLateEvents, std::optional(input.late_events));
  if (applies("samples", input.format))
    input.samples = reader.unsigned_integer("samples", 1, 1U << 30, 0);
  reader.finish();
  return input;
}

Json to_json(const InputSpec& input) {
  Json json = {{"format", word_of(kInputFormats, input.format)}, {"events", input.events}};
  const auto add = [&](const std::string& field, bool given, Json value) {
    if (given && applies(field, input.format)) json[field] = std::move(value);
  };
  add("list", !input.list.empty(), input.list);
  add("height", input.height.has_value(), input.height.value_or(0));
  add("width", input.width.has_value(), input.width.value_or(0));
  add("column", true, input.column);
  add("time_unit", true, word_of(kTimeUnits, input.time_unit));
  add("labels", !input.labels.empty(), input.labels);
  add("label_column", true, word_of(kLabelColumns, input.label_column));
  add("axes", !input.axes.empty(), input.axes);
  add("scale", input.scale.has_value(), input.scale.value_or(0));
  add("encoder", input.encoder.has_value(), to_json(input.encoder.value_or(EncoderSpec{})));
  add("late_events", true, word_of(kLateEvents, input.late_events));
  add("samples", input.samples != 0, input.samples);
  return json;
}

std::vector<std::string> input_names() {
  std::vector<std::string> names;
  for (const auto& [name, format] : kInputFormats) names.push_back(name);
  return names;
}

}  // namespace spikeloom
