// The schemas and the readers say the same: fields, defaults, bounds and words.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "models/base/error.hpp"
#include "models/library/library.hpp"
#include "models/network/semantics.hpp"
#include "models/technology/memories.hpp"
#include "models/technology/technology.hpp"

using namespace spikeloom;

namespace {

Json schema_of(const std::string& kind) {
  return read_json_file(library_directory() + "/schemas/" + kind + ".schema.json");
}

// A kind of document: the least that its reader accepts, and the reader.
struct Kind {
  std::string name;
  Json smallest;
  std::function<Json(const Json&)> effective;
};

Kind chip_kind() {
  return {"chip",
          Json::parse(R"({"format": "spikeloom-chip/1", "name": "tiny",
                          "topology": {"kind": "mesh", "width": 2, "height": 2}})"),
          [](const Json& document) {
            return to_json(read_chip(document, {"x.json", ""}));
          }};
}

Kind semantics_kind() {
  return {"semantics",
          Json::parse(R"({"integrator": "euler", "input_gain": "one", "comparison": "greater",
                          "reset": "subtract"})"),
          [](const Json& document) {
            return to_json(read_semantics(document, {"x.json", ""}));
          }};
}

Kind technology_kind() {
  Json smallest = Json::parse(R"({"format": "spikeloom-technology/1", "name": "plain",
      "node_nm": 45, "level": "whole synaptic operations", "definition": "All.",
      "statics": [{"name": "leakage", "unpriced": "u"}, {"name": "clock", "unpriced": "u"}]})");
  for (std::size_t i = 0; i < kActionCount; ++i)
    smallest["actions"][name_of(static_cast<Action>(i))] = {{"pj", 1}, {"source", "s"}};
  return {"technology", smallest, [](const Json& document) {
            return read_technology(document, {"x.json", ""}, Chip{}), Json::object();
          }};
}

