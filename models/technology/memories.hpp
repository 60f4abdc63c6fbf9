#pragma once
// The memories of a chip as a price or an area needs them: how much they hold, how wide they are.

#include <cstdint>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"

namespace spikeloom {

struct Memory {
  std::uint64_t capacity_bytes;  ///< rounded up
  std::uint32_t width_bits;      ///< moved by one access
};

/// "synaptic", "kernel", "ring", "state", "state_write", "profiles", "axon_table", "row_table",
/// "route_table" and "queue". `state_write` is the part of `state` that a step changes.
const std::vector<std::string>& memory_names();

/// The memory `name` of one tile. Throws InternalError if there is none of that name.
Memory memory_of(const Chip& chip, const std::string& name);

}  // namespace spikeloom
