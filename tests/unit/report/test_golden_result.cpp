#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/report/golden_result.hpp"
#include "sim/report/text.hpp"

using namespace spikeloom;

namespace {

GoldenRun run_of(const std::string& name, std::uint64_t spikes) {
  GoldenRun run;
  run.name = name;
  run.summary = {0.25, {5, spikes}, {true, false}, NeurobenchFigures{}};
  return run;
}

GoldenResult result_of(std::size_t runs) {
  GoldenResult result;
  result.experiment = "{}";
  result.name = "test";
  result.engine = "float";
  result.samples = 4;
  result.population_names = {"in", "a/very/long/path/of/nested/graphs/that/never/ends/out"};
  for (std::size_t i = 0; i < runs; ++i)
    result.runs.push_back(run_of("convention_with_a_long_name_" + std::to_string(i), 10 + 5 * i));
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("long names and many conventions keep the table in 100 columns") {
  GoldenResult result = result_of(9);
  const SampleTrace none, one{{{3, PopulationId{1}, 7, 2}}, {}};
  result.runs[1].differences.add(2, none, one);
  const std::string text = golden_table(result);
  for (const std::string& line : lines_of(text)) CHECK_MESSAGE(line.size() <= 100, line);
  const auto blocks = lines_of(text);
  CHECK(std::count_if(blocks.begin(), blocks.end(), [](const std::string& line) {
          return line.starts_with("semantics ");
        }) == 3);
}

TEST_CASE("the ratio is to the first convention, in every block") {
  const std::string text = golden_table(result_of(6));
  CHECK(text.find("1.000              1.500              2.000              2.500\n") !=
        std::string::npos);
  CHECK(text.find("  ratio to the first                  3.000              3.500\n") !=
        std::string::npos);
}

TEST_CASE("a difference is told with its place and both values") {
  GoldenResult result = result_of(2);
  result.population_names[1] = "out";
  result.runs[0].name = "a";
  result.runs[1].name = "b";
  result.runs[1].differences.add(2, {}, {{{3, PopulationId{1}, 7, 2}}, {}});
  CHECK(golden_table(result).find("b differs from a 1 times, first in sample 2, step 3, out neuron "
                                  "7: spikes 0 in a, 2 in b\n") != std::string::npos);
  const Json run = to_json(result)["runs"][1];
  CHECK(run["differences"] == 1);
  CHECK(run["first_difference"] == Json{{"sample", 2},
                                        {"step", 3},
                                        {"population", "out"},
                                        {"neuron", 7},
                                        {"quantity", "spikes"},
                                        {"first_run", 0.0},
                                        {"this_run", 2.0}});
  CHECK(to_json(result)["runs"][0]["first_difference"].is_null());
}

TEST_CASE("the name of a convention is fit for a file's name") {
  CHECK(convention_label("snntorch") == "snntorch");
  CHECK(convention_label("snntorch (changed)") == "snntorch__changed_");
  CHECK(convention_label("../a b/c") == "_._a_b_c");
  CHECK(convention_label("") == "_");
}

TEST_CASE("shortened text keeps its ends and whole characters") {
  CHECK(shortened("hidden1", 8) == "hidden1");
  CHECK(shortened("0123456789", 8) == "012..789");
  CHECK(shortened("aä3456789ö", 8) == "aä..9ö");
}
