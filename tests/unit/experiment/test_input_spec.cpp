// The `input` object: read, refused and written; and that its schema says the same.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/experiment/encoder_spec.hpp"
#include "models/experiment/input_spec.hpp"
#include "models/library/library.hpp"

using namespace spikeloom;

namespace {

InputSpec read(const std::string& text) {
  const Json json = Json::parse(text);
  return read_input_spec(ObjectReader(json, {"x.json", "/input"}));
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

Json schema() {
  return read_json_file(library_directory() + "/schemas/experiment.schema.json")
      .at("properties")
      .at("input");
}

/// The least that each format takes, and a value of every further field it has.
const std::vector<std::pair<std::string, std::vector<std::string>>>& complete_inputs() {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kInputs = {
      {"nmnist",
       {R"("list": "l.txt")",
        R"("height": 3)",
        R"("width": 3)",
        R"("samples": 3)",
        R"("late_events": "drop")"}},
      {"shd", {R"("samples": 3)", R"("late_events": "last_step")"}},
      {"csv", {R"("column": "a")", R"("encoder": "delta")"}},
      {"spike_times", {R"("time_unit": "ms")", R"("samples": 3)", R"("late_events": "drop")"}},
      {"images",
       {R"("encoder": {"name": "poisson", "max_rate_hz": 5})",
        R"("labels": "l.idx")",
        R"("label_column": "none")",
        R"("axes": "nhwc")",
        R"("scale": 0.5)",
        R"("samples": 3)"}}};
  return kInputs;
}

std::string input_of(const std::string& format, const std::vector<std::string>& fields) {
  std::string text = R"({"format": ")" + format + R"(", "events": "e")";
  for (const std::string& field : fields) text += ", " + field;
  return text + "}";
}

}  // namespace

TEST_CASE("every format takes its fields, and what is written reads back the same") {
  REQUIRE(complete_inputs().size() == input_names().size());
  for (const auto& [format, fields] : complete_inputs()) {
    CAPTURE(format);
    const Json written = to_json(read(input_of(format, fields)));
    CHECK(written.size() == fields.size() + 2);
    CHECK(to_json(read(written.dump())) == written);
    for (const auto& [field, value] : written.items())
      CHECK(schema().at("properties").contains(field));
  }
}

TEST_CASE("defaults are those of the schema") {
  for (const auto& [format, fields] : complete_inputs()) {
    CAPTURE(format);
    const bool images = format == "images";
    const Json written = to_json(
        read(input_of(format, images ? std::vector{fields.front()} : std::vector<std::string>{})));
    for (const auto& [field, value] : written.items()) {
      const Json property = schema().at("properties").at(field);
      CAPTURE(field);
      if (property.contains("default")) CHECK(property.at("default") == value);
    }
  }
  for (const std::string& name : encoder_names()) {
    CAPTURE(name);
    const Json given = name == "poisson" ? Json{{"name", name}, {"max_rate_hz", 1}} : Json(name);
    const Json written = to_json(read_encoder(given, {"x.json", "/encoder"}));
    for (const auto& [field, value] : written.items()) {
      CAPTURE(field);
      const Json property = schema().at("properties").at("encoder").at("properties").at(field);
      if (property.contains("default")) CHECK(property.at("default") == value);
    }
  }
}

TEST_CASE("formats and encoders are those of the schema") {
  const Json properties = schema().at("properties");
  CHECK(properties.at("format").at("enum") == Json(input_names()));
  CHECK(properties.at("encoder").at("properties").at("name").at("enum") == Json(encoder_names()));
}

TEST_CASE("a field of another format is refused with the formats it belongs to") {
  CHECK(refusal(input_of("shd", {R"("column": "a")"})) ==
        "x.json#/input/column: does not apply to format \"shd\"; it belongs to: csv");
  CHECK(refusal(input_of("csv", {R"("samples": 1)"})) ==
        "x.json#/input/samples: does not apply to format \"csv\"; it belongs to: nmnist, shd, "
        "spike_times, images");
  CHECK(refusal(input_of("csv", {R"("late_events": "drop")"})) ==
        "x.json#/input/late_events: does not apply to format \"csv\"; it belongs to: nmnist, shd, "
        "spike_times");
  CHECK(refusal(input_of("nmnist", {R"("encoder": "constant")"})) ==
        "x.json#/input/encoder: does not apply to format \"nmnist\"; it belongs to: csv, images");
}

TEST_CASE("a parameter of another encoder is refused") {
  CHECK(refusal(input_of("images", {R"("encoder": {"name": "constant", "threshold": 1})"})) ==
        "x.json#/input/encoder/threshold: unknown field");
  CHECK(refusal(input_of("images", {R"("encoder": {"name": "latency", "threshold": 1})"})) ==
        "x.json#/input/encoder/threshold: is 1, allowed is 1e-09 to 0.999999");
  CHECK(refusal(input_of("images", {R"("encoder": 3)"})) ==
        "x.json#/input/encoder: expected an object, found an integer 3");
}

TEST_CASE("inputs that contradict themselves are refused") {
  CHECK(refusal(R"({"format": "nmnist"})") == "x.json#/input/events: required field is missing");
  CHECK(read(R"({"format": "nmnist", "list": "/a/b/l.txt"})").events == "/a/b");
  CHECK(refusal(R"({"format": "nmnist", "list": "l", "events": "*/*"})") ==
        "x.json#/input/events: has more than one '*', which stands for a recording of the list");
  CHECK(
      refusal(input_of(
          "images", {R"("encoder": "delta")", R"("labels": "l")", R"("label_column": "last")"})) ==
      "x.json#/input/labels: and \"label_column\" both give labels; only one of them may");
  CHECK(refusal(input_of("images", {R"("encoder": "delta")", R"("axes": "xy")"})) ==
        "x.json#/input/axes: is \"xy\", allowed are the letters n (samples), t (frames), c "
        "(channel), h (height) and w (width), each once");
}
