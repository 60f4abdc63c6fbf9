#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/lowering/random_network.hpp"
#include "sim/golden/integer_engine.hpp"

using namespace spikeloom;

namespace {

RandomNetworkSpec spec_of(std::uint32_t neurons) {
  RandomNetworkSpec spec;
  spec.neurons = neurons;
  spec.fan_out = 100;
  return spec;
}

LoweredNetwork network_of(const RandomNetworkSpec& spec, double dt_s = 1e-3) {
  return random_network(spec, Seconds(dt_s), Arithmetic{}, Seed(7));
}

SparseConnectivity rows_of(const LoweredNetwork& network) {
  return rows_of(network.projections.at(0).connectivity, network.populations[PopulationId{0}].size);
}

std::string refusal_of(const std::string& text) {
  try {
    const Json document = parse_json(text, "net.json");
    read_random_network(document, {"net.json", "/random"});
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a random network is the same for the same seed, and another for another seed") {
  const LoweredNetwork once = network_of(spec_of(200));
  const LoweredNetwork again = network_of(spec_of(200));
  const LoweredNetwork other = random_network(spec_of(200), Seconds(1e-3), Arithmetic{}, Seed(8));
  CHECK(rows_of(once).target == rows_of(again).target);
  CHECK(rows_of(once).weight == rows_of(again).weight);
  CHECK(rows_of(once).delay == rows_of(again).delay);
  CHECK(once.populations[PopulationId{0}].bias == again.populations[PopulationId{0}].bias);
  CHECK(rows_of(once).target != rows_of(other).target);
  CHECK(rows_of(once).weight != rows_of(other).weight);
}

TEST_CASE("a random network keeps its promises: fan-out, delays, signs, no self, no zero") {
  RandomNetworkSpec spec = spec_of(500);
  spec.delay_min = 3;
  spec.delay_max = 9;
  const LoweredNetwork network = network_of(spec);
  std::uint32_t inhibitory = 0;
  std::vector<std::uint64_t> delays(10);
  for (std::uint32_t source = 0; source < spec.neurons; ++source) {
    std::uint32_t negative = 0, count = 0;
    for_each_synapse(network.projections[0].connectivity, source, [&](const Synapse& synapse) {
      REQUIRE(synapse.target != source);
      REQUIRE(synapse.target < spec.neurons);
      REQUIRE(synapse.delay >= 3);
      REQUIRE(synapse.delay <= 9);
      negative += synapse.weight < 0;
      ++delays[synapse.delay];
      ++count;
    });
    REQUIRE(count == spec.fan_out);
    REQUIRE((negative == 0 || negative == count));
    inhibitory += negative > 0;
  }
  CHECK(inhibitory == 100);
  for (std::uint32_t delay = 3; delay <= 9; ++delay) CHECK(delays[delay] > 50000 / 7 * 9 / 10);
  CHECK(synapse_count(network) == 50000);
  CHECK(neuron_count(network) == 500);
}

TEST_CASE("a random network fires near the rate asked for, without overflow") {
  for (const std::uint32_t neurons : {1000U, 10000U})
    for (const double dt : {1e-3, 1e-2})
      for (const double rate : {20.0, 26.0}) {
        CAPTURE(neurons);
        CAPTURE(dt);
        CAPTURE(rate);
        RandomNetworkSpec spec = spec_of(neurons);
        spec.rate_hz = rate;
        const LoweredNetwork network = network_of(spec, dt);
        IntegerEngine engine(network);
        const auto steps = static_cast<std::uint32_t>(1.0 / dt);
        const double spikes = static_cast<double>(engine.run({}, steps).spikes.size());
        const double measured = spikes / neurons;  // over one second
        CHECK(measured > rate * 0.9);
        CHECK(measured < rate * 1.1);
        CHECK(engine.counts().sum_overflows == 0);
        CHECK(engine.counts().u_overflows == 0);
        CHECK(engine.counts().v_overflows == 0);
      }
}

TEST_CASE("a saturating random network overflows sums, u and v often") {
  RandomNetworkSpec spec = spec_of(500);
  spec.saturating = true;
  const LoweredNetwork network = network_of(spec);
  IntegerEngine engine(network);
  engine.run({}, 200);
  const std::uint64_t often = engine.counts().neuron_updates / 20;
  CHECK(engine.counts().sum_overflows > often);
  CHECK(engine.counts().u_overflows > often);
  CHECK(engine.counts().v_overflows > often);
}

TEST_CASE("faulty random networks are refused with place, value and what is allowed") {
  CHECK(refusal_of(R"({"neurons": 1, "fan_out": 1})") ==
        "net.json#/random/neurons: is 1, allowed is 2 to 16777216");
  CHECK(refusal_of(R"({"neurons": 16777216, "fan_out": 1000})") ==
        "net.json#/random/fan_out: makes 16777216000 synapses, allowed are 268435456");
  CHECK(refusal_of(R"({"neurons": 10, "fan_out": 1, "delay_steps": [0, 5]})") ==
        "net.json#/random/delay_steps/0: is 0, allowed is an integer from 1 to 63");
  CHECK(refusal_of(R"({"neurons": 10, "fan_out": 1, "delay_steps": [5, 4]})") ==
        "net.json#/random/delay_steps: expected [shortest, longest]");
  CHECK(refusal_of(R"({"neurons": 10, "fan_out": 1, "delay_steps": [2, 4], "rate_hz": 5,
                       "inhibitory_fraction": 0.5, "saturating": true})") == "accepted");
  CHECK(refusal_of(R"({"neurons": 10, "fan_out": 1, "rate_hz": -1})") ==
        "net.json#/random/rate_hz: is -1, allowed is 0 to 1e+06");
}

TEST_CASE("a rate above half a spike per step is refused where it was read") {
  RandomNetworkSpec spec = spec_of(10);
  spec.rate_hz = 501;
  CHECK_THROWS_WITH_AS(
      random_network(spec, Seconds(1e-3), Arithmetic{}, Seed(7), {"net.json", "/random"}),
      "net.json#/random/rate_hz: is 501.0, allowed are 0 to 500.0, half a spike per step of "
      "0.001 s",
      InputError);
  spec.rate_hz = 500;
  CHECK_NOTHROW(network_of(spec));
}

TEST_CASE("neurons that are slower than any run, or of rate 0, are silent") {
  for (const auto& [rate, dt] : {std::pair{0.001, 1e-9}, {0.0, 1e-3}, {0.0, 1e-9}}) {
    CAPTURE(rate);
    CAPTURE(dt);
    RandomNetworkSpec spec;
    spec.neurons = 300'000;
    spec.rate_hz = rate;
    const LoweredNetwork network = network_of(spec, dt);
    const std::vector<std::int32_t>& bias = network.populations[PopulationId{0}].bias;
    CHECK(std::count(bias.begin(), bias.end(), 0) == spec.neurons);
  }
}

TEST_CASE("a random network's spec survives being written and read") {
  RandomNetworkSpec spec = spec_of(10);
  spec.delay_min = 2;
  spec.saturating = true;
  const Json written = to_json(spec);
  CHECK(to_json(read_random_network(written, {"", ""})) == written);
}
