#pragma once
// Recurrent random networks, generated directly in integers: load and oracle food of any size.

#include "models/base/random.hpp"
#include "models/base/units.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// `{"neurons", "fan_out", "delay_steps": [1, 15], "rate_hz", "inhibitory_fraction", "saturating"}`
struct RandomNetworkSpec {
  std::uint32_t neurons = 0;
  std::uint32_t fan_out = 0;
  std::uint32_t delay_min = 1, delay_max = 15;
  /// Target mean rate, 0: silent; the run reports the measured one. Neurons so slow that their bias
  /// rounds to 0 are silent too. Saturating networks fire as they will.
  double rate_hz = 20.0;
  double inhibitory_fraction = 0.2;  ///< of the neurons; their weights are negative
  bool saturating = false;  ///< weights and leaks so large that u, v and sums overflow often
};
RandomNetworkSpec read_random_network(const Json& object, const JsonPlace& place);
Json to_json(const RandomNetworkSpec& spec);

/// One population "neurons" that drives itself through per-neuron biases. Targets are drawn with
/// replacement, never the source itself; no weight is zero. The same for a (spec, seed) everywhere.
/// Refuses rates above half a spike per step; `place` is where `spec` was read, for the refusal.
LoweredNetwork random_network(const RandomNetworkSpec& spec,
                              Seconds dt,
                              const Arithmetic& arithmetic,
                              Seed seed,
                              const JsonPlace& place = {});

}  // namespace spikeloom
