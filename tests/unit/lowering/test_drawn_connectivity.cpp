#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/lowering/local_network.hpp"
#include "sim/golden/fast_integer_engine.hpp"

using namespace spikeloom;

namespace {

LocalNetworkSpec grid_of(std::uint32_t width, std::uint32_t height, std::uint32_t radius) {
  LocalNetworkSpec spec;
  spec.grid = {width, height};
  spec.radius = radius;
  spec.fan_out = 100;
  spec.rate_hz = 5;
  return spec;
}

LoweredNetwork network_of(const LocalNetworkSpec& spec) {
  return local_network(spec, Seconds(1e-3), Arithmetic{}, Seed(7));
}

/// Columns or rows between two neurons of an axis.
std::uint32_t apart(std::uint32_t a, std::uint32_t b, std::uint32_t extent, bool wraps) {
  const std::uint32_t straight = a < b ? b - a : a - b;
  return wraps ? std::min(straight, extent - straight) : straight;
}

double rate_of(const LoweredNetwork& network, std::uint32_t steps) {
  FastIntegerEngine engine(network);
  const auto spikes = static_cast<double>(engine.run(Sample{}, steps).spikes.size());
  return spikes / static_cast<double>(neuron_count(network)) / (1e-3 * steps);
}

std::string refusal_of(const std::string& text) {
  try {
    const Json document = parse_json(text, "net.json");
    read_local_network(document, {"net.json", "/local"});
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("neurons of a local network reach others within their window, and all of it") {
  for (const bool wraps : {false, true}) {
    CAPTURE(wraps);
    LocalNetworkSpec spec = grid_of(13, 9, 3);
    spec.wrap = wraps;
    const LoweredNetwork network = network_of(spec);
    std::vector<std::vector<bool>> reached(117, std::vector<bool>(117));
    for (std::uint32_t source = 0; source < 117; ++source)
      for_each_synapse(network.projections[0].connectivity, source, [&](const Synapse& synapse) {
        REQUIRE(synapse.target < 117);
        REQUIRE(synapse.target != source);
        REQUIRE(apart(source % 13, synapse.target % 13, 13, wraps) <= 3);
        REQUIRE(apart(source / 13, synapse.target / 13, 9, wraps) <= 3);
        REQUIRE(synapse.weight != 0);
        REQUIRE(synapse.delay >= 1);
        REQUIRE(synapse.delay <= 15);
        reached[source][synapse.target] = true;
      });
    // 100 draws from 48 neighbours reach most of them, from the corner of a grid all 15.
    const auto met = [&](std::uint32_t n) {
      return std::count(reached[n].begin(), reached[n].end(), true);
    };
    CHECK(met(4 * 13 + 6) > 36);
    if (wraps)
      CHECK(met(0) > 36);
    else
      CHECK(met(0) == 15);
  }
}

TEST_CASE("delays and weights of a local network are even over all that they may be") {
  const LoweredNetwork network = network_of(grid_of(13, 9, 3));
  const auto& drawn = std::get<DrawnConnectivity>(network.projections[0].connectivity);
  std::map<std::uint32_t, int> delays;
  std::map<std::int32_t, int> excitatory, inhibitory;
  for (std::uint32_t source = 0; source < 117; ++source)
    for_each_synapse(network.projections[0].connectivity, source, [&](const Synapse& synapse) {
      ++delays[synapse.delay];
      ++(synapse.weight > 0 ? excitatory : inhibitory)[synapse.weight];
    });
  CHECK(delays.size() == 15);
  for (const auto& [delay, count] : delays) {
    CAPTURE(delay);
    CHECK(count == doctest::Approx(11700.0 / 15).epsilon(0.15));
  }
  CHECK(excitatory.begin()->first == 1);
  CHECK(excitatory.rbegin()->first == static_cast<std::int32_t>(drawn.largest_excitatory));
  CHECK(inhibitory.begin()->first == -static_cast<std::int32_t>(drawn.largest_inhibitory));
  CHECK(inhibitory.rbegin()->first == -1);
}

TEST_CASE("a fifth of the neurons of a local network inhibit, in every neighbourhood") {
  const LoweredNetwork network = network_of(grid_of(100, 60, 5));
  const auto& drawn = std::get<DrawnConnectivity>(network.projections[0].connectivity);
  for (std::uint32_t top = 0; top + 10 <= 60; top += 10)
    for (std::uint32_t left = 0; left + 10 <= 100; left += 10) {
      std::uint32_t inhibitory = 0;
      for (std::uint32_t n = 0; n < 100; ++n)
        inhibitory += drawn.is_inhibitory((top + n / 10) * 100 + left + n % 10) ? 1 : 0;
      REQUIRE(inhibitory == 20);
    }
}

TEST_CASE("a local network fires at its rate from the first step on") {
  for (const std::uint32_t radius : {4U, 10U, 30U}) {
    CAPTURE(radius);
    const LoweredNetwork network = network_of(grid_of(100, 100, radius));
    CHECK(rate_of(network, 20) == doctest::Approx(5.0).epsilon(0.08));
    CHECK(rate_of(network, 400) == doctest::Approx(5.0).epsilon(0.05));
  }
}

TEST_CASE("a rule and its rows are the same synapses, and rules take no memory for them") {
  const LoweredNetwork network = network_of(grid_of(20, 10, 4));
  const Connectivity& rule = network.projections[0].connectivity;
  const Connectivity rows = rows_of(rule, 200);
  CHECK(count_synapses(rule, 200) == 20000);
  CHECK(count_synapses(rows, 200) == 20000);
  for (std::uint32_t source = 0; source < 200; ++source) {
    std::vector<Synapse> drawn, stored;
    for_each_synapse(rule, source, [&](const Synapse& s) { drawn.push_back(s); });
    for_each_synapse(rows, source, [&](const Synapse& s) { stored.push_back(s); });
    REQUIRE(
        std::equal(drawn.begin(), drawn.end(), stored.begin(), stored.end(), [](auto& a, auto& b) {
          return a.target == b.target && a.weight == b.weight && a.delay == b.delay;
        }));
  }
}

TEST_CASE("delays of a rule are shifted as a whole, and never below one step") {
  Connectivity rule = network_of(grid_of(20, 10, 4)).projections[0].connectivity;
  shift_delays(rule, 3);
  CHECK(std::get<DrawnConnectivity>(rule).delay_min == 4);
  CHECK(std::get<DrawnConnectivity>(rule).delay_max == 18);
  CHECK_THROWS_AS(shift_delays(rule, -4), InternalError);
}

TEST_CASE("faulty local networks are refused with place, value and what is allowed") {
  CHECK(refusal_of(R"({"width": 10, "height": 10, "radius": 2, "fan_out": 5})") == "accepted");
  CHECK(refusal_of(R"({"width": 1, "height": 10, "radius": 2, "fan_out": 5})") ==
        "net.json#/local/width: is 1, allowed is 2 to 65536");
  CHECK(refusal_of(R"({"width": 65536, "height": 257, "radius": 2, "fan_out": 5})") ==
        "net.json#/local/height: makes 16842752 neurons, allowed are 16777216");
  CHECK(refusal_of(R"({"width": 10, "height": 10, "radius": 0, "fan_out": 5})") ==
        "net.json#/local/radius: is 0, allowed is 1 to 65536");
  CHECK(refusal_of(R"({"width": 11, "height": 9, "radius": 5, "fan_out": 5, "wrap": true})") ==
        "net.json#/local/radius: is 5, a grid of 11 x 9 neurons that wraps allows 4");
  CHECK(refusal_of(R"({"width": 4096, "height": 4096, "radius": 9, "fan_out": 100})") ==
        "net.json#/local/fan_out: makes 1677721600 synapses, allowed are 268435456");
  LocalNetworkSpec fast = grid_of(10, 10, 2);
  fast.rate_hz = 501;
  CHECK_THROWS_WITH_AS(local_network(fast, Seconds(1e-3), Arithmetic{}, Seed(1), {"e", "/local"}),
                       "e#/local/rate_hz: is 501.0, allowed are 0 to 500.0, half a spike per step "
                       "of 0.001 s",
                       InputError);
}

TEST_CASE("a local network's spec survives being written and read") {
  LocalNetworkSpec spec = grid_of(40, 30, 3);
  spec.wrap = true;
  const Json written = to_json(spec);
  CHECK(to_json(read_local_network(written, {"", ""})) == written);
}
