#pragma once
// Parts of the report page, as HTML.

#include <string>

#include "sim/report/run_result.hpp"

namespace spikeloom {

/// How many mismatches each cause explains, and what it means; empty without mismatches.
std::string causes_section(const RunResult& result);
/// How long steps took, what ticks did to them, and what loading the mapping took.
std::string time_section(const RunResult& result);
/// Packets and what became of them, the busiest links, the fullest queues, the chip's ports.
std::string traffic_section(const RunResult& result);

}  // namespace spikeloom
