#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/network/arithmetic.hpp"

using namespace spikeloom;

namespace {

std::string refusal_of(const std::string& text) {
  try {
    const Json document = parse_json(text, "chip.json");
    read_arithmetic(document, {"chip.json", "/core/arithmetic"});
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("an arithmetic object fills in Loihi's widths and survives being written and read") {
  const Json empty = Json::object();
  CHECK(read_arithmetic(empty, {"", ""}) == Arithmetic{});
  Arithmetic narrow;
  narrow.weight_bits = 4;
  narrow.sum_bits = 12;
  narrow.u_overflow = Overflow::Wrap;
  narrow.decay_bits = 7;
  const Json written = to_json(narrow);
  CHECK(written["u_overflow"] == "wrap");
  CHECK(read_arithmetic(written, {"", ""}) == narrow);
}

TEST_CASE("arithmetic outside what the engines compute is refused with its place") {
  CHECK(refusal_of(R"({"weight_bits": 11})") ==
        "chip.json#/core/arithmetic/weight_bits: is 11, allowed is 2 to 10");
  CHECK(refusal_of(R"({"sum_bits": 7})") ==
        "chip.json#/core/arithmetic/sum_bits: is 7, allowed is 8 to 32");
  CHECK(refusal_of(R"({"u_overflow": "clip"})") ==
        "chip.json#/core/arithmetic/u_overflow: unknown word \"clip\"; allowed: wrap, saturate");
  CHECK(refusal_of(R"({"vbits": 8})") ==
        "chip.json#/core/arithmetic/vbits: unknown field; did you mean \"v_bits\"?");
}

TEST_CASE("the nearest bias takes the smallest exponent whose mantissa fits") {
  Arithmetic a;
  a.bias_mantissa_bits = 4;  // -8 .. 7
  a.bias_exponent_bits = 2;  // 0 .. 3
  CHECK(nearest_bias(a, 0.0) == 0);
  CHECK(nearest_bias(a, 2.5) == 3);  // ties away from zero
  CHECK(nearest_bias(a, -2.5) == -3);
  CHECK(nearest_bias(a, 7.4) == 7);
  CHECK(nearest_bias(a, 7.5) == 8);  // 4 << 1
  CHECK(nearest_bias(a, -8.0) == -8);
  CHECK(nearest_bias(a, 13.1) == 14);  // 7 << 1
  CHECK(nearest_bias(a, 15.1) == 16);  // 4 << 2
  CHECK(nearest_bias(a, 56.0) == 56);  // 7 << 3
  CHECK(nearest_bias(a, 59.9) == 56);
  CHECK(nearest_bias(a, 60.0) == std::nullopt);
  CHECK(nearest_bias(a, -64.0) == -64);
  CHECK(nearest_bias(a, -69.0) == std::nullopt);
}

TEST_CASE("no bias exceeds 32 bits") {
  Arithmetic a;
  a.bias_mantissa_bits = 24;
  a.bias_exponent_bits = 4;
  CHECK(nearest_bias(a, 2.0e9) == 2000000000);
  CHECK(nearest_bias(a, 3.0e9) == std::nullopt);
}
