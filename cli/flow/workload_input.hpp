#pragma once
// The input of an experiment, read for the network that it drives.

#include "models/experiment/experiment.hpp"
#include "models/network/graph.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// The samples of `experiment.input`, which is set, for an input of shape `input`. Throws
/// InputError.
InputData read_workload_input(const Experiment& experiment, const Shape& input);

}  // namespace spikeloom
