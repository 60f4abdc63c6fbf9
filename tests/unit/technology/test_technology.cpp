#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/library/library.hpp"
#include "models/technology/technology.hpp"

using namespace spikeloom;
using doctest::Approx;

namespace {

// A technology that prices each action with 1 pJ.
Json plain() {
  Json document = {{"format", "spikeloom-technology/1"},
                   {"name", "plain"},
                   {"node_nm", 45},
                   {"level", "operations and memory accesses"},
                   {"definition", "All."}};
  for (std::size_t i = 0; i < kActionCount; ++i)
    document["actions"][name_of(static_cast<Action>(i))] = {{"pj", 1}, {"source", "s"}};
  document["statics"] = Json::parse(R"([{"name": "leakage", "watts_per_tile": 2, "source": "w"},
                                        {"name": "clock", "unpriced": "unknown"}])");
  return document;
}

Prices read(const Json& document, const Chip& chip = {}) {
  return read_technology(document, {"t.json", ""}, chip);
}

Json with(const std::string& pointer, const std::string& value) {
  Json document = plain();
  document[Json::json_pointer(pointer)] = Json::parse(value);
  return document;
}

std::string refusal(const Json& document) {
  try {
    read(document);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

constexpr const char* kSram = R"({"points": [{"capacity_bytes": 8192, "width_bits": 64, "pj": 10}],
                                  "source": "m"})";

Prices shipped(const std::string& name, const Chip& chip) {
  const std::string file = library_directory() + "/technologies/" + name + ".json";
  return read_technology(read_json_file(file), {file, ""}, chip);
}

Chip shipped_chip(const std::string& name) {
  const std::string file = library_directory() + "/chips/" + name + ".json";
  return read_chip(read_json_file(file), {file, ""});
}

}  // namespace

TEST_CASE("a plain price is taken as given") {
  const Prices prices = read(with("/actions/ring_read", R"({"pj": 23.6, "source": "table 2"})"));
  CHECK(prices.of(Action::RingRead).each == Picojoules(23.6));
  CHECK(prices.of(Action::RingRead).source == "table 2");
  CHECK(prices.of(Action::RingWrite).each == Picojoules(1));
  CHECK(prices.node == "45 nm");
  CHECK(prices.level == "operations and memory accesses");
}

TEST_CASE("a voltage is part of the node where it is known") {
  CHECK(read(with("/voltage_v", "0.9")).node == "45 nm, 0.9 V");
}

TEST_CASE("terms add up operations, memory accesses and wire") {
  Json document = with("/actions/synaptic_operation", R"({"terms": [
      {"count": 2, "of": "add_32"}, {"count": 1, "of": "sram", "memory": "synaptic"},
      {"count": 32, "of": "wire", "length_mm": 0.5}], "source": "sum"})");
  document["operations"] = Json::parse(R"({"add_32": {"pj": 0.1, "source": "h"}})");
  document["sram"] = Json::parse(kSram);
  document["wire"] = Json::parse(R"({"pj_per_bit_mm": 0.2, "source": "k"})");
  Chip chip;
  chip.core.synaptic_words = 1024;
  const ActionPrice price = read(document, chip).of(Action::SynapticOperation);
  CHECK(price.each.value() == Approx(2 * 0.1 + 10.0 * 20 / 64 + 32 * 0.2 * 0.5));
  CHECK(price.source ==
        "sum = 2 add_32 of 0.1 pJ + 1 access to the synaptic memory of 2560 B, 20 bit of 3.125 pJ"
        " + 32 bit over 0.5 mm of wire of 0.1 pJ [h; m; k]");
}

TEST_CASE("memory prices follow the chip") {
  Json document = with("/actions/ring_read", R"({"terms":
      [{"count": 1, "of": "sram", "memory": "ring"}], "source": "s"})");
  document["sram"] = Json::parse(kSram);
  Chip wide;
  wide.core.arithmetic.sum_bits = 32;
  CHECK(read(document).of(Action::RingRead).each.value() == Approx(10.0 * 18 / 64));
  CHECK(read(document, wide).of(Action::RingRead).each.value() == Approx(5.0));
}

TEST_CASE("static power is that of all tiles") {
  Chip chip;
  chip.topology.width = 3;
  chip.topology.height = 2;
  const Prices prices = read(plain(), chip);
  REQUIRE(prices.statics.size() == 2);
  CHECK(prices.statics[0].name == "leakage");
  CHECK(prices.statics[0].power == Watts(12));
  CHECK(prices.statics[0].source == "w");
  CHECK(prices.statics[1].power == Watts(0));
  CHECK(prices.statics[1].source == "unpriced: unknown");
}

TEST_CASE("the definition names what has no price") {
  CHECK(read(plain()).definition == "All. Not priced: clock.");
  CHECK(read(with("/actions/barrier_step", R"({"unpriced": "unknown"})")).definition ==
        "All. Not priced: barrier_step, clock.");
}