std::string refusal(const Kind& kind, const Json& document) {
  try {
    kind.effective(document);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

using Visit = std::function<void(const std::string& pointer, const Json& schema)>;

// Calls `visit` for every property of the schema that is no object itself.
void visit_leaves(const Json& schema, const std::string& pointer, const Visit& visit) {
  for (const auto& [key, part] : schema.at("properties").items()) {
    const std::string place = pointer + "/" + key;
    if (part.contains("properties"))
      visit_leaves(part, place, visit);
    else
      visit(place, part);
  }
}

Json with(const Json& document, const std::string& pointer, const Json& value) {
  Json changed = document;
  changed[Json::json_pointer(pointer)] = value;
  return changed;
}

std::string joined(const Json& words) {
  std::string list;
  for (const Json& word : words) list += (list.empty() ? "" : ", ") + word.get<std::string>();
  return list;
}

void check_bounds(const Kind& kind) {
  std::size_t bounds = 0;
  visit_leaves(schema_of(kind.name), "", [&](const std::string& pointer, const Json& schema) {
    CAPTURE(pointer);
    const std::string place = "x.json#" + pointer + ": is ";
    const auto is_refused = [&](const Json& value) {
      return refusal(kind, with(kind.smallest, pointer, value)).starts_with(place);
    };
    for (const char* bound : {"minimum", "maximum"}) {
      if (!schema.contains(bound)) continue;
      const bool integer = schema.at("type") == "integer";
      const double value = schema.at(bound).get<double>();
      const double beyond = integer ? 1 : 1 + std::abs(value);
      const double outside = bound == std::string("minimum") ? value - beyond : value + beyond;
      CHECK(is_refused(integer ? Json(static_cast<std::int64_t>(outside)) : Json(outside)));
      CHECK_FALSE(refusal(kind, with(kind.smallest, pointer, schema.at(bound)))
                      .starts_with(place + schema.at(bound).dump() + ", allowed is"));
      ++bounds;
    }
  });
  CHECK(bounds >= 3);
}

void check_words(const Kind& kind) {
  std::size_t lists = 0;
  visit_leaves(schema_of(kind.name), "", [&](const std::string& pointer, const Json& schema) {
    if (!schema.contains("enum")) return;
    CAPTURE(pointer);
    CHECK(refusal(kind, with(kind.smallest, pointer, "nonsense")) ==
          "x.json#" + pointer + ": unknown word \"nonsense\"; allowed: " + joined(schema["enum"]));
    ++lists;
  });
  CHECK(lists >= 1);
}

void check_fields_are_known(const Kind& kind) {
  std::size_t fields = 0;
  visit_leaves(schema_of(kind.name), "", [&](const std::string& pointer, const Json&) {
    CAPTURE(pointer);
    CHECK(refusal(kind, with(kind.smallest, pointer, nullptr)).find("unknown field") ==
          std::string::npos);
    ++fields;
  });
  CHECK(fields >= 10);
}

void check_required(const Kind& kind) {
  const Json required = schema_of(kind.name).at("required");
  for (const Json& key : required) {
    Json lacking = kind.smallest;
    CAPTURE(key.dump());
    REQUIRE(lacking.erase(key.get<std::string>()) == 1);
    CHECK(refusal(kind, lacking) ==
          "x.json#/" + key.get<std::string>() + ": required field is missing");
  }
  CHECK(required.size() + 1 >= kind.smallest.size());
}

// Every leaf that the effective document of the smallest one has is in the schema, and has the
// schema's default unless the document stated it.
void check_defaults(const Kind& kind) {
  const Json effective = kind.effective(kind.smallest);
  std::set<std::string> in_schema;
  visit_leaves(schema_of(kind.name), "", [&](const std::string& pointer, const Json& schema) {
    in_schema.insert(pointer);
    const Json::json_pointer at(pointer);
    if (kind.smallest.contains(at) || !effective.contains(at)) return;
    CAPTURE(pointer);
    CHECK(schema.value("default", Json()) == effective.at(at));
  });
  const std::function<void(const Json&, const std::string&)> check_known =
      [&](const Json& part, const std::string& pointer) {
        for (const auto& [key, value] : part.items()) {
          const std::string place = pointer + "/" + key;
          CAPTURE(place);
          if (value.is_object())
            check_known(value, place);
          else
            CHECK(in_schema.contains(place));
        }
      };
  check_known(effective, "");
}

}  // namespace

TEST_CASE("the schema of chips is what the reader accepts") {
  check_bounds(chip_kind());
  check_words(chip_kind());
  check_fields_are_known(chip_kind());
  check_required(chip_kind());
  check_defaults(chip_kind());
}

TEST_CASE("the schema of semantics is what the reader accepts") {
  check_bounds(semantics_kind());
  check_words(semantics_kind());
  check_fields_are_known(semantics_kind());
  check_required(semantics_kind());
  check_defaults(semantics_kind());
}

TEST_CASE("the schema of technologies is what the reader accepts") {
  check_bounds(technology_kind());
  check_words(technology_kind());
  check_fields_are_known(technology_kind());
  check_required(technology_kind());
}

TEST_CASE("the schema of technologies lists the actions and memories that exist") {
  const Json schema = schema_of("technology");
  const Json& action = schema.at("$defs").at("action").at("properties");
  const Json& listed = schema.at("properties").at("actions").at("required");
  std::size_t required = 0;
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const auto a = static_cast<Action>(i);
    if (is_possible(a, Chip{})) CHECK(listed.at(required++) == name_of(a));
    CHECK(action.at("included_in").at("enum")[i] == name_of(a));
    CHECK(schema.at("properties").at("actions").at("properties").at(name_of(a)).at("description") ==
          "Price of: " + meaning_of(a) + ".");
  }
  CHECK(required == listed.size());
  CHECK(action.at("terms").at("items").at("properties").at("memory").at("enum") ==
        Json(memory_names()));
}
