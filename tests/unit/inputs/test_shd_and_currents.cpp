#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "models/base/error.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/inputs/readers.hpp"
#include "tests/unit/network/temporary_file.hpp"

using namespace spikeloom;
using spikeloom_test::TemporaryFile;

namespace {

constexpr Seconds kDt{1e-3};

using Event = std::tuple<std::uint32_t, std::uint32_t, double>;
std::vector<Event> events_of(const InputData& data, std::size_t sample) {
  std::vector<Event> events;
  for (const InputEvent& event : data.samples[sample].events)
    events.emplace_back(event.step, event.index, event.value);
  return events;
}

using Rows = std::vector<std::vector<float>>;
void write_spikes(const std::string& path,
                  const Rows& times,
                  const Rows& units,
                  const std::vector<std::int64_t>& labels) {
  Hdf5Writer file(path);
  if (!times.empty()) file.write_rows<float>("/spikes/times", times);
  if (!units.empty()) file.write_rows<float>("/spikes/units", units);
  file.write<std::int64_t>("/labels", {labels.size()}, labels);
  file.finish();
}

/// What a file with these rows is refused with, for 4 units and 10 steps of 1 ms.
std::string shd_refusal(const Rows& times,
                        const Rows& units,
                        const std::vector<std::int64_t>& labels,
                        std::size_t count = 0) {
  const TemporaryFile file("bad.h5");
  write_spikes(file.path(), times, units, labels);
  return spikeloom_test::refusal_after<InputError>(file.path(), [&] {
    read_shd(file.path(), 4, {kDt, 10}, count);
  });
}

InputData csv(const std::string& text,
              const std::string& column,
              std::size_t units,
              std::uint32_t steps) {
  const TemporaryFile file("good.csv");
  file.write(text);
  return read_csv(file.path(), column, units, steps);
}

std::string csv_refusal(const std::string& text,
                        const std::string& column,
                        std::size_t units = 1,
                        std::uint32_t steps = 2) {
  const TemporaryFile file("bad.csv");
  file.write(text);
  return spikeloom_test::refusal_after<InputError>(
      file.path(), [&] { read_csv(file.path(), column, units, steps); });
}

}  // namespace

TEST_CASE("SHD events fall into their steps, and those of a unit in a step add up") {
  const TemporaryFile file("spikes.h5");
  write_spikes(file.path(), {{0.0095f, 0.0005f, 0.0021f, 0.0028f}, {}}, {{3, 0, 1, 1}, {}}, {7, 0});
  const InputData data = read_shd(file.path(), 4, {kDt, 10}, 0);
  REQUIRE(data.samples.size() == 2);
  CHECK(events_of(data, 0) == std::vector<Event>{{0, 0, 1}, {2, 1, 2}, {9, 3, 1}});
  CHECK(data.samples[0].label == 7u);
  CHECK(data.samples[1].events.empty());
  CHECK(data.is_counts);
  CHECK(read_shd(file.path(), 4, {kDt, 10}, 1).samples.size() == 1);
}

