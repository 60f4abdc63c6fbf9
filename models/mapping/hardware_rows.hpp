#pragma once
// The receiving half of a core as its configuration bus loads it: axon table, row pointers and
// synaptic words. docs/developer/rtl.md has the table.

#include <vector>

#include "models/mapping/configuration_write.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// All that a digital core's rows need, in the order of the bus. Dense words stand behind the
/// sparse ones. The core has no convolutions.
std::vector<ConfigurationWrite> hardware_rows(const CoreImage& core, const CoreSpec& spec);

/// A router's table, in order of priority.
std::vector<ConfigurationWrite> hardware_routes(const std::vector<RouteEntry>& table);

}  // namespace spikeloom
