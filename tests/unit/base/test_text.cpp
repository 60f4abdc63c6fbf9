#include <doctest/doctest.h>

#include "models/base/text.hpp"

using namespace spikeloom;

TEST_CASE("numbers are shown in nine digits at most, tiny ones with an exponent") {
  CHECK(number_text(0.0015) == "0.0015");
  CHECK(number_text(1e-12) == "1e-12");
  CHECK(number_text(16'777'217) == "16777217");
  CHECK(number_text(0.1f) == "0.100000001");
  CHECK(number_text(-1) == "-1");
}

TEST_CASE("control characters are found and shown as their number, and nothing else is") {
  using namespace std::string_literals;
  for (const std::string& text : {"a\nb"s, "\x1b[2J"s, "\x7f"s, "a\0"s, "\x1f"s}) {
    CAPTURE(without_control_characters(text));
    CHECK(holds_control_character(text));
    CHECK_FALSE(holds_control_character(without_control_characters(text)));
  }
  for (const std::string& text : {""s, "conv 1/lif.2"s, "~"s, "\u00fc\u795e"s}) {
    CHECK_FALSE(holds_control_character(text));
    CHECK(without_control_characters(text) == text);
  }
  CHECK(without_control_characters("a\x1b[2J\n") == "a\\x1b[2J\\x0a");
}
