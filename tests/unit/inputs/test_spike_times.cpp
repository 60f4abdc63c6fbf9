#include <doctest/doctest.h>

#include <tuple>

#include "models/inputs/readers.hpp"
#include "tests/unit/inputs/temporary_bytes.hpp"

using namespace spikeloom;
using namespace spikeloom_test;

namespace {

constexpr StepGrid kGrid{Seconds(1e-3), 10};

using Event = std::tuple<std::uint32_t, std::uint32_t, double>;
std::vector<Event> events_of(const Sample& sample) {
  std::vector<Event> events;
  for (const InputEvent& e : sample.events) events.emplace_back(e.step, e.index, e.value);
  return events;
}

InputData read(const std::string& content,
               Seconds unit = Seconds(1),
               const StepGrid& grid = kGrid,
               std::size_t count = 0) {
  const TemporaryFile file("spikes.csv");
  file.write(content);
  return read_spike_times(file.path(), unit, 4, grid, count);
}

std::string refusal(const std::string& content, std::size_t count = 0) {
  return refusal_of(content, [count](const std::string& path) {
    read_spike_times(path, Seconds(1), 4, kGrid, count);
  });
}

}  // namespace

TEST_CASE("spike times fall into steps, and spikes of a neuron in a step add up") {
  const InputData data = read("0.0095,3\n0.0005,0\n\n0.0021, 1\n0.0028,1\n");
  REQUIRE(data.samples.size() == 1);
  CHECK(events_of(data.samples[0]) == std::vector<Event>{{0, 0, 1}, {2, 1, 2}, {9, 3, 1}});
  CHECK_FALSE(data.samples.label(0).has_value());
}

TEST_CASE("a header orders the columns, and samples may have labels") {
  const InputData data =
      read("label,neuron,time,sample\n7,2,3,1\n5,0,0,0\n7,3,9.5,1\n", Seconds(1e-3));
  REQUIRE(data.samples.size() == 2);
  CHECK(events_of(data.samples[0]) == std::vector<Event>{{0, 0, 1}});
  CHECK(events_of(data.samples[1]) == std::vector<Event>{{3, 2, 1}, {9, 3, 1}});
  CHECK(data.samples.label(0) == 5u);
  CHECK(data.samples.label(1) == 7u);
}

TEST_CASE("a sample without rows has no spikes, and only the first samples may be asked for") {
  const std::string content = "0.001,1,2\n0.002,2,0\n";
  const InputData data = read(content);
  REQUIRE(data.samples.size() == 3);
  CHECK(data.samples[1].events.empty());
  CHECK(read(content, Seconds(1), kGrid, 1).samples.size() == 1);
}

TEST_CASE("late spikes are taken as of the last step or dropped where that is said") {
  const std::string content = "9,0\n10,1\n";
  CHECK(events_of(
            read(content, Seconds(1e-3), {Seconds(1e-3), 10, LateEvents::LastStep}).samples[0]) ==
        std::vector<Event>{{9, 0, 1}, {9, 1, 1}});
  CHECK(events_of(read(content, Seconds(1e-3), {Seconds(1e-3), 10, LateEvents::Drop}).samples[0]) ==
        std::vector<Event>{{9, 0, 1}});
}

TEST_CASE("bad spike times are refused with line and column") {
  CHECK(refusal("time,neuron\n0.001,4\n") ==
        "#line 2, column 'neuron': '4' is not a whole number from 0 to 3");
  CHECK(refusal("0.001,1.5\n") == "#line 1, column 1: '1.5' is not a whole number from 0 to 3");
  CHECK(refusal("0.001,1\n,1\n") == "#line 2, column 0: '' is not a finite number");
  CHECK(refusal("time,neuron\nnan,1\n") == "#line 2, column 'time': 'nan' is not a finite number");
  CHECK(refusal("-0.5,1\n") == "#line 1, column 0: time is -0.5 s, expected 0 or more");
  CHECK(refusal("0.001,1\n0.01,1\n") ==
        "#line 2, column 0: time 0.01 s is step 10, allowed are steps 0 to 9; \"late_events\" may "
        "take it as last_step or drop it");
  CHECK(refusal("0.001,1,0,5\n0.001,1,0,6\n") ==
        "#line 2, column 3: label 6 of a sample whose label was 5");
  CHECK(refusal("0.001,1,4294967296\n") ==
        "#line 1, column 2: '4294967296' is not a whole number from 0 to 1048575");
  CHECK(refusal("0.001,1,1,5\n") == ": sample 0 has no row, which would state its label");
  CHECK(refusal("0.001,1\n0.001\n") == "#line 2: has 1 columns, expected 2");
}

TEST_CASE("spike tables without the columns they need are refused") {
  CHECK(refusal("") == ": is empty");
  CHECK(refusal("time,neuron\n") == ": has no spikes");
  CHECK(refusal("0.1\n") ==
        "#line 1: has 1 columns, allowed are time, neuron and then sample and label");
  CHECK(refusal("1,1,1,1,1\n") ==
        "#line 1: has 5 columns, allowed are time, neuron and then sample and label");
  CHECK(refusal("time,sample\n") ==
        "#line 1: has no column 'neuron': a spike needs time and neuron");
  CHECK(refusal("time,unit\n") ==
        "#line 1: there is no column 'unit'; allowed: time, neuron, sample, label");
  CHECK(refusal("time,neuron,time\n") == "#line 1: names column 'time' twice");
  CHECK(refusal("0.001,1\n", 2) == ": has 1 samples, but 2 were asked for");
}

TEST_CASE("a line that never ends is refused before it fills the memory") {
  CHECK(refusal("0.001,1\n" + std::string((16U << 20) + 70000, '1')) ==
        "#byte 8: the line is longer than 16777216 bytes");
}
