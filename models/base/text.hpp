#pragma once
// Numbers and names as messages show them.

#include <string>
#include <string_view>

namespace spikeloom {

/// The number in nine significant digits at most, tiny and huge ones with an exponent: "0.0015",
/// "1e-12". Nine digits tell all numbers of single precision apart.
std::string number_text(double value);

/// Whether the text holds an ASCII control character (below 0x20, or 0x7f). In a name it would
/// garble reports and terminals.
bool holds_control_character(std::string_view text);

/// The text with each control character as "\xNN".
std::string without_control_characters(std::string_view text);

}  // namespace spikeloom
