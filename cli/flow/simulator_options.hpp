#pragma once
// The `simulator` object of an experiment: how to simulate, which changes no number.

#include "cli/flow/workload.hpp"
#include "sim/chip/chip_simulator.hpp"

namespace spikeloom {

/// Throws InputError.
HostOptions read_simulator(const Workload& workload);
/// The object with every default filled in.
Json to_json(const HostOptions& options);

}  // namespace spikeloom
