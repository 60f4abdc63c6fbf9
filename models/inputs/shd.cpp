#include <cmath>
#include <optional>

#include "models/base/error.hpp"
#include "models/base/hdf5_reader.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/base/text.hpp"
#include "models/inputs/readers.hpp"

namespace spikeloom {
namespace {

const std::string kTimes = "/spikes/times";
const std::string kUnits = "/spikes/units";
const std::string kLabels = "/labels";

/// Reads the samples of one file into events of `units` inputs.
class ShdReader {
 public:
  ShdReader(const std::string& path, std::size_t units, const StepGrid& grid)
      : file_(path), units_(units), grid_(grid) {}

  InputData read(std::size_t count) const {
    const std::size_t available = sample_count();
    if (count > available)
      file_.fail(kTimes,
                 "has " + std::to_string(available) + " samples, but " + std::to_string(count) +
                     " were asked for");
    const std::vector<SampleLabel> labels = read_labels(available);
    InputData data;
    for (std::size_t i = 0; i < (count == 0 ? available : count); ++i)
      data.add({read_events(i), labels[i]});
    return data;
  }

 private:
  std::size_t sample_count() const {
    const std::vector<std::size_t> times = file_.shape(kTimes), units = file_.shape(kUnits);
    if (times.size() != 1) file_.fail(kTimes, "expected a list of variable-length arrays");
    if (units != times)
      file_.fail(
          kUnits,
          "has another number of samples than " + kTimes + " (" + std::to_string(times[0]) + ")");
    if (times[0] == 0) file_.fail(kTimes, "has no samples");
    return times[0];
  }

  std::vector<InputEvent> read_events(std::size_t sample) const {
    const std::vector<double> times = file_.read_row(kTimes, sample);
    const std::vector<double> units = file_.read_row(kUnits, sample);
    if (units.size() != times.size())
      file_.fail(kUnits,
                 "sample " + std::to_string(sample) + ": has " + std::to_string(units.size()) +
                     " units for " + std::to_string(times.size()) + " times");
    std::vector<InputEvent> events;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const std::uint32_t unit = unit_of(units[i], sample, i);
      if (const auto step = step_of(times[i], sample, i)) events.push_back({*step, unit, 1.0});
    }
    return summed(std::move(events));
  }

  std::optional<std::uint32_t> step_of(double time, std::size_t sample, std::size_t event) const {
    if (!(time >= 0) || std::isinf(time))
      fail_event(kTimes, sample, event, "time is " + number_text(time) + " s, expected 0 or more");
    const double step = grid_.step_of_seconds(time);
    if (grid_.refuses(step))
      fail_event(
          kTimes, sample, event, "time " + number_text(time) + " s is " + grid_.refusal(step));
    return grid_.place(step);
  }

  std::uint32_t unit_of(double unit, std::size_t sample, std::size_t event) const {
    const bool fits = unit >= 0 && unit < static_cast<double>(units_);
    if (!fits || unit != std::floor(unit))
      fail_event(
          kUnits,
          sample,
          event,
          "unit is " + number_text(unit) + ", allowed are 0 to " + std::to_string(units_ - 1));
    return static_cast<std::uint32_t>(unit);
  }

  [[noreturn]] void fail_event(const std::string& path,
                               std::size_t sample,
                               std::size_t event,
                               const std::string& sentence) const {
    file_.fail(
        path,
        "sample " + std::to_string(sample) + ", event " + std::to_string(event) + ": " + sentence);
  }

  /// Data without classes has no labels at all.
  std::vector<SampleLabel> read_labels(std::size_t available) const {
    if (!file_.exists(kLabels)) return std::vector<SampleLabel>(available);
    const std::vector<std::uint32_t> labels = file_.read<std::uint32_t>(kLabels).values;
    if (labels.size() != available)
      file_.fail(kLabels,
                 "has " + std::to_string(labels.size()) + " labels for " +
                     std::to_string(available) + " samples");
    return {labels.begin(), labels.end()};
  }

  Hdf5Reader file_;
  std::size_t units_;
  StepGrid grid_;
};

void write_labels(Hdf5Writer& file, const InputData& data) {
  std::vector<std::uint32_t> labels;
  for (std::size_t i = 0; i < data.samples.size(); ++i)
    if (const SampleLabel label = data.samples.label(i)) labels.push_back(*label);
  SPIKELOOM_CHECK(labels.empty() || labels.size() == data.samples.size(),
                  "all samples have a label, or none");
  if (!labels.empty()) file.write<std::uint32_t>(kLabels, {labels.size()}, labels);
}

}  // namespace

InputData read_shd(const std::string& path,
                   std::size_t units,
                   const StepGrid& grid,
                   std::size_t count) {
  SPIKELOOM_CHECK(units > 0 && grid.steps > 0 && grid.dt.value() > 0, "there is an input to fill");
  return ShdReader(path, units, grid).read(count);
}

void write_shd(const InputData& data, Seconds dt, const std::string& path) {
  SPIKELOOM_CHECK(data.is_counts, "the SHD layout holds events, not currents");
  std::vector<std::vector<double>> times;
  std::vector<std::vector<std::uint32_t>> units;
  for (std::size_t i = 0; i < data.samples.size(); ++i) {
    times.emplace_back();
    units.emplace_back();
    for (const InputEvent& event : data.samples[i].events) {
      const auto repeats = static_cast<std::size_t>(event.value);
      times.back().insert(times.back().end(), repeats, (event.step + 0.5) * dt.value());
      units.back().insert(units.back().end(), repeats, event.index);
    }
  }
  Hdf5Writer file(path);
  file.write_rows<double>(kTimes, times);
  file.write_rows<std::uint32_t>(kUnits, units);
  write_labels(file, data);
  file.finish();
}

}  // namespace spikeloom
