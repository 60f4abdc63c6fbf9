#include <algorithm>
#include <array>
#include <optional>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/inputs/csv_lines.hpp"
#include "models/inputs/readers.hpp"

namespace spikeloom {
namespace {

constexpr std::array<const char*, 4> kColumns = {"time", "neuron", "sample", "label"};
constexpr std::uint32_t kMostSamples = 1U << 20;
constexpr std::uint32_t kHighestLabel = 0xFFFFFFFE;
constexpr std::size_t kMostSpikes = std::size_t{1} << 26;

class SpikeTimesReader {
 public:
  SpikeTimesReader(const std::string& path,
                   Seconds time_unit,
                   std::size_t units,
                   const StepGrid& grid)
      : lines_(ByteSource(path)),
        time_unit_(time_unit),
        highest_(static_cast<std::uint32_t>(units - 1)),
        grid_(grid) {}

  InputData read(std::size_t count) {
    read_first_line();
    while (lines_.next()) add_row();
    if (samples_.empty()) fail("has no spikes");
    if (count > samples_.size())
      fail("has " + std::to_string(samples_.size()) + " samples, but " + std::to_string(count) +
           " were asked for");
    if (count != 0) samples_.resize(count);
    return finished();
  }

 private:
  void read_first_line() {
    if (!lines_.next()) fail("is empty");
    if (lines_.is_header())
      name_columns();
    else
      number_columns();
  }

  void name_columns() {
    lines_.take_names();
    for (std::size_t i = 0; i < lines_.names().size(); ++i) take_name(i);
    for (const std::size_t required : {0U, 1U})
      if (!column_[required])
        lines_.fail("has no column " + in_quotes(kColumns[required]) +
                    ": a spike needs time and neuron");
  }

  void number_columns() {
    const std::size_t width = lines_.fields().size();
    if (width < 2 || width > kColumns.size())
      lines_.fail("has " + std::to_string(width) +
                  " columns, allowed are time, neuron and then sample and label");
    for (std::size_t i = 0; i < width; ++i) column_[i] = i;
    lines_.repeat();
  }

  void take_name(std::size_t column) {
    const std::string& name = lines_.names()[column];
    const auto known = std::find(kColumns.begin(), kColumns.end(), name);
    if (known == kColumns.end())
      lines_.fail("there is no column " + in_quotes(name) +
                  "; allowed: time, neuron, sample, label");
    std::optional<std::size_t>& place = column_[static_cast<std::size_t>(known - kColumns.begin())];
    if (place) lines_.fail("names column " + in_quotes(name) + " twice");
    place = column;
  }

  void add_row() {
    if (++spikes_ > kMostSpikes)
      lines_.fail("more than " + std::to_string(kMostSpikes) + " spikes are not taken");
    const std::uint32_t sample =
        column_[2] ? lines_.whole_number(*column_[2], kMostSamples - 1) : 0;
    if (sample >= samples_.size()) samples_.resize(sample + 1);
    if (column_[3]) take_label(samples_[sample]);
    const std::uint32_t neuron = lines_.whole_number(*column_[1], highest_);
    if (const auto step = step_in_row()) samples_[sample].events.push_back({*step, neuron, 1.0});
  }

  void take_label(Sample& sample) {
    const std::uint32_t label = lines_.whole_number(*column_[3], kHighestLabel);
    if (sample.label.value_or(label) != label)
      lines_.fail(*column_[3],
                  "label " + std::to_string(label) + " of a sample whose label was " +
                      std::to_string(*sample.label));
    sample.label = label;
  }

  std::optional<std::uint32_t> step_in_row() const {
    const double time = lines_.number(*column_[0]) * time_unit_.value();
    if (time < 0)
      lines_.fail(*column_[0], "time is " + number_text(time) + " s, expected 0 or more");
    const double step = grid_.step_of_seconds(time);
    if (grid_.refuses(step))
      lines_.fail(*column_[0], "time " + number_text(time) + " s is " + grid_.refusal(step));
    return grid_.place(step);
  }

  InputData finished() {
    InputData data;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (column_[3] && !samples_[i].label)
        fail("sample " + std::to_string(i) + " has no row, which would state its label");
      data.add({summed(std::move(samples_[i].events)), samples_[i].label});
    }
    return data;
  }

  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(lines_.file(), "", sentence);
  }

  CsvLines lines_;
  Seconds time_unit_;
  std::uint32_t highest_;  ///< neuron
  StepGrid grid_;
  std::array<std::optional<std::size_t>, 4> column_;  ///< of each of kColumns
  std::vector<Sample> samples_;
  std::size_t spikes_ = 0;
};

}  // namespace

InputData read_spike_times(const std::string& path,
                           Seconds time_unit,
                           std::size_t units,
                           const StepGrid& grid,
                           std::size_t count) {
  SPIKELOOM_CHECK(units > 0 && grid.steps > 0 && grid.dt.value() > 0, "there is an input to fill");
  return SpikeTimesReader(path, time_unit, units, grid).read(count);
}

}  // namespace spikeloom
