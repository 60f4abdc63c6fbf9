#pragma once
// Recurrent networks on a grid whose neurons reach their neighbours only, as cortical sheets do: a
// chip holds them patch by patch, at any size.

#include "models/lowering/generated_network.hpp"

namespace spikeloom {

/// `{"width", "height", "radius", "wrap", "fan_out", "delay_steps": [1, 15], "rate_hz",
/// "inhibitory_fraction"}`
struct LocalNetworkSpec : GeneratedNetworkSpec {
  NeuronGrid grid;
  std::uint32_t radius = 0;  ///< targets are at most so many columns and rows away
  bool wrap = false;         ///< true: over the edges of the grid; false: windows end there
};
LocalNetworkSpec read_local_network(const Json& object, const JsonPlace& place);
Json to_json(const LocalNetworkSpec& spec);

/// One population "neurons" of shape (height, width) that drives itself through per-neuron biases;
/// neurons begin spread over their intervals, so that the rate holds from the first step on.
/// Targets are drawn with replacement, never the source itself; no weight is zero. The same for a
/// (spec, seed) everywhere. Refuses rates above half a spike per step; `place` is where `spec` was
/// read.
LoweredNetwork local_network(const LocalNetworkSpec& spec,
                             Seconds dt,
                             const Arithmetic& arithmetic,
                             Seed seed,
                             const JsonPlace& place = {});

}  // namespace spikeloom
