#pragma once
// Text for the places it goes to: names come from the user and may hold anything.

#include <string>
#include <string_view>

namespace spikeloom {

/// For a terminal: control characters other than a line's end become '?'.
std::string printable(std::string_view text);
/// For HTML and SVG, in text and in attributes.
std::string escaped_markup(std::string_view text);
/// For a CSV field (RFC 4180): quoted where it must be.
std::string csv_field(std::string_view text);

}  // namespace spikeloom
