#include "models/mapping/configuration.hpp"

#include <algorithm>

#include "models/chip/grid.hpp"

namespace spikeloom {
namespace {

std::uint64_t words_of(const CoreImage& core, const CoreSpec& spec) {
  return core.profiles.size() + core.neurons() + core.axons.size() + core.rows.size() +
         core.words.size() / spec.synapses_per_word +
         core.dense.size() / dense_weights_per_word(spec) +
         core.convolutions.size() * kRowsPerConvolution + core.kernels.size();
}

std::size_t nearest_port(const Chip& chip, const Grid& grid, TileId tile) {
  const auto links = [&](TilePosition port) { return grid.distance(port, chip.position_of(tile)); };
  const auto nearest = std::min_element(
      chip.io.ports.begin(), chip.io.ports.end(), [&](TilePosition a, TilePosition b) {
        return links(a) < links(b);
      });
  return static_cast<std::size_t>(nearest - chip.io.ports.begin());
}

}  // namespace

Configuration configuration_of(const Mapping& mapping, const Chip& chip) {
  IdVector<TileId, std::uint64_t> words(chip.tile_count(), 0);
  for (const TileId tile : ids_of(words)) words[tile] = mapping.tables[tile].size();
  for (const CoreImage& core : mapping.cores) words[core.tile] += words_of(core, chip.core);
  const Grid grid(chip.topology);
  std::vector<std::uint64_t> through(chip.io.ports.size(), 0);
  Configuration configuration;
  for (const TileId tile : ids_of(words)) {
    configuration.words += words[tile];
    through[nearest_port(chip, grid, tile)] += words[tile];
  }
  configuration.cycles =
      *std::max_element(through.begin(), through.end()) * chip.io.configuration_cycles_per_word;
  return configuration;
}

}  // namespace spikeloom
