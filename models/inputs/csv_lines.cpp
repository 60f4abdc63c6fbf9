#include "models/inputs/csv_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  for (std::size_t at = 0;;) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    fields.push_back(trimmed(line.substr(at, end - at)));
    if (end == line.size()) return;
    at = end + 1;
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> number_in(std::string_view text) {
  const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* last = text.data() + text.size();
  double value = 0;
  const auto [end, failure] = std::from_chars(first, last, value);
  if (first == last || failure != std::errc() || end != last) return std::nullopt;
  return value;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  const std::string shown = without_control_characters(text.substr(0, kLongest));
  return "'" + shown + (text.size() > kLongest ? "..." : "") + "'";
}

bool CsvLines::next() {
  if (repeat_) return repeat_ = false, true;
  do {
    if (!source_.take_line(text_)) return false;
    if (++line_ == 1 && text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
  } while (trimmed(text_).empty());
  split(text_, fields_);
  if (width_ == 0) width_ = fields_.size();
  if (fields_.size() != width_)
    fail("has " + std::to_string(fields_.size()) + " columns, expected " + std::to_string(width_));
  return true;
}

bool CsvLines::is_header() const {
  return !std::all_of(fields_.begin(), fields_.end(), [](std::string_view field) {
    return field.empty() || number_in(field).has_value();
  });
}

double CsvLines::number(std::size_t column) const {
  const std::optional<double> value = number_in(fields_[column]);
  if (value && std::isfinite(*value)) return *value;
  fail(column, in_quotes(fields_[column]) + " is not a finite number");
}

std::uint32_t CsvLines::whole_number(std::size_t column, std::uint32_t high) const {
  const std::optional<double> value = number_in(fields_[column]);
  if (value && *value >= 0 && *value <= high && *value == std::floor(*value))
    return static_cast<std::uint32_t>(*value);
  fail(column,
       in_quotes(fields_[column]) + " is not a whole number from 0 to " + std::to_string(high));
}

void CsvLines::fail(const std::string& sentence) const {
  throw InputError(file(), "line " + std::to_string(line_), sentence);
}

void CsvLines::fail(std::size_t column, const std::string& sentence) const {
  const std::string name = names_.empty() ? std::to_string(column) : in_quotes(names_[column]);
  throw InputError(file(), "line " + std::to_string(line_) + ", column " + name, sentence);
}

}  // namespace spikeloom
