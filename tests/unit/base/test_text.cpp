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

TEST_CASE("UTF-8 is told from other bytes") {
  for (const std::string text :
       {"", "lif 1", "\u00fc\u795e", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(text);
    CHECK(is_utf8(text));
  }
  for (const std::string text : {"\xff",
                                 "a\x80",
                                 "\xc3",
                                 "\xc0\x80",
                                 "\xe0\x9f\xbf",
                                 "\xed\xa0\x80",
                                 "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80",
                                 "\xe7\xa5"}) {
    CAPTURE(shown_text(text));
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("messages show one line of UTF-8") {
  CHECK(shown_text("a\n\xff\u00fc\x1b") == "a\\x0a\\xff\u00fc\\x1b");
  CHECK(shown_text("\xe7\xa5") == "\\xe7\\xa5");
}

TEST_CASE("words of a list are separated by commas") {
  CHECK(comma_separated({}) == "");
  CHECK(comma_separated({"a"}) == "a");
  CHECK(comma_separated({"conv 1", "", "b"}) == "conv 1, , b");
}
