#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "models/inputs/event_recordings.hpp"
#include "tests/unit/inputs/temporary_bytes.hpp"

using namespace spikeloom;
using namespace spikeloom_test;

namespace {

constexpr EventFrame kFrame{3, 4};
constexpr StepGrid kGrid{Seconds(1e-3), 10};

std::string event(std::uint8_t x, std::uint8_t y, unsigned polarity, std::uint32_t time) {
  return text_of({x,
                  y,
                  static_cast<std::uint8_t>(polarity << 7 | time >> 16),
                  static_cast<std::uint8_t>(time >> 8 & 255),
                  static_cast<std::uint8_t>(time & 255)});
}

using Event = std::tuple<std::uint32_t, std::uint32_t, double>;
std::vector<Event> events_of(const Sample& sample) {
  std::vector<Event> events;
  for (const InputEvent& e : sample.events) events.emplace_back(e.step, e.index, e.value);
  return events;
}

std::vector<Event> read(const std::string& content, const StepGrid& grid = kGrid) {
  const TemporaryFile file("clip.bin");
  file.write(content);
  return events_of(read_event_recording(file.path(), kFrame, grid));
}

std::string refusal(const std::string& content) {
  return refusal_of(content,
                    [](const std::string& path) { read_event_recording(path, kFrame, kGrid); });
}

std::string list_refusal(const std::string& list, std::size_t count = 0) {
  return refusal_of(list, [count](const std::string& path) {
    read_event_list(path, "/nowhere", kFrame, kGrid, count);
  });
}

}  // namespace

TEST_CASE("an event drives the element of its polarity, row and column") {
  CHECK(read(event(0, 0, 0, 0) + event(3, 2, 0, 1000) + event(0, 0, 1, 2000) +
             event(1, 2, 1, 9999)) ==
        std::vector<Event>{{0, 0, 1}, {1, 11, 1}, {2, 12, 1}, {9, 21, 1}});
}

TEST_CASE("events of a pixel and polarity in a step count, in whatever order they come") {
  CHECK(read(event(1, 0, 0, 5999) + event(1, 0, 0, 5000) + event(1, 0, 1, 5500) +
             event(1, 0, 0, 4999) + event(1, 0, 0, 5001)) ==
        std::vector<Event>{{4, 1, 1}, {5, 1, 3}, {5, 13, 1}});
}

TEST_CASE("an event on the edge of a step begins it, whatever the step's length") {
  for (const double dt : {1e-6, 1e-4, 3e-4, 1e-3, 7e-3, 1e-2}) {
    CAPTURE(dt);
    const auto microseconds = static_cast<std::uint32_t>(std::lround(dt * 1e6));
    const std::uint32_t steps = (1U << 23) / microseconds;
    std::string content;
    std::vector<Event> expected;
    for (std::uint32_t step = 1; step < steps; step += 1 + steps / 500) {
      content += event(0, 0, 0, step * microseconds - 1) + event(1, 0, 0, step * microseconds);
      expected.insert(expected.end(), {{step - 1, 0, 1}, {step, 1, 1}});
    }
    CHECK(read(content, {Seconds(dt), steps}) == expected);
  }
}

