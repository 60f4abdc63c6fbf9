#include <doctest/doctest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "models/base/hdf5_reader.hpp"
#include "sim/report/nir_data_file.hpp"

using namespace spikeloom;

namespace {

struct TemporaryFile {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("spikeloom_nirdata_" + std::to_string(getpid()) + ".h5"))
                         .string();
  ~TemporaryFile() { std::filesystem::remove(path); }
};

// An input, a spiking population in a nested graph, and a read-out.
TracedNetwork small_network() {
  return {{"input", "block/lif", "readout"},
          {true, false, false},
          {true, true, false},
          {4, 3, 2},
          Seconds(1e-2),
          2};
}

std::vector<StateFrame> zero_states() {
  std::vector<StateFrame> states;
  for (std::uint32_t step = 0; step < 2; ++step) {
    states.push_back({step, PopulationId{1}, {0, 1, 2}, {3, 4, 5}});
    states.push_back({step, PopulationId{2}, {}, {7, 8}});
  }
  return states;
}

void write(const std::string& path, std::uint32_t value) {
  const TracedNetwork network = small_network();
  NirDataFile file(path, network);
  file.add({{{0, PopulationId{0}, 1, 1}, {1, PopulationId{1}, 2, value}}, zero_states()});
  file.add({{}, zero_states()});
  file.finish();
}

}  // namespace

TEST_CASE("a nested population lies in a nested graph of the trace") {
  const TemporaryFile file;
  write(file.path, 1);
  const Hdf5Reader data(file.path);
  CHECK(data.members("/nodes") == std::vector<std::string>{"block", "readout"});
  CHECK(data.read_string_attribute("/nodes/block", "__type__") == "NIRGraphData");
  CHECK(data.read_string_attribute("/nodes/block/nodes/lif", "__type__") == "NIRNodeData");
}

TEST_CASE("spikes of several samples stand side by side, filled up with no events") {
  const TemporaryFile file;
  write(file.path, 1);
  const Hdf5Reader data(file.path);
  const std::string spikes = "/nodes/block/nodes/lif/observables/spikes";
  CHECK(data.read_string_attribute(spikes, "__type__") == "EventData");
  CHECK(data.read_number_attribute(spikes, "n_neurons") == 3);
  CHECK(data.read_number_attribute(spikes, "t_max") == 0.02);
  const auto idx = data.read<std::int64_t>(spikes + "/idx");
  CHECK(idx.shape == std::vector<std::size_t>{2, 1});
  CHECK(idx.values == std::vector<std::int64_t>{2, -1});
  const auto time = data.read<double>(spikes + "/time").values;
  CHECK(time[0] == 1.5e-2);
  CHECK(std::isinf(time[1]));
  CHECK_FALSE(data.exists(spikes + "/value"));
}

TEST_CASE("several spikes in a step are events with a value") {
  const TemporaryFile file;
  write(file.path, 3);
  const Hdf5Reader data(file.path);
  const std::string spikes = "/nodes/block/nodes/lif/observables/spikes";
  CHECK(data.read_string_attribute(spikes, "__type__") == "ValuedEventData");
  CHECK(data.read<double>(spikes + "/value").values == std::vector<double>{3, 0});
}

TEST_CASE("a read-out without synapse or spikes has only v") {
  const TemporaryFile file;
  write(file.path, 1);
  const Hdf5Reader data(file.path);
  CHECK(data.members("/nodes/readout/observables") == std::vector<std::string>{"v"});
  const auto v = data.read<double>("/nodes/readout/observables/v/data");
  CHECK(v.shape == std::vector<std::size_t>{2, 2, 2});
  CHECK(v.values == std::vector<double>{7, 8, 7, 8, 7, 8, 7, 8});
}

TEST_CASE("the end of a trace is never rounded to a step too few") {
  for (const std::uint32_t steps : {1U, 29U, 58U, 119U, 418U}) {  // 29 * 0.01 / 0.01 < 29
    CAPTURE(steps);
    const TracedNetwork network{{"n"}, {false}, {true}, {1}, Seconds(1e-2), steps};
    const TemporaryFile file;
    NirDataFile data(file.path, network);
    data.add({});
    data.finish();
    const double end =
        Hdf5Reader(file.path).read_number_attribute("/nodes/n/observables/spikes", "t_max");
    CHECK(std::floor(end / 1e-2) == steps);
  }
}
