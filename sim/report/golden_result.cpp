// result.json of the references.

#include "sim/report/golden_result.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

Json by_population(const GoldenResult& r, const GoldenRun& run) {
  Json list = Json::array();
  for (std::size_t p = 0; p < r.population_names.size(); ++p)
    list.push_back({{"population", r.population_names[p]}, {"spikes", run.summary.spikes[p]}});
  return list;
}

Json first_difference(const GoldenResult& r, const GoldenRun& run) {
  const auto& first = run.differences.first();
  if (!first) return nullptr;
  return {{"sample", first->sample},
          {"step", first->step},
          {"population", r.population_names[index_of(first->population)]},
          {"neuron", first->neuron},
          {"quantity", first->quantity},
          {"first_run", first->expected},
          {"this_run", first->found}};
}

Json to_json(const GoldenResult& r, const GoldenRun& run) {
  const auto& [sum, u, v, spikes] = run.overflows;
  return {{"semantics", run.name},
          {"convention", run.semantics.empty() ? Json(nullptr) : Json::parse(run.semantics)},
          {"accuracy", run.summary.accuracy ? Json(*run.summary.accuracy) : Json(nullptr)},
          {"spikes", run.summary.total_spikes()},
          {"by_population", by_population(r, run)},
          {"neurobench", run.summary.neurobench ? to_json(*run.summary.neurobench) : Json(nullptr)},
          {"differences", run.differences.mismatched()},
          {"first_difference", first_difference(r, run)},
          {"quantization", to_json(run.quantization)},
          {"overflows", {{"sum", sum}, {"u", u}, {"v", v}, {"spikes", spikes}}}};
}

}  // namespace

std::string convention_label(const std::string& name) {
  std::string label = name.empty() ? "_" : name;
  for (char& c : label)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.')
      c = '_';
  if (label.front() == '.') label.front() = '_';
  return label;
}

Json to_json(const GoldenResult& r) {
  Json runs = Json::array();
  for (const GoldenRun& run : r.runs) runs.push_back(to_json(r, run));
  return {{"format", "spikeloom-golden/1"},
          {"spikeloom_version", SPIKELOOM_VERSION},
          {"name", r.name},
          {"experiment", Json::parse(r.experiment)},
          {"seed", r.seed},
          {"engine", r.engine},
          {"samples", r.samples},
          {"steps", r.steps},
          {"runs", runs},
          {"simulator",
           {{"wall_s", r.wall_s}, {"cpu_s", r.cpu_s}, {"peak_rss_bytes", r.peak_rss_bytes}}},
          {"warnings", r.warnings}};
}

}  // namespace spikeloom