TEST_CASE("an action without any word about its price is refused") {
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const std::string& name = name_of(static_cast<Action>(i));
    Json document = plain();
    document["actions"].erase(name);
    CHECK(refusal(document) ==
          (is_possible(static_cast<Action>(i), Chip{})
               ? "t.json#/actions/" + name +
                     ": this action is neither priced, included nor declared unpriced"
               : "accepted"));
  }
}

TEST_CASE("an unknown action is refused") {
  CHECK(refusal(with("/actions/ring_red", R"({"pj": 1, "source": "s"})")) ==
        "t.json#/actions/ring_red: unknown field; did you mean \"ring_read\"?");
}

TEST_CASE("an action says one thing about its price") {
  const std::string expected =
      "t.json#/actions/ring_read: expected exactly one of pj, terms, included_in, unpriced";
  CHECK(refusal(with("/actions/ring_read", R"({"source": "s"})")) == expected);
  CHECK(refusal(with("/actions/ring_read", R"({"pj": 1, "unpriced": "u"})")) == expected);
}

TEST_CASE("a price has a source") {
  CHECK(refusal(with("/actions/ring_read", R"({"pj": 1})")) ==
        "t.json#/actions/ring_read/source: required field is missing");
  CHECK(refusal(with("/actions/ring_read", R"({"pj": 1, "source": ""})")) ==
        "t.json#/actions/ring_read/source: is empty; a sentence is expected");
  CHECK(refusal(with("/operations", R"({"add_8": {"pj": 1}})")) ==
        "t.json#/operations/add_8/source: required field is missing");
}

TEST_CASE("a negative price is refused") {
  CHECK(refusal(with("/actions/ring_read/pj", "-0.5")) ==
        "t.json#/actions/ring_read/pj: is -0.5, allowed is 0 to 1e+09");
}

TEST_CASE("inclusion in itself, in a circle or in something unpriced is refused") {
  const std::string to_write = R"({"included_in": "ring_write", "source": "s"})";
  const std::string to_read = R"({"included_in": "ring_read", "source": "s"})";
  CHECK(refusal(with("/actions/ring_read", to_write)) == "accepted");
  CHECK(refusal(with("/actions/ring_read", to_read)) ==
        "t.json#/actions/ring_read/included_in: is circular: no action of the chain has a price");
  Json circle = with("/actions/ring_read", to_write);
  circle["actions"]["ring_write"] = Json::parse(to_read);
  CHECK(refusal(circle) ==
        "t.json#/actions/ring_read/included_in: is circular: no action of the chain has a price");
  Json into_nothing = with("/actions/ring_read", to_write);
  into_nothing["actions"]["ring_write"] = Json::parse(R"({"unpriced": "u"})");
  CHECK(refusal(into_nothing) ==
        "t.json#/actions/ring_read/included_in: \"ring_write\" has no price that could include it");
}

TEST_CASE("inclusion names an action") {
  const std::string message =
      refusal(with("/actions/ring_read", R"({"included_in": "ring", "source": "s"})"));
  CHECK(
      message.starts_with("t.json#/actions/ring_read/included_in: unknown word \"ring\"; allowed: "
                          "synaptic_operation, neuron_update_active, "));
}

TEST_CASE("a term names something that is priced") {
  const auto term = [](const std::string& text) {
    return refusal(with("/actions/ring_read", "{\"terms\": [" + text + "], \"source\": \"s\"}"));
  };
  CHECK(term(R"({"count": 1, "of": "add_9"})") ==
        "t.json#/actions/ring_read/terms/0/of: unknown word \"add_9\"; allowed: sram, wire");
  CHECK(term(R"({"count": 1, "of": "sram", "memory": "ring"})") ==
        "t.json#/actions/ring_read/terms/0/of: is \"sram\", but the technology prices no sram");
  CHECK(term(R"({"count": 1, "of": "wire", "length_mm": 1})") ==
        "t.json#/actions/ring_read/terms/0/of: is \"wire\", but the technology prices no wire");
  CHECK(term("") == "t.json#/actions/ring_read/terms: is empty; at least one term is expected");
}

TEST_CASE("a term names a memory of the chip") {
  Json document = with("/actions/ring_read", R"({"terms":
      [{"count": 1, "of": "sram", "memory": "attic"}], "source": "s"})");
  document["sram"] = Json::parse(kSram);
  CHECK(refusal(document) ==
        "t.json#/actions/ring_read/terms/0/memory: unknown word \"attic\"; allowed: synaptic, "
        "kernel, ring, "
        "state, state_write, profiles, axon_table, row_table, route_table, queue");
}

TEST_CASE("SRAM points ascend in capacity") {
  CHECK(refusal(with("/sram", R"({"points": [], "source": "m"})")) ==
        "t.json#/sram/points: is empty; at least one point is expected");
  CHECK(refusal(with("/sram", R"({"source": "m", "points": [
            {"capacity_bytes": 64, "width_bits": 64, "pj": 10},
            {"capacity_bytes": 64, "width_bits": 32, "pj": 10}]})")) ==
        "t.json#/sram/points/1/capacity_bytes: is 64, but the points ascend in capacity and the "
        "one before has 64");
}

