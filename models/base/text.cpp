#include "models/base/text.hpp"

#include <algorithm>
#include <cstdio>

namespace spikeloom {
namespace {

bool is_control_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::string escaped(char c) {
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(c));
  return text;
}

/// Bytes of the character that begins with `first`; 0 where none begins so.
std::size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// Bytes of the UTF-8 character at the front of `text`; 0 where there is none. Neither overlong
/// forms nor surrogates nor what lies above U+10FFFF are characters.
std::size_t first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = length_by_first(byte(0));
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  if (length == 1) return 1;
  const unsigned first_two = byte(0) * 256U + byte(1);
  const bool overlong =
      (first_two >= 0xe080 && first_two < 0xe0a0) || (first_two >= 0xf080 && first_two < 0xf090);
  const bool surrogate = first_two >= 0xeda0 && first_two < 0xedc0;
  const bool too_high = first_two >= 0xf490 && length == 4;
  return overlong || surrogate || too_high ? 0 : length;
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
  for (const char c : text) result += is_control_character(c) ? escaped(c) : std::string(1, c);
  return result;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = first_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string comma_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string shown_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = first_character(text);
    const bool shown = length > 0 && !is_control_character(text.front());
    result += shown ? std::string(text.substr(0, length)) : escaped(text.front());
    text.remove_prefix(shown ? length : 1);
  }
  return result;
}

}  // namespace spikeloom
