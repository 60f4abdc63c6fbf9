#include "models/inputs/event_recordings.hpp"

#include <array>
#include <filesystem>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/inputs/byte_source.hpp"
#include "models/inputs/csv_lines.hpp"

namespace spikeloom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEventBytes = 5;
constexpr std::uint64_t kLargestFile = std::uint64_t{128} << 20;
constexpr std::size_t kMostListed = std::size_t{1} << 20;
constexpr std::size_t kChunk = kEventBytes * 8192;
constexpr std::uint64_t kTimeRange = 1U << 23;  // microseconds until the time wraps

class RecordingReader {
 public:
  RecordingReader(const std::string& path, EventFrame frame, const StepGrid& grid)
      : source_(path), frame_(frame), grid_(grid) {}

  Sample read() {
    while (!source_.at_end()) {
      const std::uint64_t at = source_.offset();
      if (at >= kLargestFile)
        source_.fail(at, "more than " + std::to_string(kLargestFile) + " bytes are not taken");
      const std::vector<std::uint8_t> bytes = source_.take(kChunk);
      for (std::size_t i = 0; i + kEventBytes <= bytes.size(); i += kEventBytes)
        add(bytes.data() + i, at + i);
      if (const std::size_t left = bytes.size() % kEventBytes; left != 0)
        source_.fail(at + bytes.size() - left,
                     "the last event has " + std::to_string(left) + " bytes of 5");
    }
    if (source_.offset() == 0) source_.fail(0, "holds no events");
    return {summed(std::move(events_)), std::nullopt};
  }

 private:
  void add(const std::uint8_t* event, std::uint64_t at) {
    const std::size_t x = coordinate("x", event[0], frame_.width, at);
    const std::size_t y = coordinate("y", event[1], frame_.height, at + 1);
    const std::size_t polarity = event[2] >> 7;
    const std::uint32_t time = (event[2] & 0x7FU) << 16 | event[3] << 8U | event[4];
    if (last_time_ > time && last_time_ - time > kTimeRange / 2) turns_ += kTimeRange;
    last_time_ = time;
    const std::size_t index = (polarity * frame_.height + y) * frame_.width + x;
    if (const auto step = step_of(turns_ + time, at + 2))
      events_.push_back({*step, static_cast<std::uint32_t>(index), 1.0});
  }

  std::size_t coordinate(const char* name,
                         std::uint8_t value,
                         std::size_t extent,
                         std::uint64_t at) const {
    if (value >= extent)
      source_.fail(at,
                   std::string(name) + " is " + std::to_string(value) + ", allowed are 0 to " +
                       std::to_string(extent - 1));
    return value;
  }

  std::optional<std::uint32_t> step_of(std::uint64_t time, std::uint64_t at) const {
    const double step = grid_.step_of_microseconds(time);
    if (grid_.refuses(step))
      source_.fail(at, "time " + std::to_string(time) + " us is " + grid_.refusal(step));
    return grid_.place(step);
  }

  ByteSource source_;
  EventFrame frame_;
  StepGrid grid_;
  std::vector<InputEvent> events_;
  std::uint32_t last_time_ = 0;
  std::uint64_t turns_ = 0;  ///< microseconds of the turns of time before this one
};

/// One line of a list.
struct Listed {
  std::string name;
  std::uint32_t label;
  std::size_t line;
};

class ListReader {
 public:
  explicit ListReader(const std::string& path) : source_(path) {}

  std::vector<Listed> read() {
    std::vector<Listed> listed;
    std::string text;
    for (std::size_t line = 1; source_.take_line(text); ++line) {
      const std::string_view words = trimmed(text);
      if (!words.empty() && words.front() != '#') listed.push_back(listed_in(words, line));
      if (listed.size() > kMostListed)
        throw InputError(source_.file(),
                         "line " + std::to_string(line),
                         "more than " + std::to_string(kMostListed) + " recordings are not taken");
    }
    if (listed.empty()) throw InputError(source_.file(), "", "lists no recordings");
    return listed;
  }

 private:
  Listed listed_in(std::string_view text, std::size_t line) const {
    constexpr std::string_view kBetween = " \t,";
    constexpr double kHighestLabel = 0xFFFFFFFE;
    const std::size_t end = text.find_first_of(kBetween);
    const std::string_view name = text.substr(0, end);
    const std::size_t start = text.find_first_not_of(kBetween, end);
    const std::string_view label = start == std::string_view::npos ? "" : text.substr(start);
    const std::optional<double> number = number_in(label);
    const bool is_label = number && *number >= 0 && *number <= kHighestLabel &&
                          *number == static_cast<double>(static_cast<std::uint32_t>(*number));
    if (name.empty() || holds_control_character(name) || !is_label)
      throw InputError(
          source_.file(),
          "line " + std::to_string(line),
          "expected a recording and its label, a whole number; found " + in_quotes(text));
    return {std::string(name), static_cast<std::uint32_t>(*number), line};
  }

  ByteSource source_;
};

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

/// Where the file of a listed recording may be.
std::vector<std::string> places_of(const std::string& name, const std::string& events) {
  const std::size_t star = events.find('*');
  if (star != std::string::npos) return {events.substr(0, star) + name + events.substr(star + 1)};
  const std::string path = (fs::path(events) / name).string();
  return {path, path + ".bin", path + ".bs2"};
}

std::string file_of(const Listed& listed, const std::string& list, const std::string& events) {
  const std::vector<std::string> places = places_of(listed.name, events);
  for (const std::string& place : places)
    if (exists(place)) return place;
  throw InputError(list,
                   "line " + std::to_string(listed.line),
                   "recording " + in_quotes(listed.name) + ": there is no file " +
                       without_control_characters(places.front()) +
                       (places.size() > 1 ? ", nor one with .bin or .bs2 after it" : ""));
}

}  // namespace

Sample read_event_recording(const std::string& path, EventFrame frame, const StepGrid& grid) {
  return RecordingReader(path, frame, grid).read();
}

InputData read_event_list(const std::string& list,
                          const std::string& events,
                          EventFrame frame,
                          const StepGrid& grid,
                          std::size_t count) {
  std::vector<Listed> listed = ListReader(list).read();
  if (count > listed.size())
    throw InputError(list,
                     "",
                     "lists " + std::to_string(listed.size()) + " recordings, but " +
                         std::to_string(count) + " were asked for");
  if (count != 0) listed.resize(count);
  InputData data;
  std::vector<SampleLabel> labels;
  std::vector<std::string> files;
  for (const Listed& entry : listed) {
    labels.push_back(entry.label);
    files.push_back(file_of(entry, list, events));
    for (const InputEvent& event : read_event_recording(files.back(), frame, grid).events)
      data.note(event);
  }
  data.samples = {labels, [files, frame, grid](std::size_t i) {
                    return read_event_recording(files[i], frame, grid).events;
                  }};
  return data;
}

}  // namespace spikeloom
