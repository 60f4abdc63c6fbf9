#pragma once
// Connections as a rule: the synapses of a source are drawn again whenever somebody asks for them,
// from counter-based random numbers, and never stored. A network of a billion synapses takes the
// memory of its neurons.

#include <cstdint>
#include <span>

#include "models/base/random.hpp"

namespace spikeloom {

/// One synapse, seen from its source neuron. `weight` is never zero.
struct Synapse {
  std::uint32_t target;  ///< neuron of the target population
  std::int32_t weight;   ///< in the chip's weight format, before the projection's exponent
  std::uint32_t delay;   ///< steps, at least 1
};

/// Neurons on a grid: neuron y * width + x stands in column x of row y. A line is a grid of one
/// row.
struct NeuronGrid {
  std::uint32_t width = 1, height = 1;
  std::uint32_t neurons() const { return width * height; }
  bool operator==(const NeuronGrid&) const = default;
};

/// Every neuron of a grid sends `fan_out` synapses to neurons of the same grid at most `radius`
/// columns and rows away, drawn with replacement, never to itself. The window ends at the edges of
/// the grid, or goes on at the opposite ones if it `wraps` (2 radius + 1 then is at most the width
/// and the height). Delays are even over delay_min .. delay_max; magnitudes of weights over 1 ..
/// the largest, negative for all synapses of an inhibitory neuron.
struct DrawnConnectivity {
  NeuronGrid grid;
  std::uint32_t radius = 1;
  bool wraps = false;
  std::uint32_t fan_out = 0;  ///< above 0 only where every window holds another neuron
  std::uint32_t delay_min = 1, delay_max = 1;
  double inhibitory_fraction = 0.0;                              ///< of the neurons, spread evenly
  std::uint32_t largest_excitatory = 1, largest_inhibitory = 1;  ///< 1 to 32767
  RandomStream target, synapse;

  bool is_inhibitory(std::uint32_t neuron) const;
};

/// So many synapses are drawn at a time.
inline constexpr std::uint32_t kDrawnAtOnce = 64;

/// The synapses [first, first + synapses.size()) of `source`; at most kDrawnAtOnce.
void draw_synapses(const DrawnConnectivity& drawn,
                   std::uint32_t source,
                   std::uint32_t first,
                   std::span<Synapse> synapses);

}  // namespace spikeloom
