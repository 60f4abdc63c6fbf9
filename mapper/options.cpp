#include <nlohmann/json.hpp>

#include "mapper/mapper.hpp"
#include "mapper/partition/partitioner.hpp"
#include "mapper/place/placer.hpp"
#include "mapper/route/router.hpp"
#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {

MapperOptions read_mapper_options(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  const auto choose = [&](const std::string& key, const std::vector<std::string>& names) {
    return reader.word(key, names, names.front());
  };
  MapperOptions options;
  options.partitioner = choose("partitioner", names_of(partitioners()));
  options.placer = choose("placer", names_of(placers()));
  options.router = choose("router", router_names());
  options.table_minimizer = choose("tables", names_of(table_minimizers()));
  reader.finish();
  return options;
}

Json to_json(const MapperOptions& options) {
  return {{"partitioner", options.partitioner},
          {"placer", options.placer},
          {"router", options.router},
          {"tables", options.table_minimizer}};
}

std::vector<std::pair<std::string, std::vector<std::string>>> mapper_algorithms() {
  return {{"partitioners", names_of(partitioners())},
          {"placers", names_of(placers())},
          {"routers", router_names()},
          {"tables", names_of(table_minimizers())}};
}

}  // namespace spikeloom
