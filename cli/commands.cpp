#include "cli/commands.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/flow/map_flow.hpp"
#include "cli/flow/progress.hpp"
#include "cli/print.hpp"
#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/experiment/encoder_spec.hpp"
#include "models/library/library.hpp"
#include "models/lowering/netx.hpp"
#include "models/network/nir.hpp"
#include "sim/noc/traffic.hpp"
#include "sim/report/output_directory.hpp"

namespace spikeloom {
namespace {

constexpr const char* kMapFormat = "spikeloom-map/1";  // of result.json beside a mapping.h5

using spikeloom::print;
void print(const Json& json) { print(json.dump(1) + "\n"); }

Json to_json(const MappingResult& result) {
  Json json = spikeloom::to_json(result.quality);
  json["chip"] = result.mapping.chip_name;
  for (const auto& [stage, algorithm] : result.mapping.stages) json["stages"][stage] = algorithm;
  json["warnings"] = result.warnings;
  return json;
}

std::string kind_of(const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension().string();
  if (extension == ".net") return "netx";
  return extension == ".nir" || extension == ".h5" || extension == ".hdf5" ? "network" : "";
}

// A chip without prices is one; a chip whose prices are missing or do not fit it is not.
std::string check_chip(const Json& document, const JsonPlace& place) {
  const Chip chip = read_chip(document, place);
  if (!chip.technology.empty())
    read_technology(read_json_file(chip.technology), {chip.technology, ""}, chip);
  return "a chip";
}

// Validates one file and says what it is. Throws InputError.
std::string check_file(const std::string& file) {
  if (kind_of(file) == "network") return read_nir(file), "a network";
  if (kind_of(file) == "netx")
    return read_netx(file, *load_semantics_preset("loihi", {}).arithmetic), "a network";
  const Json document = read_json_file(file);
  const JsonPlace place{file, ""};
  if (!document.is_object()) place.fail("expected an object");
  const std::string format = document.contains("format") && document["format"].is_string()
                                 ? document["format"].get<std::string>()
                                 : "";
  if (format.starts_with("spikeloom-chip/")) return check_chip(document, place);
  if (format.starts_with("spikeloom-technology/")) {
    const Chip any_chip;
    return read_technology(document, place, any_chip), "a technology";
  }
  if (format.starts_with("spikeloom-semantics/"))
    return read_semantics(document, place), "a semantics preset";
  if (document.contains("network")) {
    const Workload workload = prepare_workload(file, {});
    validate_options(workload);
    return "an experiment";
  }
  place.fail(
      "is no file of ours: expected a network (.nir, .net), an experiment, or a \"format\" of "
      "spikeloom-chip/1, spikeloom-technology/1 or spikeloom-semantics/1");
}

}  // namespace

int run_command(const RunRequest& request, bool as_json) {
  const RunOutcome outcome = run_experiment(request);
  if (as_json)
    print(spikeloom::to_json(outcome.result));
  else
    print(terminal_summary(outcome.result) + "  results      " + outcome.directory + "\n");
  return outcome.result.is_explained() ? kDone : kEnginesDiffer;
}

int golden_command(const GoldenRequest& request, bool as_json) {
  const GoldenOutcome outcome = run_golden(request);
  if (as_json)
    print(spikeloom::to_json(outcome.result));
  else
    print(golden_table(outcome.result) +
          (outcome.directory ? "results: " + *outcome.directory + "\n" : ""));
  return kDone;
}

namespace {

// The progress line is gone before anything is printed.
MappingResult map_with_progress(const Workload& workload) {
  Progress progress;
  const Lowering lowering = lower_workload(workload);
  return map_workload(workload, lowering.network, [&](const std::string& stage, double fraction) {
    progress.show(stage, fraction);
  });
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

int map_command(const RunRequest& request, bool as_json) {
  const Workload workload = prepare_workload(request.experiment, request.overrides);
  validate_options(workload);
  std::optional<OutputDirectory> output;
  if (request.out) output.emplace(*request.out, kMapFormat);
  const MappingResult result = map_with_progress(workload);
  const Json figures = to_json(result);
  if (output) {
    write_mapping(result.mapping, output->file("mapping.h5"));
    output->write("result.json", Json{{"format", kMapFormat}, {"mapping", figures}}.dump(1) + "\n");
    output->publish();
  }
  if (as_json) return print(figures), kDone;
  for (const auto& [name, value] : figures.items())
    print(fmt::format("{:<22} {}\n", name, shown(value)));
  return kDone;
}

int verify_command(const VerifyRequest& request, bool as_json) {
  const VerifyOutcome outcome = verify_experiment(request);
  if (as_json)
    print(outcome.json);
  else
    print(outcome.summary + "  results      " + outcome.directory + "\n");
  return outcome.is_equal ? kDone : kEnginesDiffer;
}

int check_command(const std::vector<std::string>& files, bool as_json) {
  Json list = Json::array();
  bool all_valid = true;
  for (const std::string& file : files) {
    try {
      const std::string kind = check_file(file);
      list.push_back({{"file", file}, {"valid", true}, {"kind", kind}});
      if (!as_json) print(file + ": valid, " + kind + "\n");
    } catch (const InputError& error) {
      all_valid = false;
      list.push_back({{"file", file}, {"valid", false}, {"error", error.what()}});
      std::fputs(fmt::format("spikeloom: {}\n", error.what()).c_str(), stderr);
    }
  }
  if (as_json) print(Json{{"files", list}});
  return all_valid ? kDone : kBadInput;
}

std::vector<std::pair<std::string, std::vector<std::string>>> all_lists() {
  std::vector<std::pair<std::string, std::vector<std::string>>> lists = {
      {"chips", library_names("chips")},
      {"encoders", encoder_names()},
      {"experiments", library_names("experiments")},
      {"inputs", input_names()},
      {"patterns", noc::pattern_names()},
      {"semantics", library_names("semantics")},
      {"technologies", library_names("technologies")}};
  for (auto& list : mapper_algorithms()) lists.push_back(std::move(list));
  return lists;
}

int list_command(const std::string& kind, bool as_json) {
  std::vector<std::string> known;
  for (const auto& [name, entries] : all_lists()) {
    known.push_back(name);
    if (name != kind) continue;
    if (as_json) return print(Json{{kind, entries}}), kDone;
    for (const std::string& entry : entries) print(entry + "\n");
    return kDone;
  }
  throw InputError(
      "", "", "list: there is no kind '" + kind + "'; known: " + comma_separated(known));
}

}  // namespace spikeloom
