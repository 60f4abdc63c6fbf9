#include "cli/flow/simulator_options.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {

HostOptions read_simulator(const Workload& workload) {
  const Json given = workload.document->value("simulator", Json::object());
  ObjectReader reader(given, JsonPlace{workload.experiment.file, ""} / "simulator");
  HostOptions options;
  options.skip_idle = reader.boolean("skip_idle", true);
  if (reader.has("shuffle_seed"))
    options.shuffle_seed =
        static_cast<std::uint32_t>(reader.unsigned_integer("shuffle_seed", 0, UINT32_MAX));
  reader.finish();
  return options;
}

Json to_json(const HostOptions& options) {
  Json json = {{"skip_idle", options.skip_idle}};
  if (options.shuffle_seed) json["shuffle_seed"] = *options.shuffle_seed;
  return json;
}

}  // namespace spikeloom
