#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
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
  result.width = result.height = result.cores = 1;
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