TEST_CASE("a written SHD file is read back equal, with labels and without") {
  const TemporaryFile file("written.h5");
  for (const bool labelled : {true, false}) {
    CAPTURE(labelled);
    InputData data;
    data.add({{{0, 2, 3}, {5, 0, 1}, {99'999, 3, 1}}, labelled ? SampleLabel(4) : std::nullopt});
    data.add({{}, labelled ? SampleLabel(0) : std::nullopt});
    write_shd(data, Seconds(1e-4), file.path());
    const InputData read = read_shd(file.path(), 4, {Seconds(1e-4), 100'000}, 0);
    REQUIRE(read.samples.size() == 2);
    CHECK(events_of(read, 0) == events_of(data, 0));
    CHECK(read.samples[0].label == data.samples[0].label);
    CHECK(read.samples[1].events.empty());
  }
}

TEST_CASE_TEMPLATE("SHD times on a step edge begin that step, in both precisions",
                   T,
                   float,
                   double) {
  constexpr std::uint32_t kSteps = 2001;
  for (const double dt : {1e-3, 1e-4}) {
    const auto number = [](auto value) { return static_cast<T>(value); };
    const std::uint32_t per_second = dt == 1e-3 ? 1000 : 10'000;
    std::vector<std::vector<T>> times(4);
    for (std::uint32_t k = 0; k < kSteps; ++k) {
      times[0].push_back(number(k * dt));
      times[1].push_back(number(k) * number(dt));
      times[2].push_back(number(k) / number(per_second));
      times[3].push_back(number((k + 0.99) * dt));  // late, but not yet the next step
    }
    const TemporaryFile file("edges.h5");
    Hdf5Writer writer(file.path());
    writer.write_rows<T>("/spikes/times", times);
    writer.write_rows<std::uint32_t>("/spikes/units", {4, std::vector<std::uint32_t>(kSteps, 0)});
    writer.finish();
    const InputData data = read_shd(file.path(), 1, {Seconds(dt), kSteps}, 0);
    for (std::size_t sample = 0; sample < 4; ++sample) {
      CAPTURE(dt);
      CAPTURE(sample);
      std::uint32_t misplaced = 0, step = 0;
      for (const Event& event : events_of(data, sample)) misplaced += event != Event{step++, 0, 1};
      CHECK(step == kSteps);
      CHECK(misplaced == 0);
    }
  }
}

TEST_CASE("an SHD file without samples is refused") {
  const TemporaryFile file("empty.h5");
  Hdf5Writer writer(file.path());
  writer.write_rows<float>("/spikes/times", {});
  writer.write_rows<float>("/spikes/units", {});
  writer.finish();
  for (const std::size_t count : {0, 3})
    CHECK(spikeloom_test::refusal_after<InputError>(file.path(), [&] {
            read_shd(file.path(), 4, {kDt, 10}, count);
          }) == "#/spikes/times: has no samples");
}

TEST_CASE("bad SHD times and units are refused") {
  CHECK(shd_refusal({{0.5f}}, {{0}}, {0}) ==
        "#/spikes/times: sample 0, event 0: time 0.5 s is step 500, allowed are steps 0 to 9; "
        "\"late_events\" may take it as last_step or drop it");
  CHECK(shd_refusal({{}, {0.001f, 0.0625f}}, {{}, {0, 1}}, {0, 0}) ==
        "#/spikes/times: sample 1, event 1: time 0.0625 s is step 62, allowed are steps 0 to 9; "
        "\"late_events\" may take it as last_step or drop it");
  CHECK(shd_refusal({{-0.5f}}, {{0}}, {0}) ==
        "#/spikes/times: sample 0, event 0: time is -0.5 s, expected 0 or more");
  CHECK(shd_refusal({{std::nanf("")}}, {{0}}, {0}) ==
        "#/spikes/times: sample 0, event 0: time is nan s, expected 0 or more");
  CHECK(shd_refusal({{std::numeric_limits<float>::infinity()}}, {{0}}, {0}) ==
        "#/spikes/times: sample 0, event 0: time is inf s, expected 0 or more");
  CHECK(shd_refusal({{0, 0}}, {{0, 4}}, {0}) ==
        "#/spikes/units: sample 0, event 1: unit is 4, allowed are 0 to 3");
  CHECK(shd_refusal({{0}}, {{-1}}, {0}) ==
        "#/spikes/units: sample 0, event 0: unit is -1, allowed are 0 to 3");
  CHECK(shd_refusal({{0}}, {{1.5f}}, {0}) ==
        "#/spikes/units: sample 0, event 0: unit is 1.5, allowed are 0 to 3");
}

TEST_CASE("SHD files whose parts are missing or disagree are refused") {
  CHECK(shd_refusal({}, {{0}}, {0}) == "#/spikes/times: is missing");
  CHECK(shd_refusal({{0}}, {}, {0}) == "#/spikes/units: is missing");
  CHECK(shd_refusal({{0}}, {{0}, {0}}, {0}) ==
        "#/spikes/units: has another number of samples than /spikes/times (1)");
  CHECK(shd_refusal({{0, 0}}, {{0}}, {0}) == "#/spikes/units: sample 0: has 1 units for 2 times");
  CHECK(shd_refusal({{0}}, {{0}}, {0, 1}) == "#/labels: has 2 labels for 1 samples");
  CHECK(shd_refusal({{0}}, {{0}}, {-1}) == "#/labels: holds -1, allowed are 0 to 4294967295");
  CHECK(shd_refusal({{0}}, {{0}}, {0}, 2) == "#/spikes/times: has 1 samples, but 2 were asked for");
}

TEST_CASE("a CSV column drives the first input, by name or by number") {
  const InputData named = csv("input, v\n0,1\n 0.25 ,2\r\n-3e-1,3\n", "input", 5, 3);
  REQUIRE(named.samples.size() == 1);
  CHECK(events_of(named, 0) == std::vector<Event>{{1, 0, 0.25}, {2, 0, -0.3}});
  CHECK_FALSE(named.is_counts);
  CHECK_FALSE(named.samples[0].label.has_value());
  const InputData numbered = csv("0,4\n1,0\n2,+6\n", "1", 1, 3);
  CHECK(events_of(numbered, 0) == std::vector<Event>{{0, 0, 4}, {2, 0, 6}});
  CHECK(numbered.is_counts);
}

TEST_CASE("all CSV columns drive the inputs of their positions, and later rows are left out") {
  CHECK(events_of(csv("1,2\n0,3\n9,9\n", "*", 2, 2), 0) ==
        std::vector<Event>{{0, 0, 1}, {0, 1, 2}, {1, 1, 3}});
}

TEST_CASE("bad CSV files are refused with line and column") {
  CHECK(csv_refusal("a,b\n1,2\n1,x\n", "b") == "#line 3, column 'b': 'x' is not a finite number");
  CHECK(csv_refusal("1,2\n1,\n", "1") == "#line 2, column 1: '' is not a finite number");
  CHECK(csv_refusal("1\nnan\n", "0") == "#line 2, column 0: 'nan' is not a finite number");
  CHECK(csv_refusal("1\n1e999\n", "0") == "#line 2, column 0: '1e999' is not a finite number");
  CHECK(csv_refusal("1,2\n1\n", "0") == "#line 2: has 1 columns, expected 2");
  CHECK(csv_refusal("1\n", "0") == ": has 1 rows, but 2 steps were asked for");
  CHECK(csv_refusal("", "0") == ": is empty");
  CHECK(csv_refusal("current,v\n1,2\n", "curent") ==
        ": has no column 'curent'; did you mean 'current'?");
  CHECK(csv_refusal("1,2\n", "v") ==
        ": has no header, so a column is a number from 0 to 1, not 'v'");
  CHECK(csv_refusal("1,2\n", "2") ==
        ": has no header, so a column is a number from 0 to 1, not '2'");
  CHECK(csv_refusal("a,b,a\n1,2,3\n", "a") == ": names column 'a' twice");
  CHECK(csv_refusal("1,2\n1,2\n", "*", 3) == ": has 2 columns for 3 inputs");
  const std::string nowhere = "/nowhere/x.csv";
  CHECK_THROWS_WITH_AS(
      read_csv(nowhere, "0", 1, 1), "/nowhere/x.csv: cannot be read as a file", InputError);
}
