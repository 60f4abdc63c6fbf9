#pragma once
// network + chip -> mapping, as an experiment asks for it.

#include <functional>

#include "cli/flow/workload.hpp"
#include "mapper/mapper.hpp"

namespace spikeloom {

/// Maps the network, or loads the mapping that `mapping.file` names and checks that it is legal.
/// Throws InputError if the experiment has no chip.
MappingResult map_workload(const Workload& workload,
                           const LoweredNetwork& network,
                           const std::function<void(const std::string&, double)>& progress);
/// The `mapping` object with every default filled in.
Json effective_mapping(const Workload& workload);

}  // namespace spikeloom
