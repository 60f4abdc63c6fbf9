#pragma once
// Numbers and names as messages show them.

#include <string>
#include <string_view>
#include <vector>

namespace spikeloom {

/// The number in nine significant digits at most, tiny and huge ones with an exponent: "0.0015",
/// "1e-12". Nine digits tell all numbers of single precision apart.
std::string number_text(double value);

/// Whether the text holds an ASCII control character (below 0x20, or 0x7f). In a name it would
/// garble reports and terminals.
bool holds_control_character(std::string_view text);

/// The text with each control character as "\xNN".
std::string without_control_characters(std::string_view text);

/// Whether the text is UTF-8. Other bytes have no place in JSON.
bool is_utf8(std::string_view text);

/// "a, b, c".
std::string comma_separated(const std::vector<std::string>& words);

/// The text as a message shows it: one line of UTF-8, all other bytes as "\xNN".
std::string shown_text(std::string_view text);

}  // namespace spikeloom
