#pragma once
// Text for the places it goes to: names come from the user and may hold anything.

#include <string>
#include <string_view>

namespace spikeloom {

/// For a terminal: control characters other than a line's end become '?'.
std::string printable(std::string_view text);
/// For a terminal: lines of more than 100 columns are broken at spaces and go on indented.
std::string wrap_long_lines(const std::string& text);
/// At most `columns` characters (at least 8): of longer text the middle gives way to "..".
std::string shortened(const std::string& text, std::size_t columns);
/// For HTML and SVG, in text and in attributes.
std::string escaped_markup(std::string_view text);
/// For a CSV field (RFC 4180): quoted where it must be.
std::string csv_field(std::string_view text);

}  // namespace spikeloom
