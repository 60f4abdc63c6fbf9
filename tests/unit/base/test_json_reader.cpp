#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"

using spikeloom::InputError;
using spikeloom::Json;
using spikeloom::JsonPlace;
using spikeloom::ObjectReader;
using spikeloom::parse_json;

namespace {

// The message of the InputError that `act` throws.
template <typename Act>
std::string refusal(const Act& act) {
  try {
    act();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::string parse_refusal(const std::string& text) {
  return refusal([&] { parse_json(text, "a.json"); });
}

// What reading the document's member "x" says, read by `read`.
template <typename Read>
std::string member_refusal(const std::string& text, const Read& read) {
  const Json document = parse_json(text, "a.json");
  return refusal([&] {
    ObjectReader reader(document, {"a.json", ""});
    read(reader);
    reader.finish();
  });
}

void read_small_unsigned(ObjectReader& reader) { reader.unsigned_integer("x", 1, 9); }
void read_small_signed(ObjectReader& reader) { reader.integer("x", -9, 9); }
void read_fraction(ObjectReader& reader) { reader.number("x", 0.1, 0.123456789); }

}  // namespace

TEST_CASE("a syntax error is placed by line and column") {
  CHECK(parse_refusal("{\n  \"x\": 1,\n  \"y\" 2\n}") ==
        "a.json: not valid JSON at line 3, column 7");
  CHECK(parse_refusal("") == "a.json: not valid JSON at line 1, column 1");
  CHECK(parse_refusal("{\"x\": 1") == "a.json: not valid JSON at line 1, column 8");
  CHECK(parse_refusal("{\"x\": \"abc\n\"}") == "a.json: not valid JSON at line 1, column 11");
  CHECK(parse_refusal("{} {}") == "a.json: not valid JSON at line 1, column 4");
  CHECK(parse_refusal("{\"x\": NaN}") == "a.json: not valid JSON at line 1, column 7");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(parse_refusal("{\"äöü\" 1}") == "a.json: not valid JSON at line 1, column 8");
}

TEST_CASE("bytes that are not UTF-8 are refused where they stand") {
  CHECK(parse_refusal("{\"x\": \"\xFF\"}") == "a.json: not valid JSON at line 1, column 8");
  CHECK(parse_refusal("{\"\xC3\x28\": 1}") == "a.json: not valid JSON at line 1, column 4");
  CHECK(parse_refusal("\xFE\xFF") == "a.json: not valid JSON at line 1, column 1");
}

TEST_CASE("a number beyond the range of doubles is refused, not read as infinity") {
  CHECK(parse_refusal("{\n\"x\": 1e999}") ==
        "a.json: the number 1e999 at line 2, column 10 is not finite");
  CHECK(parse_refusal("[-1e400]") == "a.json: the number -1e400 at line 1, column 7 is not finite");
}

TEST_CASE("a key that appears twice is refused with its pointer") {
  CHECK(parse_refusal(R"({"x": 1, "x": 2})") == "a.json#/x: key appears twice in one object");
  CHECK(parse_refusal(R"({"a": {"b": {"x": 1, "y": 0, "x": 2}}})") ==
        "a.json#/a/b/x: key appears twice in one object");
}

TEST_CASE("the pointer of a duplicate counts list elements of every kind") {
  CHECK(parse_refusal(R"({"a": [0, -1, 2.5, "s", true, null, [], {}, {"x": 1, "x": 2}]})") ==
        "a.json#/a/8/x: key appears twice in one object");
  CHECK(parse_refusal(R"([[1], [{"x": 1}, {"x": 1, "x": 2}]])") ==
        "a.json#/1/1/x: key appears twice in one object");
}

TEST_CASE("pointers escape slashes and tildes of keys") {
  CHECK(parse_refusal(R"({"a/b~c": {"x": 1, "x": 2}})") ==
        "a.json#/a~1b~0c/x: key appears twice in one object");
  CHECK(member_refusal(R"({"a/b": 1})", [](ObjectReader&) {}) == "a.json#/a~1b: unknown field");
}

TEST_CASE("the same key in two objects is no duplicate") {
  CHECK(parse_refusal(R"({"a": {"x": 1}, "b": {"x": 2}, "x": 3})") == "accepted");
}

TEST_CASE("nesting of 64 levels is read, of 65 refused") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_refusal(nested(64)) == "accepted");
  CHECK(parse_refusal(nested(65)) == "a.json: nested deeper than 64 levels");
  CHECK(parse_refusal(std::string(1000000, '[')) == "a.json: nested deeper than 64 levels");
}

