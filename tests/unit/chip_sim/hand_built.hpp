#pragma once
// Mappings made by hand, without the mapper: cores, rows, and multicast trees.

#include <random>
#include <vector>

#include "models/chip/grid.hpp"
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

/// `count` numbers from `first` on, of input elements.
std::vector<std::uint32_t> elements(std::uint32_t first, std::uint32_t count);

/// An empty mapping for `chip`.
Mapping blank(const Chip& chip);

/// v = input + bias, no memory: spikes in every step in which that is positive.
CoreProfile relay(std::uint32_t start = 0);

/// A core of a chip; a tile alone means its first.
struct CoreAt {
  CoreAt(TileId tile_id, std::uint32_t core_slot = 0) : tile(tile_id), slot(core_slot) {}
  TileId tile;
  std::uint32_t slot;
  bool operator==(const CoreAt&) const = default;
};

/// A core of `neurons` relays, population 0, numbered from `first`. Nobody spikes, until bias is
/// set; nobody sends, until sends is set. Its keys are slot << 20 | tile << kNeuronBits | neuron.
CoreId add_core(Mapping& mapping, CoreAt place, std::uint32_t neurons, std::uint32_t first = 0);

/// A row of `words` wide words with one synapse (target 0, delay 1, weight 1) each.
std::uint32_t add_row(CoreImage& core, std::uint32_t words, std::uint32_t lanes = 1);

/// Routes all keys of (key, mask) from `source` to `targets`, copies forking where ways part: along
/// the diagonal, then x, then y, or on shortest ways where parts are dead. Returns how many of the
/// targets it reaches: all, unless parts are dead.
std::uint32_t route_tree(Mapping& mapping,
                         const Chip& chip,
                         std::uint32_t key,
                         std::uint32_t mask,
                         TileId source,
                         const std::vector<CoreAt>& targets);

/// A random network on random cores: cores with relays of which some spike by themselves, rows of
/// random synapses, multicast trees, and one input population at the io tile.
struct RandomTraffic {
  Mapping mapping;
  std::uint32_t inputs = 0;
  std::vector<std::uint32_t> fan_out;  ///< per core: cores its spikes go to
  std::uint32_t input_fan_out = 0;
};
RandomTraffic random_traffic(const Chip& chip, Draw& draw);

/// A chip of any topology with up to three cores a tile, perhaps of several chips, its timing
/// drawn.
Chip any_chip(Draw& draw);
/// Kills some tiles, cores and links; the port of io lives.
void draw_faults(Chip& chip, Draw& draw);
/// A blocked rule with short waits, emergency ways where there are any, and perhaps a register.
BlockedSpec draw_blocked(const Chip& chip, Draw& draw);

}  // namespace spikeloom::test
