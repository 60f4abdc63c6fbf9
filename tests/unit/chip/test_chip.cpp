#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/chip/chip.hpp"
#include "models/library/library.hpp"

using spikeloom::Chip;
using spikeloom::InputError;
using spikeloom::Json;
using spikeloom::Port;

namespace {

Json smallest() {
  return Json::parse(R"({"format": "spikeloom-chip/1", "name": "tiny",
                         "topology": {"kind": "mesh", "width": 3, "height": 2}})");
}

Chip read(const Json& document) { return spikeloom::read_chip(document, {"mesh.json", ""}); }

// The smallest chip with `value` at `pointer`.
Json with(const std::string& pointer, const Json& value) {
  Json document = smallest();
  document[Json::json_pointer(pointer)] = value;
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

}  // namespace

TEST_CASE("a chip that says only name and topology has every default") {
  const Chip chip = read(smallest());
  CHECK(chip.name == "tiny");
  CHECK(chip.topology.width == 3);
  CHECK(chip.topology.height == 2);
  CHECK(chip.clock == spikeloom::Hertz(100e6));
  CHECK(chip.router.table_entries == 1024);
  CHECK(chip.router.input_queue_packets == 4);
  CHECK(chip.router.pipeline_cycles == 2);
  CHECK(chip.link.latency_cycles == 1);
  CHECK(chip.core.neurons == 256);
  CHECK(chip.core.synaptic_words == 16384);
  CHECK(chip.core.delay_steps == 15);
  CHECK(chip.core.arithmetic == spikeloom::Arithmetic{});
  CHECK(chip.barrier.latency_cycles == 12);
  CHECK(chip.io.ports.front() == spikeloom::TilePosition{0, 0});
  CHECK(chip.technology.empty());
}

TEST_CASE("every field of a chip is read from its own place") {
  // Each number differs, so that two fields read from one key would show.
  const Json given = {
      {"format", "spikeloom-chip/1"},
      {"name", "all"},
      {"description", "a"},
      {"source", "b"},
      {"topology",
       {{"kind", "triangular_torus"},
        {"width", 6},
        {"height", 8},
        {"cores_per_tile", 4},
        {"dead_tiles", {{1, 2}}},
        {"dead_cores", {{2, 3, 1}}},
        {"dead_links", {{4, 5, "south_west"}}},
        {"chip_width", 3},
        {"chip_height", 2}}},
      {"clock_hz", 2e8},
      {"core_clock_ratio", {3, 2}},
      {"router",
       {{"table_entries", 31},
        {"input_queue_packets", 3},
        {"pipeline_cycles", 9},
        {"cycles_per_packet", 50},
        {"virtual_channels", 2},
        {"blocked",
         {{"wait1_cycles", 40},
          {"emergency", true},
          {"wait2_cycles", 41},
          {"reinjection", {{"register_packets", 42}, {"cycles", 43}}}}}}},
      {"link", {{"latency_cycles", 11}, {"cycles_per_packet", 13}, {"payload_cycles", 14}}},
      {"chip_link", {{"latency_cycles", 15}, {"cycles_per_packet", 16}, {"payload_cycles", 44}}},
      {"core",
       {{"kind", "digital"},
        {"neurons", 100},
        {"profiles", 17},
        {"axon_entries", 18},
        {"rows", 19},
        {"delay_steps", 22},
        {"input_queue_packets", 23},
        {"output_queue_packets", 24},
        {"synaptic_words", 20},
        {"synapses_per_word", 6},
        {"kernel_words", 45},
        {"convolution_cycles_per_tap", 46},
        {"lookup_cycles", 25},
        {"update_cycles_per_neuron", 26},
        {"update_latency_cycles", 27},
        {"max_spikes_per_step", 47},
        {"spike_packets", "graded"},
        {"arithmetic", to_json(spikeloom::Arithmetic{})}}},
      {"step", {{"mode", "realtime"}, {"tick_cycles", 48}, {"late", "drop"}}},
      {"barrier", {{"latency_cycles", 28}}},
      {"io",
       {{"ports", {{4, 6}, {5, 7}}},
        {"cycles_per_packet", 30},
        {"order", "round_robin"},
        {"input", "graded"},
        {"configuration_cycles_per_word", 49}}},
      {"technology", "/prices/cmos.json"}};
  CHECK(to_json(read(given)) == given);
}

TEST_CASE("the effective document of a chip reads back to itself") {
  const Json effective = to_json(read(with("/technology", "../technologies/x.json")));
  CHECK(to_json(spikeloom::read_chip(effective, {"elsewhere/effective.json", ""})) == effective);
}

TEST_CASE("a technology is found relative to the file that names it") {
  const Json document = with("/technology", "../technologies/x.json");
  CHECK(spikeloom::read_chip(document, {"/lib/chips/m.json", ""}).technology ==
        "/lib/technologies/x.json");
}

