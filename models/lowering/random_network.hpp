#pragma once
// Recurrent random networks, generated directly in integers: load and oracle food of any size.

#include "models/lowering/generated_network.hpp"

namespace spikeloom {

/// `{"neurons", "fan_out", "delay_steps": [1, 15], "rate_hz", "inhibitory_fraction", "saturating"}`
struct RandomNetworkSpec : GeneratedNetworkSpec {
  std::uint32_t neurons = 0;
  /// Weights and leaks so large that u, v and sums overflow often; neurons fire as they will.
  bool saturating = false;
};
RandomNetworkSpec read_random_network(const Json& object, const JsonPlace& place);
Json to_json(const RandomNetworkSpec& spec);

/// One population "neurons" that drives itself through per-neuron biases. Targets are drawn from
/// all neurons with replacement, never the source itself; no weight is zero. The same for a (spec,
/// seed) everywhere. Refuses rates above half a spike per step; `place` is where `spec` was read,
/// for the refusal.
LoweredNetwork random_network(const RandomNetworkSpec& spec,
                              Seconds dt,
                              const Arithmetic& arithmetic,
                              Seed seed,
                              const JsonPlace& place = {});

}  // namespace spikeloom
