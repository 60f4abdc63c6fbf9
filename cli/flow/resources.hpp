#pragma once
// Time and memory that this process has used, and those it started that have ended.

#include <cstdint>

namespace spikeloom {

double cpu_seconds();                 ///< user and system time
double wall_seconds();                ///< monotonic clock
std::uint64_t peak_resident_bytes();  ///< of the largest of them

}  // namespace spikeloom
