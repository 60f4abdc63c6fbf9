#pragma once
// Instantaneous edges become one step each; skip connections stay aligned.

#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// Gives every population its start s(p), the longest path from the inputs (least s >= 0 with
/// s(q) >= s(p) + 1 - d for all synapses), and adds s(target) - s(source) to every delay d, which
/// may be 0 before and is at least 1 after. Sets max_delay and deepest_start. Refuses (InputError
/// with `origin`) cycles with fewer delay steps than edges, naming their populations, and delays
/// beyond 255 steps.
void retime(LoweredNetwork& network, const std::string& origin);

}  // namespace spikeloom
