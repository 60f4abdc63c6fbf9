#pragma once
// The least a mapping must be for the simulator to load it safely. Whether it is a legal mapping
// (keys, walks, capacities) is check_legal's question (models/mapping).

#include "models/mapping/mapping.hpp"

namespace spikeloom::chip_sim {

/// Shapes, indices and field ranges. Throws InputError that names the offender.
void check_loadable(const Mapping& mapping, const Chip& chip);

}  // namespace spikeloom::chip_sim
