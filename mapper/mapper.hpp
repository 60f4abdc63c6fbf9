#pragma once
// network + chip -> mapping. Knows no simulator.

#include <functional>
#include <string>
#include <vector>

#include "models/base/random.hpp"
#include "models/mapping/mapping.hpp"
#include "models/mapping/mapping_quality.hpp"

namespace spikeloom {

struct MapperOptions {
  std::string partitioner, placer, router, table_minimizer;  ///< names from the visible lists
};
/// The `mapping` object of an experiment: `{"partitioner", "placer", "router", "tables"}`, each
/// with the better algorithm as default. Unknown names are refused with the list of known ones.
MapperOptions read_mapper_options(const Json& object, const JsonPlace& place);
Json to_json(const MapperOptions& options);

struct MappingResult {
  Mapping mapping;
  MappingQuality quality;
  std::vector<std::string>
      warnings;  ///< such as "hidden2: a sum may need 19 bits, the ring has 18"
};

/// Runs the stages in order and the checker after them. What cannot fit is refused, naming
/// resource, need and limit (InputError at `network_place`). `progress` is told stage and fraction.
MappingResult map_network(const LoweredNetwork& network,
                          const Chip& chip,
                          const MapperOptions& options,
                          Seed seed,
                          const std::string& network_file,
                          const std::function<void(const std::string&, double)>& progress = {});

/// The names of each stage's algorithms, best first: kind ("partitioners", ...) -> names.
std::vector<std::pair<std::string, std::vector<std::string>>> mapper_algorithms();

}  // namespace spikeloom
