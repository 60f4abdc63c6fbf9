#pragma once
// Mappings made by hand, without the mapper: cores, rows, and dimension-ordered multicast trees.

#include <random>
#include <vector>

#include "models/mapping/mapping.hpp"

namespace spikeloom::test {

constexpr std::uint32_t kInputKeys = 0x80000000U;
constexpr std::uint32_t kNeuronBits = 8;
constexpr std::uint32_t kNeuronMask = ~((1U << kNeuronBits) - 1U);

/// Draws in [low, high]; the same everywhere for a seed.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(engine_() % (std::uint64_t{high} - low + 1));
  }
  bool one_in(std::uint32_t n) { return between(1, n) == 1; }

 private:
  std::mt19937_64 engine_;
};

/// A chip of width x height tiles with all default parameters.
Chip mesh(std::uint32_t width, std::uint32_t height);
/// Every timing parameter and queue depth drawn, small ones preferred.
void draw_timing(Chip& chip, Draw& draw);

/// An empty mapping for `chip`.
Mapping blank(const Chip& chip);

/// v = input + bias, no memory: spikes in every step in which that is positive.
CoreProfile relay(std::uint32_t start = 0);

/// A core of `neurons` relays on `tile`, population 0, numbered from `first`. Nobody spikes, until
/// bias is set; nobody sends, until sends is set. Its keys are tile << kNeuronBits | neuron.
CoreId add_core(Mapping& mapping, TileId tile, std::uint32_t neurons, std::uint32_t first = 0);

/// A row of `words` wide words with one synapse (target 0, delay 1, weight 1) each.
std::uint32_t add_row(CoreImage& core, std::uint32_t words, std::uint32_t lanes = 1);

/// Routes all keys of (key, mask) from `source` to the cores of `targets`, first along x, then
/// along y, copies forking where ways part.
void route_tree(Mapping& mapping,
                const Chip& chip,
                std::uint32_t key,
                std::uint32_t mask,
                TileId source,
                const std::vector<TileId>& targets);

/// A random network on random tiles: cores with relays of which some spike by themselves, rows of
/// random synapses, multicast trees, and one input population at the io tile.
struct RandomTraffic {
  Mapping mapping;
  std::uint32_t inputs = 0;
  std::vector<std::uint32_t> fan_out;  ///< per core: cores its spikes go to
  std::uint32_t input_fan_out = 0;
};
RandomTraffic random_traffic(const Chip& chip, Draw& draw);

}  // namespace spikeloom::test
