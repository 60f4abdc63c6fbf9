#pragma once
// Time and memory that this process has used.

#include <cstdint>

namespace spikeloom {

double cpu_seconds();   ///< user and system time of the process
double wall_seconds();  ///< monotonic clock
std::uint64_t peak_resident_bytes();

}  // namespace spikeloom