TEST_CASE("an object of absurdly many members is refused") {
  const auto members = [](int count) {
    std::string text = R"({"a": {"k": 0)";
    for (int i = 1; i < count; ++i) text += ",\"k" + std::to_string(i) + "\":0";
    return text + "}}";
  };
  CHECK(parse_refusal(members(4096)) == "accepted");
  CHECK(parse_refusal(members(4097)) == "a.json#/a: has more than 4096 members");
}

TEST_CASE("a file that cannot be read, or never ends, is an input error") {
  const auto file_refusal = [](const std::string& path) {
    return refusal([&] { spikeloom::read_json_file(path); });
  };
  CHECK(file_refusal("/nonexistent.json") == "/nonexistent.json: cannot be read as a file");
  CHECK(file_refusal("/tmp") == "/tmp: cannot be read as a file");
  CHECK(file_refusal("/dev/null") == "/dev/null: not valid JSON at line 1, column 1");
  CHECK(file_refusal("/dev/zero") == "/dev/zero: is larger than 67108864 bytes");
}

TEST_CASE("a file is read like its text") {
  const auto path = std::filesystem::temp_directory_path() / "spikeloom_test_reader.json";
  std::ofstream(path) << R"({"x": [1, 2.5]})";
  CHECK(spikeloom::read_json_file(path.string()) == parse_json(R"({"x": [1, 2.5]})", ""));
  std::filesystem::remove(path);
}

TEST_CASE("an unknown field is refused, with the nearest known one if one is near") {
  const auto read = [](ObjectReader& reader) {
    reader.unsigned_integer("neurons", 1, 9, 1);
    reader.unsigned_integer("rows", 1, 9, 1);
  };
  CHECK(member_refusal(R"({"nuerons": 1})", read) ==
        "a.json#/nuerons: unknown field; did you mean \"neurons\"?");
  CHECK(member_refusal(R"({"voltage": 1})", read) == "a.json#/voltage: unknown field");
  CHECK(member_refusal(R"({"": 1})", read) == "a.json#/: unknown field");
}

TEST_CASE("a missing field is refused by name unless it has a default") {
  const auto all = [](ObjectReader& reader) { reader.string("name"); };
  CHECK(member_refusal("{}", all) == "a.json#/name: required field is missing");
  CHECK(member_refusal("{}", [](ObjectReader& reader) {
          CHECK(reader.string("name", "n") == "n");
          CHECK(reader.boolean("flag", true));
          CHECK(reader.number("level", 0, 1, 0.5) == 0.5);
          CHECK(reader.integer("offset", -3, 3, -2) == -2);
          CHECK(reader.unsigned_integer("count", 0, 9, 7) == 7);
          CHECK(reader.word("kind", {"a", "b"}, "b") == "b");
          CHECK_FALSE(reader.optional_object("part").has_value());
          CHECK(reader.raw("anything") == nullptr);
        }) == "accepted");
}

TEST_CASE("a value of the wrong kind is named with its kind") {
  CHECK(member_refusal(R"({"x": "3"})", read_small_unsigned) ==
        "a.json#/x: expected an integer, found a string \"3\"");
  CHECK(member_refusal(R"({"x": true})", read_small_signed) ==
        "a.json#/x: expected an integer, found true");
  CHECK(member_refusal(R"({"x": null})", read_fraction) ==
        "a.json#/x: expected a number, found null");
  CHECK(member_refusal(R"({"x": 1})", [](ObjectReader& reader) { reader.string("x"); }) ==
        "a.json#/x: expected a string, found an integer 1");
  CHECK(member_refusal(R"({"x": 0})", [](ObjectReader& reader) { reader.boolean("x"); }) ==
        "a.json#/x: expected true or false, found an integer 0");
  CHECK(member_refusal(R"({"x": [1]})", [](ObjectReader& reader) { reader.object("x"); }) ==
        "a.json#/x: expected an object, found a list [1]");
  CHECK(member_refusal(R"({"x": {}})", [](ObjectReader& reader) {
          reader.array("x", [](const Json&, const JsonPlace&) {});
        }) == "a.json#/x: expected a list, found an object {}");
}

