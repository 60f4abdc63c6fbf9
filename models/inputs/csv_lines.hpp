#pragma once
// A text file of comma-separated fields, line by line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/inputs/byte_source.hpp"

namespace spikeloom {

/// Blank lines and a byte order mark are skipped, and blanks around a field. Quotes mean nothing.
class CsvLines {
 public:
  explicit CsvLines(ByteSource source) : source_(std::move(source)) {}

  /// Moves on to the next line that is not blank; false at the end. The first line gives all lines
  /// their number of fields: others are refused.
  bool next();
  /// Makes next() stay once where it is.
  void repeat() { repeat_ = true; }

  const std::vector<std::string_view>& fields() const { return fields_; }
  std::size_t line() const { return line_; }  ///< from 1
  /// Whether a field of the line is no number: then the line names the columns.
  bool is_header() const;
  /// Keeps the line's fields as the names of the columns.
  void take_names() { names_.assign(fields_.begin(), fields_.end()); }
  const std::vector<std::string>& names() const { return names_; }  ///< empty without a header

  /// A field as a finite number, or as a whole number up to `high`; anything else is refused with
  /// line and column.
  double number(std::size_t column) const;
  std::uint32_t whole_number(std::size_t column, std::uint32_t high) const;

  const std::string& file() const { return source_.file(); }
  /// Refuses the line, or a field of it.
  [[noreturn]] void fail(const std::string& sentence) const;
  [[noreturn]] void fail(std::size_t column, const std::string& sentence) const;

 private:
  ByteSource source_;
  std::string text_;
  std::vector<std::string_view> fields_;  ///< into text_
  std::vector<std::string> names_;
  std::size_t width_ = 0;  ///< fields of every line; 0 before the first
  std::size_t line_ = 0;
  bool repeat_ = false;
};

/// The text without blanks at its ends.
std::string_view trimmed(std::string_view text);
/// The whole text as a number; nullopt if it is none. May be infinite or not a number.
std::optional<double> number_in(std::string_view text);
/// The text as an error quotes it: no control characters, not longer than a line.
std::string in_quotes(std::string_view text);

}  // namespace spikeloom