TEST_CASE("a mistake in a chip is refused with place, value and what is allowed") {
  CHECK(refusal(with("/core", {{"nuerons", 4}})) ==
        "mesh.json#/core/nuerons: unknown field; did you mean \"neurons\"?");
  CHECK(refusal(with("/core", {{"neurons", 65537}})) ==
        "mesh.json#/core/neurons: is 65537, allowed is 1 to 65536");
  CHECK(refusal(with("/core", {{"delay_steps", 0}})) ==
        "mesh.json#/core/delay_steps: is 0, allowed is 1 to 63");
  CHECK(refusal(with("/core", {{"synapses_per_word", 17}})) ==
        "mesh.json#/core/synapses_per_word: is 17, allowed is 1 to 16");
  CHECK(refusal(with("/core", {{"kind", "analog"}})) ==
        "mesh.json#/core/kind: unknown word \"analog\"; allowed: digital, processor");
  CHECK(refusal(with("/router", {{"pipeline_cycles", -1}})) ==
        "mesh.json#/router/pipeline_cycles: is -1, allowed is 1 to 64");
  CHECK(refusal(with("/link", {{"latency_cycles", 1025}})) ==
        "mesh.json#/link/latency_cycles: is 1025, allowed is 1 to 1024");
  CHECK(refusal(with("/topology/width", 0)) ==
        "mesh.json#/topology/width: is 0, allowed is 1 to 256");
  CHECK(refusal(with("/topology/kind", "ring")) ==
        "mesh.json#/topology/kind: unknown word \"ring\"; allowed: mesh, torus, triangular_mesh, "
        "triangular_torus");
  CHECK(refusal(with("/format", "spikeloom-chip/2")) ==
        "mesh.json#/format: unknown word \"spikeloom-chip/2\"; allowed: spikeloom-chip/1");
  CHECK(refusal(with("/clock_hz", 0)) == "mesh.json#/clock_hz: is 0, allowed is 1000 to 1e+12");
  CHECK(refusal(with("/barier", Json::object())) ==
        "mesh.json#/barier: unknown field; did you mean \"barrier\"?");
}

TEST_CASE("a chip without name, format or topology is refused") {
  for (const char* key : {"name", "format", "topology"}) {
    Json document = smallest();
    document.erase(key);
    CHECK(refusal(document) == std::string("mesh.json#/") + key + ": required field is missing");
  }
}

TEST_CASE("a place inside a larger document is kept in errors") {
  CHECK_THROWS_WITH_AS(
      spikeloom::read_chip(with("/router", {{"table_entries", 0}}), {"run.json", "/chip"}),
      "run.json#/chip/router/table_entries: is 0, allowed is 1 to 65536",
      InputError);
}

TEST_CASE("the ports lie inside the mesh") {
  const auto io_at = [](const Json& tile) { return with("/io", {{"ports", Json::array({tile})}}); };
  CHECK(read(io_at(Json::array({2, 1}))).io.ports.front() == spikeloom::TilePosition{2, 1});
  CHECK(refusal(io_at(Json::array({3, 1}))) ==
        "mesh.json#/io/ports/0/0: is 3, allowed is an integer 0 to 2, the mesh");
  CHECK(refusal(io_at(Json::array({0, 2}))) ==
        "mesh.json#/io/ports/0/1: is 2, allowed is an integer 0 to 1, the mesh");
  CHECK(refusal(io_at(Json::array({0, -1}))) ==
        "mesh.json#/io/ports/0/1: is -1, allowed is an integer 0 to 1, the mesh");
  CHECK(refusal(io_at(Json::array({0.5, 0}))) ==
        "mesh.json#/io/ports/0/0: is 0.5, allowed is an integer 0 to 2, the mesh");
  CHECK(refusal(io_at(Json::array({0}))) ==
        "mesh.json#/io/ports/0: a tile has two coordinates, x and y");
  CHECK(refusal(io_at(Json::array({0, 0, 0}))) ==
        "mesh.json#/io/ports/0: a tile has two coordinates, x and y");
}

TEST_CASE("a fault names something that the board has, and a dead tile comes once") {
  CHECK(refusal(with("/topology/dead_tiles", {{1, 0}, {2, 1}, {1, 0}})) ==
        "mesh.json#/topology/dead_tiles/2: is in the list twice");
  CHECK(refusal(with("/topology/dead_tiles", {{0, 0}, {1, 0}, {2, 0}, {0, 1}, {1, 1}, {2, 1}})) ==
        "mesh.json#/topology/dead_tiles: leaves no tile alive");
  CHECK(refusal(with("/topology/dead_links", {{0, 0, "east"}, {2, 1, "north"}})) ==
        "mesh.json#/topology/dead_links/1: leads to no tile of the mesh");
  Json torus = with("/topology/dead_links", {{0, 0, "east"}, {2, 1, "north"}});
  torus["topology"]["kind"] = "torus";
  torus["topology"]["dead_tiles"] = {{2, 0}};
  CHECK(refusal(torus) == "accepted");
}