TEST_CASE("leakage and clock are each spoken of once") {
  CHECK(refusal(with("/statics", "[]")) ==
        "t.json#/statics: \"leakage\" is neither priced nor declared unpriced");
  CHECK(refusal(with("/statics/1/name", "\"leakage\"")) ==
        "t.json#/statics/1/name: \"leakage\" appears twice");
  CHECK(refusal(with("/statics/1/watts_per_tile", "1")) ==
        "t.json#/statics/1: expected exactly one of watts_per_tile, watts_per_core, unpriced");
}

TEST_CASE("static power is drawn by the tiles or cores that work") {
  Chip chip;
  chip.topology.width = 4;
  chip.topology.cores_per_tile = 3;
  chip.topology.dead_tiles = {{1, 0}};
  chip.topology.dead_cores = {{{2, 0}, 1}};
  CHECK(read(plain(), chip).statics.front().power.value() == Approx(2 * 3));
  Json by_core = plain();
  by_core["statics"][0] = Json::parse(R"({"name": "leakage", "watts_per_core": 2, "source": "w"})");
  CHECK(read(by_core, chip).statics.front().power.value() == Approx(2 * 8));
}

TEST_CASE("every shipped technology prices the plain meshes") {
  const auto technologies = library_names("technologies");
  REQUIRE(technologies.size() >= 5);
  for (const std::string& technology : technologies)
    for (const std::string chip : {"mesh8x8", "mesh10x10"}) {
      CAPTURE(technology);
      CAPTURE(chip);
      const Prices prices = shipped(technology, shipped_chip(chip));
      CHECK(prices.technology == technology);
      CHECK_FALSE(prices.description.empty());
    }
}

TEST_CASE("every shipped technology has a word about every action that a chip can count") {
  for (const std::string& name : library_names("technologies")) {
    CAPTURE(name);
    const std::string file = library_directory() + "/technologies/" + name + ".json";
    const Json document = read_json_file(file);
    for (std::size_t i = 0; i < kActionCount; ++i)
      CHECK_MESSAGE(document["actions"].contains(name_of(static_cast<Action>(i))),
                    name_of(static_cast<Action>(i)));
  }
}

TEST_CASE("every shipped chip is priced by its own technology") {
  const auto chips = library_names("chips");
  REQUIRE(chips.size() >= 5);
  for (const std::string& name : chips) {
    CAPTURE(name);
    const Chip chip = shipped_chip(name);
    if (chip.technology.empty()) continue;
    const std::string technology = std::filesystem::path(chip.technology).stem().string();
    const Prices prices = shipped(technology, chip);
    double sum = 0.0;
    for (const ActionPrice& price : prices.action) sum += price.each.value();
    CHECK(sum > 0.0);
  }
}

TEST_CASE("the published figures are shipped unchanged") {
  const Chip chip = shipped_chip("mesh10x10");
  const Prices loihi = shipped("loihi14", chip);
  CHECK(loihi.of(Action::SynapticOperation).each == Picojoules(23.6));
  CHECK(loihi.of(Action::NeuronUpdateActive).each == Picojoules(81));
  CHECK(loihi.of(Action::NeuronUpdateInactive).each == Picojoules(52));
  CHECK(loihi.of(Action::SpikeWithinTile).each == Picojoules(1.7));
  CHECK(loihi.of(Action::HopEastWest).each == Picojoules(3));
  CHECK(loihi.of(Action::HopNorthSouth).each == Picojoules(4));
  CHECK(loihi.statics.front().power.value() == Approx(0.104 / 128 * 100));
  CHECK(shipped("cmos45", chip).of(Action::SynapticOperation).each == Picojoules(0.1));
  CHECK(shipped("cmos7", chip).of(Action::SynapticOperation).each == Picojoules(0.03));
}

TEST_CASE("a 45 nm neuron update is composed as its source says") {
  const Chip chip = shipped_chip("mesh8x8");
  const double profile_read = 10.0 * 101 / 64;  // a small memory costs as the 8 KB one
  const Prices prices = shipped("cmos45", chip);
  CHECK(prices.of(Action::NeuronUpdateInactive).each.value() ==
        Approx(12 * 0.2 + 14 * 0.1 + profile_read));
  CHECK(prices.of(Action::NeuronUpdateActive).each.value() ==
        Approx(12 * 0.2 + 15 * 0.1 + profile_read));
  CHECK(prices.of(Action::HopEastWest).each.value() == Approx(32 * 0.121));
  CHECK(prices.of(Action::QueueRead).each.value() == Approx(5.0));
}

TEST_CASE("taps of shared kernels cost a read of the kernel and an addition for the address") {
  Chip chip = shipped_chip("mesh8x8");
  chip.core.kernel_words = 32768;  // of 8 bit: the published 32 KB
  CHECK(shipped("cmos45", chip).of(Action::KernelRead).each.value() == Approx(20.0 * 8 / 64));
  CHECK(shipped("cmos45", chip).of(Action::ConvolutionTap).each.value() == Approx(0.1));
  CHECK(shipped("cmos7", chip).of(Action::KernelRead).each.value() == Approx(8.5 * 8 / 64));
  CHECK(shipped("cmos7", chip).of(Action::ConvolutionTap).each.value() == Approx(0.03));
}
