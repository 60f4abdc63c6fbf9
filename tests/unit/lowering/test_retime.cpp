#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/lowering/retime.hpp"

using namespace spikeloom;

namespace {

std::string numbered(std::string name, std::size_t number) {
  return name += std::to_string(number);
}

struct EdgeSpec {
  std::uint32_t from, to, delay;
};

// Populations "p0", "p1", ... of one neuron each.
LoweredNetwork network_of(std::size_t populations, const std::vector<EdgeSpec>& edges) {
  LoweredNetwork network;
  for (std::size_t i = 0; i < populations; ++i)
    network.populations.push_back({.name = numbered("p", i), .size = 1, .is_input = i == 0});
  for (const auto& [from, to, delay] : edges)
    network.projections.push_back({PopulationId{from},
                                   PopulationId{to},
                                   numbered(numbered("p", from) + " -> p", to),
                                   DenseConnectivity{1, 1, {1}, delay},
                                   0});
  return network;
}

std::vector<std::uint32_t> starts(const LoweredNetwork& network) {
  std::vector<std::uint32_t> result;
  for (const LoweredPopulation& population : network.populations)
    result.push_back(population.start);
  return result;
}

std::vector<std::uint32_t> delays(const LoweredNetwork& network) {
  std::vector<std::uint32_t> result;
  for (const Projection& projection : network.projections)
    result.push_back(std::get<DenseConnectivity>(projection.connectivity).delay);
  return result;
}

using List = std::vector<std::uint32_t>;

std::string refusal_of(LoweredNetwork network) {
  try {
    retime(network, "net.nir");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("instantaneous layers start one step after another") {
  LoweredNetwork network = network_of(4, {{0, 1, 0}, {1, 2, 0}, {2, 3, 0}});
  retime(network, "net.nir");
  CHECK(starts(network) == List{0, 1, 2, 3});
  CHECK(delays(network) == List{1, 1, 1});
  CHECK(network.max_delay == 1);
  CHECK(network.deepest_start == 3);
}

TEST_CASE("a skip connection waits for the longer way, whatever the order of projections") {
  LoweredNetwork network = network_of(4, {{0, 3, 0}, {2, 3, 0}, {1, 2, 0}, {0, 1, 0}});
  retime(network, "net.nir");
  CHECK(starts(network) == List{0, 1, 2, 3});
  CHECK(delays(network) == List{3, 1, 1, 1});
  CHECK(network.max_delay == 3);
}

TEST_CASE("delays that are there already need no start, and longer ones stay as long") {
  LoweredNetwork network = network_of(3, {{0, 1, 1}, {1, 2, 4}, {0, 2, 0}});
  retime(network, "net.nir");
  CHECK(starts(network) == List{0, 0, 1});
  CHECK(delays(network) == List{1, 5, 1});
  CHECK(network.max_delay == 5);
}

TEST_CASE("recurrence with a step of delay is kept, but through two populations it lacks one") {
  LoweredNetwork self = network_of(2, {{0, 1, 0}, {1, 1, 1}});
  retime(self, "net.nir");
  CHECK(starts(self) == List{0, 1});
  CHECK(delays(self) == List{1, 1});

  LoweredNetwork pair = network_of(3, {{0, 1, 0}, {1, 2, 0}, {2, 1, 2}});
  retime(pair, "net.nir");
  CHECK(starts(pair) == List{0, 1, 2});
  CHECK(delays(pair) == List{1, 1, 1});

  CHECK(refusal_of(network_of(4, {{0, 1, 0}, {1, 2, 0}, {2, 1, 1}, {2, 3, 0}})) ==
        "net.nir#p1: the cycle 'p1' -> 'p2' -> 'p1' has 2 edges but only 1 steps of delay; every "
        "edge needs one on a chip");
}

TEST_CASE("rows with several delays are held to the shortest") {
  LoweredNetwork network = network_of(2, {});
  network.projections.push_back({PopulationId{0},
                                 PopulationId{1},
                                 "rows",
                                 SparseConnectivity{{0, 2}, {0, 0}, {1, 1}, {0, 7}},
                                 0});
  retime(network, "net.nir");
  CHECK(starts(network) == List{0, 1});
  CHECK(std::get<SparseConnectivity>(network.projections[0].connectivity).delay ==
        std::vector<std::uint8_t>{1, 8});
  CHECK(network.max_delay == 8);
}

TEST_CASE("a delay that outgrows its byte is refused by the name of its projection") {
  CHECK(refusal_of(network_of(3, {{0, 1, 0}, {1, 2, 0}, {0, 2, 254}})) ==
        "net.nir#p0 -> p2: needs a delay of 256 steps, allowed are 255");
}