TEST_CASE("fields of the other kind of core are refused as that") {
  CHECK(refusal(with("/core", {{"processor", Json::object()}})) ==
        "mesh.json#/core/processor: is for the kind processor; this core is digital");
  CHECK(refusal(with("/core", {{"kind", "processor"}, {"synaptic_words", 4}})) ==
        "mesh.json#/core/synaptic_words: is for the kind digital; this core is a processor");
  CHECK(refusal(with("/core", {{"kind", "processor"}, {"synaptic_wrds", 4}})) ==
        "mesh.json#/core/synaptic_wrds: unknown field");
}

TEST_CASE("a chip's name holds no control characters") {
  CHECK(refusal(with("/name", "a\nb")) ==
        "mesh.json#/name: is 'a\\x0ab', which has a control character");
}

TEST_CASE("the keys of all neurons take at most half of the 32-bit key space") {
  Json document = with("/core", {{"neurons", 32769}});
  document["topology"] = {{"width", 256}, {"height", 128}};
  CHECK(refusal(document) == "accepted");
  document["topology"]["height"] = 129;
  CHECK(refusal(document) ==
        "mesh.json#/core/neurons: is 32769, too many for 33024 cores: neurons, rounded up to a "
        "power of two, times cores is at most 2147483648 keys");
}

TEST_CASE("a delay-ring slot holds at least one weight") {
  CHECK(refusal(with("/core", {{"arithmetic", {{"sum_bits", 14}}}})) ==
        "mesh.json#/core/arithmetic/sum_bits: is 14, but one weight takes 15 "
        "(weight_bits + weight_exponent_max)");
  CHECK(refusal(with("/core", {{"arithmetic", {{"sum_bits", 15}}}})) == "accepted");
}

TEST_CASE("a core may hold weights as Loihi does, which take a bit more in a sum") {
  const auto with_loihi = [](Json arithmetic) {
    arithmetic["weight_format"] = "loihi";
    return with("/core", {{"arithmetic", arithmetic}});
  };
  CHECK(refusal(with_loihi({{"weight_exponent_min", -8}, {"sum_bits", 21}})) == "accepted");
  CHECK(refusal(with_loihi({{"weight_bits", 9}})) == "accepted");
  CHECK(refusal(with_loihi({{"weight_bits", 10}})) ==
        "mesh.json#/core/arithmetic/weight_bits: is 10, a core takes 2 to 9 of the format "
        "\"loihi\"");
  CHECK(refusal(with_loihi({{"sum_bits", 15}})) ==
        "mesh.json#/core/arithmetic/sum_bits: is 15, but one weight takes 16 "
        "(weight_bits + 1 + weight_exponent_max)");
}

TEST_CASE("the membrane can reach every threshold") {
  CHECK(refusal(with("/core", {{"arithmetic", {{"v_bits", 23}}}})) ==
        "mesh.json#/core/arithmetic/v_bits: is 23, but a threshold takes 23 and the sign "
        "(threshold_bits + threshold_shift + 1)");
}

TEST_CASE("a stored synapse has target, weight and delay") {
  spikeloom::CoreSpec core;
  core.neurons = 256;
  core.delay_steps = 15;
  core.arithmetic.weight_bits = 8;
  CHECK(spikeloom::synapse_bits(core) == 8 + 8 + 4);
  core.neurons = 257;
  core.delay_steps = 16;
  CHECK(spikeloom::synapse_bits(core) == 9 + 8 + 5);
  core.neurons = 1;
  CHECK(spikeloom::synapse_bits(core) == 1 + 8 + 5);
}

TEST_CASE("opposite links face each other and every port has its name") {
  CHECK(opposite(Port::East) == Port::West);
  CHECK(opposite(Port::North) == Port::South);
  CHECK(opposite(Port::South) == Port::North);
  CHECK(name_of(Port::East) == "east");
  CHECK(name_of(Port::North) == "north");
  CHECK(name_of(Port::West) == "west");
  CHECK(name_of(Port::South) == "south");
  CHECK(name_of(Port::Core) == "core");
  CHECK(name_of(Port::Io) == "io");
}

TEST_CASE("tiles are numbered row by row from the south-west") {
  const Chip chip = read(smallest());
  CHECK(chip.tile_at({2, 1}) == spikeloom::TileId{5});
  CHECK(chip.position_of(spikeloom::TileId{5}) == spikeloom::TilePosition{2, 1});
}

TEST_CASE("every shipped chip is read, described and has a technology") {
  const auto names = spikeloom::library_names("chips");
  REQUIRE(names.size() >= 2);
  for (const std::string& name : names) {
    CAPTURE(name);
    const std::string file = spikeloom::library_directory() + "/chips/" + name + ".json";
    const Chip chip = spikeloom::read_chip(spikeloom::read_json_file(file), {file, ""});
    CHECK(chip.name == name);
    CHECK_FALSE(chip.description.empty());
    CHECK_FALSE(chip.source.empty());
    CHECK(std::filesystem::exists(chip.technology));
  }
}