TEST_CASE("a fraction is no integer, not even 1.0") {
  CHECK(member_refusal(R"({"x": 3.7})", read_small_unsigned) ==
        "a.json#/x: expected an integer, found a number 3.7");
  CHECK(member_refusal(R"({"x": 1.0})", read_small_signed) ==
        "a.json#/x: expected an integer, found a number 1.0");
}

TEST_CASE("an integer out of range is refused with what is allowed") {
  CHECK(member_refusal(R"({"x": 10})", read_small_unsigned) ==
        "a.json#/x: is 10, allowed is 1 to 9");
  CHECK(member_refusal(R"({"x": 0})", read_small_unsigned) == "a.json#/x: is 0, allowed is 1 to 9");
  CHECK(member_refusal(R"({"x": -4})", read_small_unsigned) ==
        "a.json#/x: is -4, allowed is 1 to 9");
  CHECK(member_refusal(R"({"x": -10})", read_small_signed) ==
        "a.json#/x: is -10, allowed is -9 to 9");
}

TEST_CASE("integers beyond 32 and 64 bits never wrap") {
  CHECK(member_refusal(R"({"x": 4294967297})", read_small_unsigned) ==
        "a.json#/x: is 4294967297, allowed is 1 to 9");
  CHECK(member_refusal(R"({"x": 18446744073709551615})", read_small_signed) ==
        "a.json#/x: is 18446744073709551615, allowed is -9 to 9");
  CHECK(member_refusal(R"({"x": 18446744073709551617})", read_small_unsigned) ==
        "a.json#/x: is 1.8446744073709552e+19, allowed is 1 to 9");
  CHECK(member_refusal(R"({"x": -9223372036854775809})", read_small_signed) ==
        "a.json#/x: is -9.223372036854776e+18, allowed is -9 to 9");
}

TEST_CASE("the ends of a range belong to it") {
  const Json document = parse_json(R"({"low": -9, "high": 9, "most": 18446744073709551615})", "");
  ObjectReader reader(document, {"a.json", ""});
  CHECK(reader.integer("low", -9, 9) == -9);
  CHECK(reader.integer("high", -9, 9) == 9);
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  CHECK(reader.unsigned_integer("most", 0, kMost) == kMost);
}

TEST_CASE("a range of counts is told with its lower end") {
  CHECK(member_refusal(R"({"x": -1})", [](ObjectReader& reader) {
          reader.unsigned_integer("x", 0, 9);
        }) == "a.json#/x: is -1, allowed is 0 to 9");
}

TEST_CASE("an integer built in code is read by its sign, not by its tag") {
  const Json document = {{"x", 5}, {"y", -5}};
  ObjectReader reader(document, {"a.json", ""});
  CHECK(reader.unsigned_integer("x", 1, 9) == 5);
  CHECK(refusal([&] { reader.unsigned_integer("y", 1, 9); }) ==
        "a.json#/y: is -5, allowed is 1 to 9");
}

TEST_CASE("bounds of numbers are shown in full") {
  CHECK(member_refusal(R"({"x": 0.2})", read_fraction) ==
        "a.json#/x: is 0.2, allowed is 0.1 to 0.123456789");
  CHECK(member_refusal(R"({"x": -1})", [](ObjectReader& reader) { reader.number("x", 0.0); }) ==
        "a.json#/x: is -1, allowed is 0 or more");
  CHECK(member_refusal(R"({"x": 1})", [](ObjectReader& reader) {
          reader.number("x", std::numeric_limits<double>::lowest(), 0.0);
        }) == "a.json#/x: is 1, allowed is 0 or less");
}

