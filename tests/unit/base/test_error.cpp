#include <doctest/doctest.h>

#include "models/base/error.hpp"

using spikeloom::InputError;

TEST_CASE("an input error reads file, place and sentence, leaving out what is empty") {
  CHECK(std::string(InputError("a.json", "/x", "is odd").what()) == "a.json#/x: is odd");
  CHECK(std::string(InputError("a.json", "", "is odd").what()) == "a.json: is odd");
  CHECK(std::string(InputError("", "/x", "is odd").what()) == "#/x: is odd");
  CHECK(std::string(InputError("", "", "is odd").what()) == "is odd");
  CHECK(InputError("a.json", "/x", "is odd").file() == "a.json");
  CHECK(InputError("a.json", "/x", "is odd").place() == "/x");
}

TEST_CASE("a broken invariant names its sentence, condition and place") {
  const int legs = 3;
  SPIKELOOM_CHECK(legs == 3, "a stool has three legs");
  try {
    SPIKELOOM_CHECK(legs == 4, "a table has four legs");
    FAIL("the check passed");
  } catch (const spikeloom::InternalError& error) {
    const std::string message = error.what();
    CHECK(message.starts_with("a table has four legs (legs == 4 does not hold at "));
    CHECK(message.find("test_error.cpp:") != std::string::npos);
  }
}

TEST_CASE("an input error is one line of UTF-8, whatever the input held") {
  CHECK(std::string(spikeloom::InputError("a.nir", "/x", "is 'b\n\xff'").what()) ==
        "a.nir#/x: is 'b\\x0a\\xff'");
}
