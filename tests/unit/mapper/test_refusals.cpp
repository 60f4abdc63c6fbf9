#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mapper/mapper.hpp"
#include "models/base/error.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

using test::NetworkBuilder;

/// What mapping says about it with every partitioner, or "mapped".
std::string outcome(const LoweredNetwork& network, const Chip& chip) {
  std::vector<std::string> messages;
  for (const std::string partitioner : {"sequential", "metis"}) try {
      const MapperOptions options{partitioner, "row_major", "xy_tree", "plain"};
      map_network(network, chip, options, Seed{1}, "n.nir");
      messages.push_back("mapped");
    } catch (const InputError& error) {
      messages.push_back(error.what());
    }
  return messages[0] == messages[1] ? messages[0] : messages[0] + " | " + messages[1];
}

LoweredNetwork dense_network(std::uint32_t inputs, std::uint32_t neurons) {
  NetworkBuilder build(1);
  const auto input = build.input("input", {inputs}), hidden = build.neurons("hidden", {neurons});
  build.dense(input, hidden);
  build.output(hidden);
  return std::move(build.network());
}

TEST_CASE("a network that does not fit is refused with resource, need and limit") {
  Chip chip = test::make_chip(2, 2, 16);
  LoweredNetwork network = dense_network(20, 64);
  SUBCASE("it fits") { CHECK(outcome(network, chip) == "mapped"); }
  SUBCASE("neurons") {
    network = dense_network(20, 65);
    CHECK(outcome(network, chip) == "n.nir: needs 5 cores of 16 neurons, chip \"test\" has 4");
  }
  SUBCASE("synaptic words of one neuron") {
    chip.core.synaptic_words = 19;
    CHECK(outcome(network, chip) ==
          "n.nir#hidden: a neuron needs 20 synaptic words, a core has 19");
  }
  SUBCASE("synaptic words of all neurons") {
    chip.core.synaptic_words = 150;
    CHECK(outcome(network, chip) ==
          "n.nir: needs 5 cores of 150 synaptic words, chip \"test\" has 4");
  }
  SUBCASE("profiles") {
    chip.core.profiles = 1;
    NetworkBuilder build(1);
    for (int i = 0; i < 5; ++i) build.neurons(fmt::format("p{}", i), {2});
    CHECK(outcome(build.network(), chip) ==
          "n.nir: needs 5 cores of 1 profiles, chip \"test\" has 4");
  }
  SUBCASE("rows of one neuron") {
    chip = test::make_chip(9, 9, 16);
    chip.core.rows = 16;
    CHECK(outcome(network, chip) == "n.nir#hidden: a neuron needs 20 rows, a core has 16");
  }
  SUBCASE("rows of all neurons") {
    NetworkBuilder build(1);
    const auto input = build.input("input", {64}), hidden = build.neurons("hidden", {64});
    build.sparse(input, hidden, 4, 1);
    chip.core.rows = 40;
    CHECK(outcome(build.network(), chip) == "n.nir: needs 8 cores of 40 rows, chip \"test\" has 4");
  }
  SUBCASE("axon entries") {
    NetworkBuilder build(1);
    const auto a = build.input("a", {2}), b = build.input("b", {2});
    const auto c = build.neurons("c", {1});
    build.dense(a, c);
    build.dense(b, c);
    chip.core.axon_entries = 1;
    CHECK(outcome(build.network(), chip) == "n.nir#c: a neuron needs 2 axon entries, a core has 1");
  }
  SUBCASE("delay") {
    std::get<DenseConnectivity>(network.projections[0].connectivity).delay = 16;
    CHECK(outcome(network, chip) ==
          "n.nir#input -> hidden: needs a delay of 16 steps, a core holds 15");
  }
  SUBCASE("weights") {
    std::get<DenseConnectivity>(network.projections[0].connectivity).weight = {};
    std::get<DenseConnectivity>(network.projections[0].connectivity).weight.assign(1280, 200);
    CHECK(outcome(network, chip) ==
          "n.nir#input -> hidden: has weights from 0 to 200, 8 bits hold -128 to 127");
  }
  SUBCASE("weight exponents") {
    network.projections[0].weight_exponent = 8;
    CHECK(outcome(network, chip) ==
          "n.nir#input -> hidden: has weight exponent 8, a core takes 0 to 7");
  }
  SUBCASE("negative weight exponents, which golden computes") {
    network.arithmetic.weight_exponent_min = chip.core.arithmetic.weight_exponent_min = -8;
    network.projections[0].weight_exponent = -1;
    CHECK(outcome(network, chip) ==
          "n.nir#input -> hidden: has weight exponent -1, a core takes 0 to 7");
  }
  SUBCASE("several spikes a step") {
    NeuronProfile& profile = network.populations[PopulationId{1}].profiles[0];
    profile.reset = ResetRule::Subtract;
    profile.max_spikes_per_step = 3;
    CHECK(outcome(network, chip) ==
          "n.nir#hidden: spikes up to 3 times a step, a neuron of the chip 1");
    chip.core.max_spikes_per_step = 3;
    CHECK(outcome(network, chip) == "mapped");
  }
  SUBCASE("number formats") {
    chip.core.arithmetic.sum_bits = 20;
    CHECK(outcome(network, chip) ==
          "n.nir: was lowered for other number formats than chip \"test\" has");
  }
  SUBCASE("routing entries") {
    chip.router.table_entries = 2;
    CHECK(outcome(network, chip) == "n.nir: tile (0, 0): 5 routing entries, the router has 2");
  }
}

