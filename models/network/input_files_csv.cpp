#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"
#include "models/network/input_files.hpp"

namespace spikeloom {
namespace {

using Fields = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Fields split(const std::string& line) {
  Fields fields;
  for (std::size_t at = 0;;) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    fields.push_back(trimmed(line.substr(at, end - at)));
    if (end == line.size()) return fields;
    at = end + 1;
  }
}

/// The whole text as a number; nullopt if it is none. May be infinite or not a number.
std::optional<double> number_in(const std::string& text) {
  const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* last = text.data() + text.size();
  double value = 0;
  const auto [end, failure] = std::from_chars(first, last, value);
  if (first == last || failure != std::errc() || end != last) return std::nullopt;
  return value;
}

bool is_header(const Fields& fields) {
  return !std::all_of(fields.begin(), fields.end(), [](const std::string& field) {
    return field.empty() || number_in(field).has_value();
  });
}

/// One pass over the file. Which columns drive the input is known after its first line.
class CsvReader {
 public:
  CsvReader(const std::string& path, const std::string& column, std::size_t units)
      : path_(path), column_(column), units_(units), stream_(path) {
    if (!stream_) throw InputError(path, "", "cannot be read");
  }

  InputData read(std::uint32_t steps) {
    read_first_line();
    InputData data;
    Sample sample;
    while (row_ < steps && next_line()) add_row(sample, data.is_counts);
    if (row_ < steps)
      throw InputError(path_,
                       "",
                       "has " + std::to_string(row_) + " rows, but " + std::to_string(steps) +
                           " steps were asked for");
    data.samples.push_back(std::move(sample));
    return data;
  }

 private:
  /// A header names the columns; without one, the line is the first row.
  void read_first_line() {
    if (!next_line()) throw InputError(path_, "", "is empty");
    width_ = fields_.size();
    if (is_header(fields_))
      header_ = fields_;
    else
      repeat_ = true;
    choose_columns();
  }

  /// Moves on to the next line that is not blank.
  bool next_line() {
    if (repeat_) return repeat_ = false, true;
    std::string line;
    do {
      if (!std::getline(stream_, line)) return false;
      ++line_;
    } while (trimmed(line).empty());
    fields_ = split(line);
    return true;
  }

  void choose_columns() {
    if (column_ != "*") {
      columns_ = {chosen_column()};
      return;
    }
    if (width_ != units_)
      throw InputError(
          path_,
          "",
          "has " + std::to_string(width_) + " columns for " + std::to_string(units_) + " inputs");
    for (std::size_t i = 0; i < width_; ++i) columns_.push_back(i);
  }

  std::size_t chosen_column() const { return header_.empty() ? numbered_column() : named_column(); }

  std::size_t named_column() const {
    const auto found = std::find(header_.begin(), header_.end(), column_);
    if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
    const std::string nearest = nearest_word(column_, header_);
    throw InputError(path_,
                     "",
                     "has no column '" + column_ + "'" +
                         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
  }

  std::size_t numbered_column() const {
    std::size_t number = 0;
    const char* last = column_.data() + column_.size();
    const auto [end, failure] = std::from_chars(column_.data(), last, number);
    if (failure == std::errc() && end == last && number < width_) return number;
    throw InputError(path_,
                     "",
                     "has no header, so a column is a number from 0 to " +
                         std::to_string(width_ - 1) + ", not '" + column_ + "'");
  }

  void add_row(Sample& sample, bool& is_counts) {
    if (fields_.size() != width_)
      throw InputError(
          path_,
          line_place(),
          "has " + std::to_string(fields_.size()) + " columns, expected " + std::to_string(width_));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const double value = value_in(columns_[i]);
      if (value < 0 || value != std::floor(value)) is_counts = false;
      if (value != 0) sample.events.push_back({row_, static_cast<std::uint32_t>(i), value});
    }
    ++row_;
  }

  double value_in(std::size_t column) const {
    const std::string& text = fields_[column];
    const std::optional<double> value = number_in(text);
    if (value && std::isfinite(*value)) return *value;
    const std::string name = header_.empty() ? std::to_string(column) : "'" + header_[column] + "'";
    throw InputError(
        path_, line_place() + ", column " + name, "'" + text + "' is not a finite number");
  }

  std::string line_place() const { return "line " + std::to_string(line_); }

  std::string path_, column_;
  std::size_t units_;
  std::ifstream stream_;
  Fields fields_;                     ///< of the current line
  Fields header_;                     ///< empty without one
  std::size_t width_ = 0;             ///< columns of every line
  std::vector<std::size_t> columns_;  ///< those that drive elements 0, 1, ...
  std::size_t line_ = 0;              ///< of the current line, from 1
  std::uint32_t row_ = 0;             ///< rows taken so far
  bool repeat_ = false;               ///< the current line is still to be taken as a row
};

}  // namespace

InputData read_csv(const std::string& path,
                   const std::string& column,
                   std::size_t units,
                   std::uint32_t steps) {
  SPIKELOOM_CHECK(units > 0 && steps > 0, "there is an input to fill");
  return CsvReader(path, column, units).read(steps);
}

}  // namespace spikeloom
