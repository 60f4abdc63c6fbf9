#include "cli/flow/map_flow.hpp"

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/mapping/check_belongs.hpp"

namespace spikeloom {
namespace {

struct MappingChoice {
  std::optional<std::string> file;
  MapperOptions options;
};

MappingChoice read_choice(const Workload& workload) {
  Json given = workload.document->value("mapping", Json::object());
  const JsonPlace place = JsonPlace{workload.experiment.file, ""} / "mapping";
  MappingChoice choice;
  if (given.is_object() && given.contains("file")) {
    ObjectReader reader(given, place);
    choice.file = reader.string("file");
    if (given.size() > 1) reader.fail("", "names a file and algorithms; only one of them applies");
    reader.finish();
  } else {
    choice.options = read_mapper_options(given, place);
  }
  return choice;
}

MappingResult load(const std::string& file, const Chip& chip, const LoweredNetwork& network) {
  MappingResult result;
  result.mapping = read_mapping(file, chip);
  check_belongs(result.mapping, network, file);
  result.quality = measure_quality(result.mapping, chip);
  result.warnings = deadlock_warnings(result.quality);
  return result;
}

}  // namespace

MappingResult map_workload(const Workload& workload,
                           const LoweredNetwork& network,
                           const std::function<void(const std::string&, double)>& progress) {
  if (!workload.experiment.chip)
    throw InputError(workload.experiment.file, "/chip", "required field is missing");
  const MappingChoice choice = read_choice(workload);
  if (choice.file) return load(*choice.file, *workload.experiment.chip, network);
  return map_network(network,
                     *workload.experiment.chip,
                     choice.options,
                     workload.experiment.seed,
                     workload.network_file(),
                     progress);
}

Json effective_mapping(const Workload& workload) {
  const MappingChoice choice = read_choice(workload);
  if (choice.file) return {{"file", *choice.file}};
  return to_json(choice.options);
}

}  // namespace spikeloom