TEST_CASE("synapses of different exponents share a row if no bit is lost") {
  const Chip chip = test::make_chip(2, 2, 16);
  NetworkBuilder build(1);
  const auto input = build.input("input", {1}), hidden = build.neurons("hidden", {1});
  build.dense(input, hidden, 0);
  build.dense(input, hidden, 3);
  const auto weight = [&](std::size_t p) -> std::int16_t& {
    return std::get<DenseConnectivity>(build.network().projections[p].connectivity).weight[0];
  };
  weight(0) = 4, weight(1) = 31;
  CHECK(outcome(build.network(), chip) == "mapped");
  weight(0) = 1, weight(1) = 127;
  CHECK(outcome(build.network(), chip) ==
        "n.nir#input -> hidden: weight 1016 does not fit a row of input: its other weights need "
        "exponent 0, with which a row holds -128 to 127");
}

TEST_CASE("a row of Loihi's weights holds even ones if both signs occur in it") {
  Chip chip = test::make_chip(2, 2, 16);
  chip.core.arithmetic.weight_format = WeightFormat::Loihi;
  NetworkBuilder build(1);
  build.network().arithmetic = chip.core.arithmetic;
  const auto input = build.input("input", {1}), hidden = build.neurons("hidden", {2});
  build.dense(input, hidden, 0);
  build.dense(input, hidden, 0);
  const auto weights = [&](std::size_t p) -> std::vector<std::int16_t>& {
    return std::get<DenseConnectivity>(build.network().projections[p].connectivity).weight;
  };
  weights(0) = {255, 3}, weights(1) = {0, 17};
  CHECK(outcome(build.network(), chip) == "mapped");
  weights(0) = {-255, -3}, weights(1) = {0, -17};
  CHECK(outcome(build.network(), chip) == "mapped");
  weights(0) = {254, -256}, weights(1) = {0, -18};
  CHECK(outcome(build.network(), chip) == "mapped");
  weights(0) = {254, -255}, weights(1) = {0, -18};
  CHECK(outcome(build.network(), chip) ==
        "n.nir#input -> hidden: has weights from -255 to 254, some of them odd, 8 bits hold even "
        "numbers from -256 to 254");
  weights(0) = {256, 0}, weights(1) = {0, -18};
  CHECK(outcome(build.network(), chip) ==
        "n.nir#input -> hidden: has weights from 0 to 256, 8 bits hold 0 to 255");
  weights(0) = {8, 6}, weights(1) = {0, -17};
  CHECK(outcome(build.network(), chip) ==
        "n.nir#input -> hidden: weight -17 does not fit a row of input: its other weights need "
        "exponent 0, with which a row holds even numbers from -256 to 254");
  build.network().projections[0].weight_exponent = 1;
  build.network().projections[1].weight_exponent = 1;
  CHECK(outcome(build.network(), chip) == "mapped");  // as 16, 12 and -34 with exponent 0
}

TEST_CASE("populations whose weights have other signs are kept on different Loihi cores") {
  Chip chip = test::make_chip(2, 2, 16);
  chip.core.arithmetic.weight_format = WeightFormat::Loihi;
  NetworkBuilder build(1);
  build.network().arithmetic = chip.core.arithmetic;
  const auto input = build.input("input", {4});
  const auto a = build.neurons("a", {4}), b = build.neurons("b", {4});
  build.dense(input, a, 0);
  build.dense(input, b, 0);
  const auto weights = [&](std::size_t p) -> std::vector<std::int16_t>& {
    return std::get<DenseConnectivity>(build.network().projections[p].connectivity).weight;
  };
  weights(0).assign(16, 3), weights(1).assign(16, 4);
  const MapperOptions options{"sequential", "row_major", "xy_tree", "plain"};
  CHECK(map_network(build.network(), chip, options, Seed{1}, "n").quality.cores_used == 1);
  weights(1)[2] = -4;
  CHECK(map_network(build.network(), chip, options, Seed{1}, "n").quality.cores_used == 2);
}

TEST_CASE("populations whose weights carry different exponents are kept on different cores") {
  const Chip chip = test::make_chip(2, 2, 16);
  NetworkBuilder build(1);
  const auto input = build.input("input", {4});
  const auto a = build.neurons("a", {4}), b = build.neurons("b", {4});
  build.dense(input, a, 0);
  build.dense(input, b, 5);
  const MapperOptions options{"sequential", "row_major", "xy_tree", "plain"};
  CHECK(map_network(build.network(), chip, options, Seed{1}, "n").quality.cores_used == 2);
}

TEST_CASE("a sum that may wrap is a warning") {
  Chip chip = test::make_chip(2, 2, 16);
  const MapperOptions options{"sequential", "row_major", "xy_tree", "plain"};
  LoweredNetwork network = dense_network(2, 2);
  CHECK(map_network(network, chip, options, Seed{1}, "n").warnings.empty());
  std::get<DenseConnectivity>(network.projections[0].connectivity).weight = {100, 100, 1, 1};
  network.arithmetic.sum_bits = chip.core.arithmetic.sum_bits = 8;
  CHECK(map_network(network, chip, options, Seed{1}, "n").warnings ==
        std::vector<std::string>{"hidden: a sum may need 9 bits, the ring has 8"});
}

TEST_CASE("mapper options default to the better algorithms and refuse unknown ones") {
  const MapperOptions best = read_mapper_options(Json::object(), {"e.json", "/mapping"});
  CHECK(to_json(best).dump() ==
        R"({"partitioner":"auto","placer":"anneal","router":"auto","tables":"ordered"})");
  const Json wrong = {{"placer", "spiral"}};
  try {
    read_mapper_options(wrong, {"e.json", "/mapping"});
    FAIL("accepted");
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(message.find("e.json#/mapping/placer: ") == 0);
    CHECK(message.find("row_major") != std::string::npos);
  }
}

}  // namespace
}  // namespace spikeloom
