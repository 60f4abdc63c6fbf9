#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "sim/report/run_result.hpp"
#include "sim/report/si_format.hpp"
#include "sim/report/text.hpp"

using namespace spikeloom;

namespace {

RunResult small_result() {
  RunResult result;
  result.experiment = R"({"name": "a <b> & 'c'"})";
  result.name = "a <b> & 'c'";
  result.chip_name = "test chip";
  result.seed = 3;
  result.samples = 2;
  result.population_names = {"in", "out"};
  result.integer_engine = {0.5, {10, 4}, {true, false}};
  result.chip_engine = result.integer_engine;
  result.energy.rows = {{"synaptic_operation", "core", 3, Picojoules(2.0), Joules(6e-12), "source"},
                        {"leakage", "static", 7, Picojoules(1.0), Joules(7e-12), "other"}};
  result.energy.total = Joules(13e-12);
  result.tiles = {{{0, 0}, 5, "out", Joules(1e-9), 2, 1}};
  result.cores = 1;
  result.readouts = {{0, 1U, "chip", 0, {2, 1}}, {1, std::nullopt, "chip", 1, {0, 1}}};
  return result;
}

RunResult differing_result() {
  RunResult result = small_result();
  SampleTrace golden, chip;
  golden.spikes = {{4, PopulationId{1}, 9, 1}};
  result.comparison.add(1, golden, chip);
  return result;
}

/// Nothing happened on a chip of this shape.
RunResult result_on(const Topology& topology) {
  RunResult result = small_result();
  result.topology = topology;
  result.latency.cycles = 100;
  result.tiles.clear();
  for (std::uint32_t t = 0; t < topology.tile_count(); ++t)
    result.tiles.push_back({topology.position_of(TileId{t}), 0, "", Joules(0), 0, 0});
  return result;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

/// Lines of links; they alone have a digit behind the point of their start.
std::size_t drawn_lanes(const std::string& picture) {
  const std::regex lane(R"(M[0-9]+\.[0-9] [0-9]+\.[0-9]l)");
  return static_cast<std::size_t>(std::distance(
      std::sregex_iterator(picture.begin(), picture.end(), lane), std::sregex_iterator()));
}

std::size_t longest_line(const std::string& text) {
  std::istringstream stream(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(stream, line);) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

TEST_CASE("result.json has every part of its format") {
  const Json json = to_json(small_result());
  CHECK(json["format"] == "spikeloom-result/1");
  for (const char* key : {"spikeloom_version",
                          "experiment",
                          "seed",
                          "accuracy",
                          "spikes",
                          "mapping",
                          "latency",
                          "energy",
                          "traffic",
                          "simulator"})
    CHECK_MESSAGE(json.contains(key), key);
  CHECK(json["accuracy"]["float"].is_null());
  CHECK(json["accuracy"]["chip"] == 0.5);
  CHECK(json["spikes"]["chip"] == 4);
  CHECK(json["spikes"]["mismatched"] == 0);
  CHECK(json["spikes"]["first_mismatch"].is_null());
  CHECK(json["energy"]["by_action"]["leakage"]["j"] == 7e-12);
  CHECK(json["energy"]["per_sample_j"] == 6.5e-12);
}

TEST_CASE("a mismatch is named in every form of the result") {
  const RunResult result = differing_result();
  CHECK_FALSE(result.is_explained());
  const Json json = to_json(result);
  CHECK(json["spikes"]["by_cause"]["unexplained"] == 1);
  CHECK(json["spikes"]["first_mismatch"]["population"] == "out");
  CHECK(json["spikes"]["first_mismatch"]["step"] == 4);
  CHECK(terminal_summary(result).find("sample 1, step 4") != std::string::npos);
  CHECK(html_report(result).find("sample 1, step 4, out neuron 9") != std::string::npos);
}

TEST_CASE("mismatches that all have a cause are told with it and with what happened") {
  struct LateSpikes : CauseSource {
    std::string cause_of(const Difference&) const override { return "late"; }
    std::string explain(const Difference&) const override { return "step 4: a <spike> was late"; }
  };
  RunResult result = small_result();
  SampleTrace golden;
  golden.spikes = {{4, PopulationId{1}, 9, 1}};
  const LateSpikes causes;
  result.comparison.add(1, golden, {}, &causes);
  CHECK(result.is_explained());
  const Json spikes = to_json(result)["spikes"];
  CHECK(spikes["by_cause"]["late"] == 1);
  CHECK(spikes["by_cause"]["unexplained"] == 0);
  CHECK(spikes["first_mismatch"]["explanation"] == "step 4: a <spike> was late");
  const std::string text = terminal_summary(result);
  CHECK(text.find("chip differs from integer golden: 1 mismatches; the first in sample 1") !=
        std::string::npos);
  CHECK(text.find("  causes       late 1\n  first        sample 1, step 4: a <spike> was late\n") !=
        std::string::npos);
  CHECK(html_report(result).find("<p>Sample 1, step 4: a &lt;spike&gt; was late.</p>") !=
        std::string::npos);
}

TEST_CASE("ticks are told in every form of the result, and barriers have none") {
  RunResult result = small_result();
  CHECK(to_json(result)["latency"]["utilization"].is_null());
  CHECK(to_json(result)["latency"]["overruns"] == 0);
  result.real_time = RealTimeFigures{500, 2, 7, 1, 100, 300, 415};
  const Json json = to_json(result);
  CHECK(json["latency"]["tick_cycles"] == 500);
  CHECK(json["latency"]["overruns"] == 2);
  CHECK(json["latency"]["busy_cycles"] == Json{{"p50", 100}, {"p95", 300}, {"max", 415}});
  CHECK(json["latency"]["utilization"] == 0.83);
  CHECK(json["traffic"]["late"] == 7);
  CHECK(json["traffic"]["early"] == 1);
  const std::string words =
      "ticks of 500 cycles, of which the busiest step took 83 %; 2 overruns, 7 late packets";
  CHECK(terminal_summary(result).find("  real time    " + words + "\n") != std::string::npos);
  CHECK(html_report(result).find("Real time: " + words) != std::string::npos);
}

TEST_CASE("what NeuroBench counts is shown as means over samples") {
  RunResult result = small_result();
  NeurobenchFigures figures;
  figures.samples = 2;
  figures.size = {10, 8, 2, 80, 41};
  figures.operations = {200, 30, 50};
  figures.membrane_updates = 7;
  figures.activations = 40;
  figures.zero_activations = 30;
  result.integer_engine.neurobench = figures;
  const Json json = to_json(result)["neurobench"];
  CHECK(json["float"].is_null());
  CHECK(json["integer"] ==
        Json{{"footprint_bytes", 16},
             {"parameter_bytes", 10},
             {"parameter_count", 10},
             {"connection_sparsity", 0.25},
             {"activation_sparsity", 0.75},
             {"synaptic_operations",
              {{"dense", 100.0}, {"effective_macs", 15.0}, {"effective_acs", 25.0}}},
             {"membrane_updates", 3.5}});
  CHECK(terminal_summary(result).find(
            "  neurobench   16 B; 25 ACs, 15 MACs of 100 dense a sample; activation sparsity 75.00 "
            "%\n") != std::string::npos);
  CHECK(html_report(result).find(
            "<tr><td>effective ACs a sample</td><td>&ndash;</td><td>25</td>") != std::string::npos);
}

TEST_CASE("what quantization lost is told layer by layer") {
  RunResult result = small_result();
  QuantizationLoss first, second;
  first.population = "hidden";
  first.weight_rms_error = 0.004;
  second.population = "out";
  second.weight_rms_error = 0.0123;
  result.quantization = {first, second};
  CHECK(terminal_summary(result).find(
            "  quantized    weights off by (rms) hidden 0.40 %, out 1.23 %\n") !=
        std::string::npos);
}

TEST_CASE("a state that is not finite is named with its place") {
  const std::vector<std::string> names = {"in", "out"};
  CHECK(non_finite_words({3, 7, PopulationId{1}, 9}, names, 10) ==
        "v of out neuron 9 is not finite from sample 3, step 7 on");
  CHECK(non_finite_words({0, 27, PopulationId{1}, 9}, names, 10) ==
        "v of out neuron 9 is not finite from sample 2, step 7 on");
}

TEST_CASE("what did not fit its integers is told, what did fit is not") {
  CHECK(overflow_words({}).empty());
  CHECK(overflow_words({7, 0, 3}) ==
        std::vector<std::string>{"0 synaptic currents and 3 potentials did not fit their integers",
                                 "7 synaptic sums did not fit the delay ring and wrapped"});
  CHECK(
      overflow_words({.spikes = 5}) ==
      std::vector<std::string>{"5 times a neuron held spikes back, because its chip or convention "
                               "allows no more a step"});
}

TEST_CASE("unlabelled runs have no accuracy") {
  RunResult result = small_result();
  result.chip_engine.accuracy.reset();
  CHECK(to_json(result)["accuracy"].is_null());
  CHECK(terminal_summary(result).find("accuracy") == std::string::npos);
}

TEST_CASE("the terminal summary keeps to 100 columns") {
  RunResult result = differing_result();
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  result.warnings = {words};
  result.energy.definition = words;
  CHECK(longest_line(terminal_summary(result)) <= 100);
}

TEST_CASE("the page tells what packets and steps did") {
  RunResult result = small_result();
  result.latency.cycles = 1000;
  result.latency.reset_cycles = 40;
  result.configuration = {12, 34, Seconds(5e-6), std::nullopt};
  result.traffic.packets = 901;
  result.traffic.detoured = 902;
  result.traffic.dropped = 903;
  result.traffic.reinjected = 904;
  result.traffic.lost = 905;
  result.traffic.ports = {{{0, 0}, 906, 907}};
  result.queue_packets = 8;
  result.tiles[0].worst_queue = 7;
  result.tiles[0].links[index_of(Port::NorthEast)] = {250, 500, 60, 0, 0};
  const std::string page = html_report(result);
  for (const char* row : {"<td>packets</td><td>901</td>",
                          "<td>detoured</td><td>902</td>",
                          "<td>dropped</td><td>903</td>",
                          "<td>sent again</td><td>904</td>",
                          "<td>lost</td><td>905</td>",
                          "<td>(0, 0) north_east</td><td>250</td><td>0.25</td><td>50.00 %</td>"
                          "<td>60</td>",
                          "<td>(0, 0)</td><td>7 of 8</td>",
                          "<td>(0, 0)</td><td>906</td><td>907</td>",
                          "<td>resets</td><td>40 cycles</td>",
                          "<td>loading</td><td>34 cycles</td><td>12 words of the mapping before "
                          "the run, 5 us, energy not priced"})
    CHECK_MESSAGE(page.find(row) != std::string::npos, row);
  CHECK(page.find("<td>late</td>") == std::string::npos);
  result.real_time = RealTimeFigures{500, 2, 7, 1, 100, 300, 415};
  const std::string ticks = html_report(result);
  for (const char* row : {"<td>late</td><td>7</td>",
                          "<td>early</td><td>1</td>",
                          "<td>overruns</td><td>2</td>",
                          "<td>busy</td><td>100 / 300 / 415</td>",
                          "<td>utilization</td><td>83.0 %</td>"})
    CHECK_MESSAGE(ticks.find(row) != std::string::npos, row);
}

TEST_CASE("only the five busiest links and fullest queues are listed, the busiest first") {
  RunResult result = result_on({TopologyKind::Mesh, 7, 1});
  for (std::uint32_t x = 0; x < 7; ++x) {
    result.tiles[x].worst_queue = x + 1;
    result.tiles[x].links[index_of(Port::West)] = {10, 10 + x, 0, 0, 0};
  }
  const std::string page = html_report(result);
  CHECK(page.find("(6, 0) west") < page.find("(5, 0) west"));
  CHECK(page.find("(2, 0) west") != std::string::npos);
  CHECK(page.find("(1, 0) west") == std::string::npos);
  CHECK(page.find("<td>(2, 0)</td><td>3 of") != std::string::npos);
  CHECK(page.find("<td>(1, 0)</td><td>2 of") == std::string::npos);
}

TEST_CASE("result.json lists the ports, and the links that a packet used or wanted") {
  RunResult result = small_result();
  result.traffic.ports = {{{0, 0}, 3, 4}};
  result.traffic.worst_link_busy = 0.25;
  result.tiles[0].links[index_of(Port::North)] = {5, 6, 7, 8, 9};
  result.tiles[0].links[index_of(Port::South)].dropped = 1;
  const Json json = to_json(result);
  CHECK(json["traffic"]["worst_link_busy"] == 0.25);
  CHECK(json["traffic"]["ports"] ==
        Json::parse(R"([{"x": 0, "y": 0, "packets_in": 3, "packets_out": 4}])"));
  const Json& links = json["tiles"][0]["links"];
  CHECK(links.size() == 2);
  CHECK(links["north"] == Json{{"packets", 5},
                               {"busy_cycles", 6},
                               {"starved_cycles", 7},
                               {"detoured", 8},
                               {"dropped", 9}});
}

TEST_CASE("the picture draws a lane per link and direction, where the topology has one") {
  // 3 x 3: rows and columns 12 links, diagonals 4, wrap-arounds 3 an axis and 5 diagonals.
  const std::vector<std::pair<TopologyKind, std::size_t>> cases = {
      {TopologyKind::Mesh, 2 * 12},
      {TopologyKind::Torus, 2 * 18},
      {TopologyKind::TriangularMesh, 2 * 16},
      {TopologyKind::TriangularTorus, 2 * 27}};
  for (const auto& [kind, lanes] : cases) {
    CAPTURE(name_of(kind));
    CHECK(drawn_lanes(chip_picture(result_on({kind, 3, 3}))) == lanes);
  }
}

TEST_CASE("lanes lie between their tiles, wrap-arounds end beside the rim") {
  // Tiles are 54 wide and 26 apart: the first begins at 31.2 and ends at 85.2.
  RunResult result = result_on({TopologyKind::Mesh, 2, 1});
  const std::string mesh = chip_picture(result);
  CHECK(mesh.find("M85.2 89.5l26.0 0.0") != std::string::npos);    // east, on the lower lane
  CHECK(mesh.find("M111.2 81.5l-26.0 0.0") != std::string::npos);  // west, on the upper one
  const std::string torus = chip_picture(result_on({TopologyKind::Torus, 3, 1}));
  CHECK(torus.find("M31.2 81.5l-18.2 0.0") != std::string::npos);  // west of the first column
  CHECK(torus.find("M245.2 89.5l18.2 0.0") != std::string::npos);  // east of the last one
  const std::string diagonal = chip_picture(result_on({TopologyKind::TriangularMesh, 2, 2}));
  CHECK(diagonal.find("l26.0 -26.0") != std::string::npos);  // north is up
  CHECK(diagonal.find("l-26.0 26.0") != std::string::npos);
}

TEST_CASE("the busiest link has the darkest colour, idle ones are grey") {
  RunResult result = result_on({TopologyKind::Mesh, 2, 1});
  result.latency.cycles = 100;
  result.traffic.worst_link_busy = 0.5;
  result.tiles[0].links[index_of(Port::East)] = {50, 50, 0, 0, 0};
  const std::string picture = chip_picture(result);
  CHECK(picture.find("stroke='#8c0a14' stroke-width='4' d='M85.2 89.5l26.0 0.0'") !=
        std::string::npos);
  CHECK(picture.find("stroke='#ccd3df' stroke-width='2' d='M111.2 81.5l-26.0 0.0'") !=
        std::string::npos);
  CHECK(picture.find("; sent east 50</title>") != std::string::npos);
  CHECK(picture.find("link: busy up to 50 % of the time") != std::string::npos);
}

TEST_CASE("dead tiles and links are marked, chips of a board are framed") {
  Topology topology{TopologyKind::Mesh, 4, 2};
  topology.chip_width = 2;
  topology.chip_height = 2;
  CHECK(count(chip_picture(result_on(topology)), "rx='8'") == 2);
  topology.chip_width = topology.chip_height = 0;
  CHECK(count(chip_picture(result_on(topology)), "rx='8'") == 0);
  topology.dead_tiles = {{0, 0}};
  topology.dead_links = {{{2, 0}, Port::East}};
  const std::string picture = chip_picture(result_on(topology));
  CHECK(picture.find("<title>tile (0, 0): dead</title>") != std::string::npos);
  CHECK(count(picture, "m0 ") == 2);               // crosses
  CHECK(drawn_lanes(picture) == 2 * (6 + 4 - 3));  // without the dead ones
}

TEST_CASE("pictures of large chips stay small and carry no labels") {
  RunResult result = result_on({TopologyKind::TriangularTorus, 64, 64});
  for (TileFigures& tile : result.tiles) {
    tile.neurons = 256;
    tile.populations = std::string(1000, 'p');
    for (LinkActivity& link : tile.links) link = {1000000, 1000000, 0, 0, 0};
  }
  const std::string picture = chip_picture(result);
  CHECK(picture.size() < 2'500'000);
  CHECK(picture.find("text-anchor='middle'") == std::string::npos);
}

TEST_CASE("names are escaped in the page, which needs no network") {
  const std::string page = html_report(small_result());
  CHECK(page.find("a &lt;b&gt; &amp; &#39;c&#39;") != std::string::npos);
  CHECK(page.find("<b> &") == std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("href=") == std::string::npos);
}

TEST_CASE("names cannot break the picture, the CSV or the terminal") {
  RunResult result = small_result();
  result.tiles[0].populations = "<script>";
  result.name = "red\033[31m";
  CHECK(chip_picture(result).find("<script>") == std::string::npos);
  CHECK(chip_picture(result).find("&lt;script&gt;") != std::string::npos);
  CHECK(terminal_summary(result).find('\033') == std::string::npos);
  CHECK(csv_field("n,\"x\"\n=A1") == "\"n,\"\"x\"\"\n=A1\"");
  CHECK(csv_field("hidden1") == "hidden1");
}

TEST_CASE("samples.csv has a line per sample and engine") {
  CHECK(samples_csv(small_result().readouts) ==
        "sample,label,engine,predicted,count_0,count_1\n0,1,chip,0,2,1\n1,,chip,1,0,1\n");
}

TEST_CASE("numbers carry SI prefixes") {
  CHECK(si(0.0, "J") == "0 J");
  CHECK(si(1.5e-12, "J") == "1.5 pJ");
  CHECK(si(3.21049e-6, "J") == "3.21 uJ");
  CHECK(si(999.9, "s") == "999.9 s");
  CHECK(si(2.5e9, "Hz") == "2.5 GHz");
}
