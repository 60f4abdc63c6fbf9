#include <algorithm>
#include <charconv>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"
#include "models/inputs/csv_lines.hpp"
#include "models/inputs/readers.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMostEvents = std::size_t{1} << 26;  // 1 GiB

/// One pass over the file. Which columns drive the input is known after its first line.
class CurrentReader {
 public:
  CurrentReader(const std::string& path, const std::string& column, std::size_t units)
      : lines_(ByteSource(path)), column_(column), units_(units) {}

  Sample read(std::uint32_t steps) {
    read_first_line();
    Sample sample;
    while (row_ < steps && lines_.next()) add_row(sample);
    if (row_ < steps)
      fail("has " + std::to_string(row_) + " rows, but " + std::to_string(steps) +
           " steps were asked for");
    return sample;
  }

 private:
  /// A header names the columns; without one, the line is the first row.
  void read_first_line() {
    if (!lines_.next()) fail("is empty");
    if (lines_.is_header())
      lines_.take_names();
    else
      lines_.repeat();
    choose_columns(lines_.fields().size());
  }

  void choose_columns(std::size_t width) {
    if (column_ != "*") {
      columns_ = {lines_.names().empty() ? numbered_column(width) : named_column()};
      return;
    }
    if (width != units_)
      fail("has " + std::to_string(width) + " columns for " + std::to_string(units_) + " inputs");
    for (std::size_t i = 0; i < width; ++i) columns_.push_back(i);
  }

  std::size_t named_column() const {
    const std::vector<std::string>& names = lines_.names();
    const auto found = std::find(names.begin(), names.end(), column_);
    if (found != names.end() && std::count(found, names.end(), column_) > 1)
      fail("names column " + in_quotes(column_) + " twice");
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string nearest = nearest_word(column_, names);
    fail("has no column " + in_quotes(column_) +
         (nearest.empty() ? "" : "; did you mean " + in_quotes(nearest) + "?"));
  }

  std::size_t numbered_column(std::size_t width) const {
    std::size_t number = 0;
    const char* last = column_.data() + column_.size();
    const auto [end, failure] = std::from_chars(column_.data(), last, number);
    if (failure == std::errc() && end == last && number < width) return number;
    fail("has no header, so a column is a number from 0 to " + std::to_string(width - 1) +
         ", not " + in_quotes(column_));
  }

  void add_row(Sample& sample) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (const double value = lines_.number(columns_[i]); value != 0)
        sample.events.push_back({row_, static_cast<std::uint32_t>(i), value});
    if (sample.events.size() > kMostEvents)
      lines_.fail("more than " + std::to_string(kMostEvents) +
                  " values other than 0 are not taken");
    ++row_;
  }

  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(lines_.file(), "", sentence);
  }

  CsvLines lines_;
  std::string column_;
  std::size_t units_;
  std::vector<std::size_t> columns_;  ///< those that drive elements 0, 1, ...
  std::uint32_t row_ = 0;             ///< rows taken so far
};

}  // namespace

InputData read_csv(const std::string& path,
                   const std::string& column,
                   std::size_t units,
                   std::uint32_t steps) {
  SPIKELOOM_CHECK(units > 0 && steps > 0, "there is an input to fill");
  InputData data;
  data.add(CurrentReader(path, column, units).read(steps));
  return data;
}

}  // namespace spikeloom
