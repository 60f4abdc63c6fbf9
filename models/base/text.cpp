#include "models/base/text.hpp"

#include <algorithm>
#include <cstdio>

namespace spikeloom {
namespace {

bool is_control_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

bool holds_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control_character);
}

std::string without_control_characters(std::string_view text) {
  std::string result;
  for (const char c : text) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
    if (is_control_character(c))
      result += escaped;
    else
      result += c;
  }
  return result;
}

}  // namespace spikeloom
