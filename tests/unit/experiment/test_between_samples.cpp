#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/experiment/between_samples.hpp"

using namespace spikeloom;

namespace {

BetweenSamples read(const std::string& value) {
  const Json document = parse_json("{\"between_samples\": " + value + "}", "x.json");
  ObjectReader reader(document, {"x.json", ""});
  return read_between_samples(reader);
}

std::string refusal(const std::string& value) {
  try {
    read(value);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

StateResets resolve(const std::string& value) {
  return resets_of(
      read(value), {"input", "layer/0", "layer/1"}, {true, false, false}, {"x.json", "/between"});
}

}  // namespace

TEST_CASE("samples start afresh unless the experiment says otherwise") {
  const Json empty = Json::object();
  ObjectReader reader(empty, {"x.json", ""});
  CHECK(read_between_samples(reader).boundary == SampleBoundary::Reset);
  CHECK(read("\"reset\"").boundary == SampleBoundary::Reset);
  CHECK(read("\"continue\"").boundary == SampleBoundary::Continue);
  CHECK(read("\"continue\"").period == 0);
}

TEST_CASE("periodic resets continue, and are written as they are read") {
  const char* const given = R"({"period": 17, "offset": {"layer/1": 16, "layer/0": 0}})";
  const BetweenSamples between = read(given);
  CHECK(between.boundary == SampleBoundary::Continue);
  CHECK(to_json(between) == Json::parse(given));
  CHECK(to_json(read("\"continue\"")) == "continue");
}

TEST_CASE("periodic resets fall on the populations they name") {
  const StateResets resets = resolve(R"({"period": 3, "offset": {"layer/1": 2}})");
  for (std::uint32_t step = 0; step < 9; ++step) {
    CAPTURE(step);
    CHECK(resets.due(PopulationId{2}, step) == (step % 3 == 2));
    CHECK_FALSE(resets.due(PopulationId{0}, step));
    CHECK_FALSE(resets.due(PopulationId{1}, step));
  }
  CHECK_FALSE(resolve("\"continue\"").due(PopulationId{1}, 0));
}

TEST_CASE("resets that cannot be are refused with their place") {
  CHECK(refusal("\"forget\"") ==
        "x.json#/between_samples: unknown word \"forget\"; allowed: reset, continue");
  CHECK(refusal("3") ==
        "x.json#/between_samples: expected \"reset\", \"continue\", or an object of period and "
        "offset");
  CHECK(refusal(R"({"period": 0, "offset": {}})") ==
        "x.json#/between_samples/period: is 0, allowed is 1 to 1000000");
  CHECK(refusal(R"({"period": 17})") ==
        "x.json#/between_samples/offset: required field is missing");
  CHECK(refusal(R"({"period": 17, "offset": {"layer/0": 17}})") ==
        "x.json#/between_samples/offset/layer~10: is 17, allowed is 0 to 16, below the period");
  CHECK(refusal(R"({"period": 17, "offset": {"layer/0": 0.5}})") ==
        "x.json#/between_samples/offset/layer~10: is 0.5, allowed is 0 to 16, below the period");
  CHECK_THROWS_WITH_AS(resolve(R"({"period": 2, "offset": {"layer/2": 0}})"),
                       "x.json#/between/offset/layer~12: is no population with state; the network "
                       "has layer/0, layer/1",
                       InputError);
  CHECK_THROWS_WITH_AS(resolve(R"({"period": 2, "offset": {"input": 0}})"),
                       "x.json#/between/offset/input: is no population with state; the network "
                       "has layer/0, layer/1",
                       InputError);
}
