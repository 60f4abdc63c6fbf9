#pragma once
// The independent checker of mappings. It shares no code with the mapper: it walks packets through
// the tables as the hardware would.

#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// What a mapping must be for the hardware to load it: capacities, field widths, lanes, rows inside
/// memory, keys unambiguous (no two sources share a key; axon entries of a core do not overlap),
/// and every packet's walk free of loops, dead ends and cores that do not know its key.
/// Throws InputError(file, place, ...) where `file` names the mapping.
void check_legal(const Mapping& mapping, const Chip& chip, const std::string& file);

/// Every synapse of the network is reached exactly once, with its delay and weight, and nothing
/// else is; every neuron is placed exactly once with its parameters. A mapper that fails this has a
/// bug (InternalError naming the first offender).
void check_equivalent(const Mapping& mapping, const Chip& chip, const LoweredNetwork& network);

}  // namespace spikeloom
