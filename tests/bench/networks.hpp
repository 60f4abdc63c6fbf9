#pragma once
// The networks that benchmarks run: recurrent, random, 100 synapses a neuron.

#include "models/chip/chip.hpp"
#include "models/lowering/random_network.hpp"

namespace spikeloom::bench {

constexpr std::uint32_t kFanOut = 100;

/// Neurons that fire at about 20 Hz in steps of 1 ms.
inline LoweredNetwork network_of(std::uint32_t neurons, std::uint32_t longest_delay = 15) {
  RandomNetworkSpec spec;
  spec.neurons = neurons;
  spec.fan_out = kFanOut;
  spec.delay_max = longest_delay;
  spec.rate_hz = 24.0;
  return random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{1});
}

/// A square mesh with a core for every 256 neurons, and room to spare.
inline Chip mesh_of(std::uint32_t neurons) {
  Chip chip;
  chip.name = "benchmark mesh";
  while (chip.width * chip.width * 256 < neurons) ++chip.width;
  chip.height = chip.width;
  chip.core.neurons = 320;
  chip.core.rows = 4 * neurons;
  chip.core.axon_entries = 8 * chip.width * chip.width;
  chip.core.synaptic_words = 65536;
  return chip;
}

}  // namespace spikeloom::bench
