#include "cli/noc_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/flow/progress.hpp"
#include "cli/flow/resources.hpp"
#include "cli/print.hpp"
#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/library/library.hpp"
#include "sim/noc/measure.hpp"

namespace spikeloom {
namespace {

constexpr Seed kSeed{1};

// A name without any slash or dot is that of a shipped chip, unless there is such a file.
Chip chip_of(const std::string& given) {
  const bool is_name = given.find_first_of("/.") == std::string::npos;
  if (!is_name || std::filesystem::exists(given))
    return read_chip(read_json_file(given), {given, ""});
  const auto known = library_names("chips");
  if (std::find(known.begin(), known.end(), given) == known.end())
    throw InputError("",
                     "",
                     "there is no shipped chip '" + given +
                         "' and no such file; shipped: " + comma_separated(known));
  const std::string file = library_directory() + "/chips/" + given + ".json";
  return read_chip(read_json_file(file), {file, ""});
}

struct Measured {
  std::vector<noc::Workload> workloads;  // one per pattern
  std::vector<noc::Point> points;        // of each all rates
  std::uint64_t router_cycles = 0;
  double cpu_s = 0;
};

// What cannot be measured is refused before the first run.
std::vector<noc::Workload> workloads_of(const Chip& chip, const NocRequest& request) {
  std::vector<noc::Pattern> patterns;
  for (const std::string& name : request.patterns) patterns.push_back(noc::pattern_of(name));
  for (const double offered : request.offered) noc::check_offered(offered);
  std::vector<noc::Workload> workloads;
  for (const noc::Pattern pattern : patterns) workloads.emplace_back(chip, pattern, kSeed);
  return workloads;
}

Measured measure_all(const Chip& chip, const NocRequest& request) {
  Progress progress;
  Measured measured;
  measured.workloads = workloads_of(chip, request);
  const double begin = cpu_seconds();
  for (const noc::Workload& workload : measured.workloads)
    for (const double offered : request.offered) {
      const std::string stage = fmt::format("{} at {}", noc::name_of(workload.pattern()), offered);
      measured.points.push_back(
          workload.measure(offered, {}, [&](double fraction) { progress.show(stage, fraction); }));
      measured.router_cycles += measured.points.back().router_cycles;
    }
  measured.cpu_s = cpu_seconds() - begin;
  return measured;
}

double cycles_per_second(const Measured& measured) {
  return measured.cpu_s > 0 ? static_cast<double>(measured.router_cycles) / measured.cpu_s : 0;
}

Json deadlock_json(const noc::Workload& workload) {
  const std::string& circle = workload.circle();
  return {{"pattern", noc::name_of(workload.pattern())},
          {"possible", !circle.empty()},
          {"cycle", circle.empty() ? Json() : Json(circle)}};
}

// Of no packet there is no latency.
Json latency_json(const noc::Point& point, double latency) {
  return point.packets == 0 ? Json() : Json(latency);
}

Json to_json(const Measured& measured) {
  Json points = Json::array(), deadlock = Json::array();
  for (const noc::Workload& workload : measured.workloads)
    deadlock.push_back(deadlock_json(workload));
  for (const noc::Point& point : measured.points)
    points.push_back({{"pattern", noc::name_of(point.pattern)},
                      {"offered", point.offered},
                      {"accepted", point.accepted},
                      {"latency_mean", latency_json(point, point.latency_mean)},
                      {"latency_p95", latency_json(point, point.latency_p95)},
                      {"dropped", point.dropped},
                      {"stable", point.stable}});
  return {{"points", points},
          {"deadlock", deadlock},
          {"simulator",
           {{"router_cycles", measured.router_cycles},
            {"cpu_s", measured.cpu_s},
            {"router_cycles_per_cpu_s", cycles_per_second(measured)}}}};
}

// A bar of the mean latency, a mark per two cycles; what leaves the page ends in an arrow.
std::string bar(double latency) {
  constexpr std::size_t kMostMarks = 40;
  const auto marks = static_cast<std::size_t>(std::min(latency / 2, kMostMarks + 1.0));
  return marks > kMostMarks ? std::string(kMostMarks, '#') + ">" : std::string(marks, '#');
}

std::string verdict(const noc::Point& point) {
  if (point.packets == 0) return "no packet";
  if (point.dropped > 0) return "drops";
  return point.stable ? "stable" : "unstable";
}

std::string warnings(const Measured& measured) {
  std::string text;
  for (const noc::Workload& workload : measured.workloads)
    if (!workload.circle().empty())
      text += fmt::format(
          "{}: packets can wait for each other in a circle until the routers drop "
          "them: {}\n",
          noc::name_of(workload.pattern()),
          workload.circle());
  return text;
}

std::string table(const Chip& chip, const Measured& measured) {
  std::string text = fmt::format(
      "{}, {} x {} tiles: packets per node and cycle, cycles from creation to the core\n"
      "{:<15}{:>8}{:>10}{:>9}{:>7}\n",
      chip.name,
      chip.topology.width,
      chip.topology.height,
      "pattern",
      "offered",
      "accepted",
      "mean",
      "p95");
  for (const noc::Point& point : measured.points)
    text += fmt::format("{:<15}{:>8g}{:>10.4f}{:>9.2f}{:>7.0f}  {:<9} {}\n",
                        noc::name_of(point.pattern),
                        point.offered,
                        point.accepted,
                        point.latency_mean,
                        point.latency_p95,
                        verdict(point),
                        bar(point.latency_mean));
  return text + warnings(measured) +
         fmt::format("{:.2f} million router-cycles per CPU second\n",
                     cycles_per_second(measured) / 1e6);
}

}  // namespace

int noc_command(const NocRequest& request, bool as_json) {
  const Chip chip = chip_of(request.chip);
  const Measured measured = measure_all(chip, request);
  print(as_json ? to_json(measured).dump(1) + "\n" : table(chip, measured));
  return kDone;
}

}  // namespace spikeloom