TEST_CASE("a number that is not finite is refused also when built in code") {
  const Json document = {{"x", std::numeric_limits<double>::infinity()}};
  ObjectReader reader(document, {"a.json", ""});
  CHECK(refusal([&] { reader.number("x"); }) == "a.json#/x: is null, allowed is any value");
}

TEST_CASE("an unknown word is refused with the list of known ones") {
  const auto read = [](ObjectReader& reader) { reader.word("x", {"mesh", "torus"}); };
  CHECK(member_refusal(R"({"x": "ring"})", read) ==
        "a.json#/x: unknown word \"ring\"; allowed: mesh, torus");
  CHECK(member_refusal(R"({"x": "mesh"})", read) == "accepted");
}

TEST_CASE("words become enumerators and back by one list") {
  enum class Shape { Mesh, Torus };
  const spikeloom::WordList<Shape> words = {{"mesh", Shape::Mesh}, {"torus", Shape::Torus}};
  const Json document = {{"x", "torus"}, {"y", "ring"}};
  ObjectReader reader(document, {"a.json", ""});
  CHECK(spikeloom::read_enum(reader, "x", words) == Shape::Torus);
  CHECK(spikeloom::read_enum(reader, "z", words, std::optional(Shape::Mesh)) == Shape::Mesh);
  CHECK(refusal([&] { spikeloom::read_enum(reader, "y", words); }) ==
        "a.json#/y: unknown word \"ring\"; allowed: mesh, torus");
  CHECK(spikeloom::word_of(words, Shape::Torus) == "torus");
}

TEST_CASE("nested objects and lists carry their places") {
  const Json document = parse_json(R"({"a": {"list": [1, {"x": 10}]}})", "");
  ObjectReader reader(document, {"a.json", "/base"});
  ObjectReader part = reader.object("a");
  CHECK(part.place().pointer == "/base/a");
  const auto read = [](const Json& value, const JsonPlace& place) {
    if (value.is_object()) ObjectReader(value, place).unsigned_integer("x", 1, 9);
  };
  CHECK(refusal([&] { part.array("list", read); }) ==
        "a.json#/base/a/list/1/x: is 10, allowed is 1 to 9");
  CHECK(refusal([&] { reader.fail("", "is odd"); }) == "a.json#/base: is odd");
  CHECK(refusal([&] { reader.fail("a", "is odd"); }) == "a.json#/base/a: is odd");
}

TEST_CASE("a list may be absent only if it is not required") {
  const auto ignore = [](const Json&, const JsonPlace&) {};
  CHECK(member_refusal("{}", [&](ObjectReader& reader) { reader.array("x", ignore, false); }) ==
        "accepted");
  CHECK(member_refusal("{}", [&](ObjectReader& reader) { reader.array("x", ignore); }) ==
        "a.json#/x: required field is missing");
}

TEST_CASE("members gives all in their order and makes them known") {
  std::string seen;
  CHECK(member_refusal(R"({"b": 1, "a": 2})", [&](ObjectReader& reader) {
          reader.members([&](const std::string& key, const Json& value, const JsonPlace& place) {
            seen += key + "=" + value.dump() + "@" + place.pointer + " ";
          });
        }) == "accepted");
  CHECK(seen == "b=1@/b a=2@/a ");
}

TEST_CASE("a long value is shown shortened, never in the middle of a character") {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "ä";
  const std::string message = member_refusal("{\"x\": \"" + text + "\"}", read_small_unsigned);
  std::string shown;
  for (int i = 0; i < 29; ++i) shown += "ä";
  CHECK(message == "a.json#/x: expected an integer, found a string \"" + shown + "...");
}

TEST_CASE("the nearest word is near and never nearly all of it") {
  CHECK(spikeloom::nearest_word("stpes", {"seed", "steps", "samples"}) == "steps");
  CHECK(spikeloom::nearest_word("between_sample", {"between_samples"}) == "between_samples");
  CHECK(spikeloom::nearest_word("b", {"a"}).empty());
  CHECK(spikeloom::nearest_word("dt", {"by"}).empty());
  CHECK(spikeloom::nearest_word("xyz", {}).empty());
  CHECK(spikeloom::nearest_word(std::string(1000000, 'x'), {"a", "steps"}).empty());
}