TEST_CASE("late events are refused, taken as of the last step or dropped, as the user says") {
  const std::string content = event(0, 0, 0, 9999) + event(1, 1, 1, 10'000);
  CHECK(refusal(content) ==
        "#byte 7: time 10000 us is step 10, allowed are steps 0 to 9; \"late_events\" may take it "
        "as last_step or drop it");
  CHECK(read(content, {Seconds(1e-3), 10, LateEvents::LastStep}) ==
        std::vector<Event>{{9, 0, 1}, {9, 17, 1}});
  CHECK(read(content, {Seconds(1e-3), 10, LateEvents::Drop}) == std::vector<Event>{{9, 0, 1}});
}

TEST_CASE("time that wraps after 23 bits goes on, small steps back do not wrap") {
  constexpr std::uint32_t kTurn = 1U << 23;
  const StepGrid grid{Seconds(1), 30};
  CHECK(read(event(0, 0, 0, kTurn - 1) + event(0, 0, 0, 0) + event(0, 0, 0, kTurn - 1) +
                 event(0, 0, 0, 3'000'000),
             grid) == std::vector<Event>{{8, 0, 2}, {16, 0, 1}, {19, 0, 1}});
  CHECK(read(event(0, 0, 0, 8'000'000) + event(0, 0, 0, 8'000'000 - kTurn / 2), grid) ==
        std::vector<Event>{{3, 0, 1}, {8, 0, 1}});
}

TEST_CASE("damaged recordings are refused with the byte") {
  const std::string good = event(0, 0, 0, 0);
  CHECK(refusal(good + event(4, 0, 0, 0)) == "#byte 5: x is 4, allowed are 0 to 3");
  CHECK(refusal(good + good + event(0, 3, 0, 0)) == "#byte 11: y is 3, allowed are 0 to 2");
  CHECK(refusal(event(0, 255, 1, 0)) == "#byte 1: y is 255, allowed are 0 to 2");
  CHECK(refusal(good + "abc") == "#byte 5: the last event has 3 bytes of 5");
  CHECK(refusal("") == "#byte 0: holds no events");
  CHECK_THROWS_WITH_AS(read_event_recording("/nowhere/x.bin", kFrame, kGrid),
                       "/nowhere/x.bin: cannot be read as a file",
                       InputError);
  CHECK_THROWS_WITH_AS(
      read_event_recording("/tmp", kFrame, kGrid), "/tmp: cannot be read as a file", InputError);
}

TEST_CASE("a compressed recording is read alike, and refused by the byte it decompresses to") {
  const TemporaryFile file("clip.bin.gz");
  write_gzip(file.path(), event(0, 0, 0, 0) + event(2, 0, 0, 3000));
  CHECK(events_of(read_event_recording(file.path(), kFrame, kGrid)) ==
        std::vector<Event>{{0, 0, 1}, {3, 2, 1}});
  write_gzip(file.path(), event(9, 0, 0, 0));
  CHECK(refusal_after<InputError>(file.path(), [&] {
          read_event_recording(file.path(), kFrame, kGrid);
        }) == "#byte 0 of the decompressed data: x is 9, allowed are 0 to 3");
}

TEST_CASE("a file of 5,000 random bytes is read or refused at a byte of it") {
  // Frames of 256 by 256 take all coordinates, so that only the time can be late.
  std::uint32_t state = 1;
  std::string content;
  for (int i = 0; i < 5000; ++i)
    content += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const TemporaryFile file("noise.bin");
  file.write(content);
  const StepGrid grid{Seconds(100), 1'000'000};
  const Sample sample = read_event_recording(file.path(), {256, 256}, grid);
  double count = 0;
  for (const InputEvent& e : sample.events) count += e.value;
  CHECK(count == 1000);
}

TEST_CASE("a list names recordings by their files or without .bin and .bs2, with labels") {
  const TemporaryFile one("one.bin"), two("two.bs2"), list("list.txt");
  one.write(event(1, 0, 0, 0));
  two.write(event(2, 0, 0, 0) + event(2, 0, 0, 1));
  const auto name = [](const TemporaryFile& file) {
    return std::filesystem::path(file.path()).filename().string();
  };
  const auto stem = [](const TemporaryFile& file) {
    return std::filesystem::path(file.path()).stem().string();
  };
  const std::string folder = std::filesystem::path(one.path()).parent_path().string();
  list.write("#sample #class\r\n\n" + stem(one) + "\t7\r\n  " + name(two) + " 2\n" + stem(two) +
             ",3\n");
  const InputData data = read_event_list(list.path(), folder, kFrame, kGrid, 0);
  REQUIRE(data.samples.size() == 3);
  CHECK(data.samples.label(0) == 7u);
  CHECK(data.samples.label(1) == 2u);
  CHECK(data.samples.label(2) == 3u);
  CHECK(events_of(data.samples[0]) == std::vector<Event>{{0, 1, 1}});
  CHECK(events_of(data.samples[2]) == std::vector<Event>{{0, 2, 2}});
  CHECK(data.is_counts);
  CHECK(data.largest.value == 2);
  CHECK(read_event_list(list.path(), folder, kFrame, kGrid, 2).samples.size() == 2);

  list.write(stem(one).substr(0, stem(one).size() - 3) + " 5\n");
  const InputData by_pattern = read_event_list(list.path(), folder + "/*one.bin", kFrame, kGrid, 0);
  CHECK(events_of(by_pattern.samples[0]) == std::vector<Event>{{0, 1, 1}});
}

TEST_CASE("bad lists are refused with the line") {
  CHECK(list_refusal("# nothing\n") == ": lists no recordings");
  CHECK(list_refusal("a 1\n", 2) == ": lists 1 recordings, but 2 were asked for");
  CHECK(list_refusal("#x\na one\n") ==
        "#line 2: expected a recording and its label, a whole number; found 'a one'");
  CHECK(list_refusal("a\n") ==
        "#line 1: expected a recording and its label, a whole number; found 'a'");
  CHECK(list_refusal("a 1.5\n") ==
        "#line 1: expected a recording and its label, a whole number; found 'a 1.5'");
  CHECK(list_refusal("a -1\n") ==
        "#line 1: expected a recording and its label, a whole number; found 'a -1'");
  CHECK(list_refusal("a\x01z 1\n") ==
        "#line 1: expected a recording and its label, a whole number; found 'a\\x01z 1'");
  CHECK(list_refusal("a 1 2\n") ==
        "#line 1: expected a recording and its label, a whole number; found 'a 1 2'");
  CHECK(list_refusal("a 1\n") ==
        "#line 1: recording 'a': there is no file /nowhere/a, nor one with .bin or .bs2 after it");
}
