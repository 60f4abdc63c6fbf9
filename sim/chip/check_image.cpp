#include "sim/chip/check_image.hpp"

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"
#include "models/mapping/convolution.hpp"
#include "sim/chip/delay_ring.hpp"

namespace spikeloom::chip_sim {
namespace {

// No text is made of what holds: there are millions of words to check.
void require(bool holds, const std::string& place, const char* sentence) {
  if (!holds) throw InputError("mapping", place, sentence);
}

std::string at_least_one(const std::string& field) { return field + " is 0, allowed is 1 or more"; }

void check_chip(const Chip& chip) {
  const auto positive = [](std::uint32_t value, const std::string& field) {
    if (value == 0) throw InputError("chip", "", at_least_one(field));
  };
  positive(chip.tile_count(), "the number of tiles");
  positive(chip.router.input_queue_packets, "router.input_queue_packets");
  positive(chip.link.latency_cycles, "link.latency_cycles");
  positive(chip.link.cycles_per_packet, "link.cycles_per_packet");
  positive(chip.core.input_queue_packets, "core.input_queue_packets");
  positive(chip.core.output_queue_packets, "core.output_queue_packets");
  positive(chip.core.synapses_per_word, "core.synapses_per_word");
  positive(chip.core.update_cycles_per_neuron, "core.update_cycles_per_neuron");
  positive(chip.core.update_latency_cycles, "core.update_latency_cycles");
  positive(chip.barrier.latency_cycles, "barrier.latency_cycles");
  positive(chip.io.cycles_per_packet, "io.cycles_per_packet");
  if (chip.core.delay_steps == 0 || chip.core.delay_steps > DelayRing::kLongestDelay)
    throw InputError(
        "chip",
        "",
        "core.delay_steps is " + std::to_string(chip.core.delay_steps) + ", allowed is 1 to 63");
  if (chip.io.ports.empty()) throw InputError("chip", "", "io.ports is empty");
  for (const TilePosition port : chip.io.ports)
    if (port.x >= chip.topology.width || port.y >= chip.topology.height)
      throw InputError("chip", "", "a port of io lies outside the chip");
}

void check_neurons(const CoreImage& image, const Chip& chip, const std::string& place) {
  const std::size_t neurons = image.neurons();
  require(image.bias.size() == neurons && image.sends.size() == neurons &&
              image.identity.size() == neurons,
          place,
          "bias, sends and identity must have one element per neuron");
  for (const std::uint16_t profile : image.profile_of)
    require(profile < image.profiles.size(), place, "a neuron's profile does not exist");
  require(image.spinnaker.size() ==
              (chip.core.kind == CoreKind::Processor ? image.profiles.size() : std::size_t{0}),
          place,
          "software cores, and they alone, have a profile of SpiNNaker's for each profile");
}

void check_row(const Row& row,
               const CoreImage& image,
               const CoreSpec& core,
               const std::string& place) {
  const std::uint64_t end = std::uint64_t{row.first_word} + row.words;
  require(core.kind == CoreKind::Digital || row.format == RowFormat::Sparse,
          place,
          "a software core has sparse rows only");
  if (row.format == RowFormat::Sparse)
    require(end <= image.words.size() / core.synapses_per_word,
            place,
            "a row ends behind the synaptic memory");
  if (row.format == RowFormat::Convolution)
    require(end <= image.convolutions.size(), place, "a row's convolution does not exist");
  if (row.format == RowFormat::Dense)
    if (const auto fault = fault_of_dense_row(row, image, core))
      throw InputError("mapping", place, "a row " + *fault);
  require(row.weight_exponent <= core.arithmetic.weight_exponent_max,
          place,
          "a row's weight exponent is too large");
}

void check_rows(const CoreImage& image, const Chip& chip, const std::string& place) {
  for (const Row& row : image.rows) check_row(row, image, chip.core, place);
  for (const Convolution& convolution : image.convolutions)
    if (const auto fault = fault_of(convolution, image, chip.core))
      throw InputError("mapping", place, "a convolution " + *fault);
}

void check_synapse(std::uint32_t target,
                   std::uint32_t delay,
                   const CoreImage& image,
                   const Chip& chip,
                   const std::string& place) {
  require(target < image.neurons(), place, "a synapse's target does not exist");
  if (delay < 1 || delay > chip.core.delay_steps)
    throw InputError("mapping",
                     place,
                     "a synapse's delay is " + std::to_string(delay) + ", allowed is 1 to " +
                         std::to_string(chip.core.delay_steps));
}

void check_words(const CoreImage& image, const Chip& chip, const std::string& place) {
  if (chip.core.kind == CoreKind::Processor) {
    for (const SynapticWord stored : image.words) {
      const ProcessorWord word(stored);
      check_synapse(word.target(), word.delay(), image, chip, place);
    }
    return;
  }
  for (const SynapticWord word : image.words) {
    if (word.weight() == 0) continue;
    check_synapse(word.target(), word.delay(), image, chip, place);
  }
}

void check_core(const CoreImage& image,
                const Chip& chip,
                const Grid& grid,
                const std::string& place) {
  require(index_of(image.tile) < chip.tile_count(), place, "the core's tile does not exist");
  require(image.slot < chip.topology.cores_per_tile, place, "the tile has no such core");
  require(grid.has_core(image.tile, image.slot), place, "the core is dead");
  check_neurons(image, chip, place);
  check_rows(image, chip, place);
  check_words(image, chip, place);
}

}  // namespace

void check_loadable(const Mapping& mapping, const Chip& chip) {
  check_chip(chip);
  if (mapping.width != chip.topology.width || mapping.height != chip.topology.height)
    throw InputError("mapping",
                     "",
                     "made for " + std::to_string(mapping.width) + " x " +
                         std::to_string(mapping.height) + " tiles, the chip has " +
                         std::to_string(chip.topology.width) + " x " +
                         std::to_string(chip.topology.height));
  require(mapping.tables.size() == chip.tile_count(), "/tables", "must have one table per tile");
  const Grid grid(chip.topology);
  for (const TileId tile : ids_of(mapping.tables))
    require(grid.is_alive(tile) || mapping.tables[tile].empty(),
            "/tables/" + std::to_string(index_of(tile)),
            "the tile is dead, allowed is an empty table");
  std::vector<std::uint32_t> taken(chip.tile_count());  // masks of slots
  for (const CoreId core : ids_of(mapping.cores)) {
    const std::string place = "/cores/" + std::to_string(index_of(core));
    check_core(mapping.cores[core], chip, grid, place);
    const std::size_t tile = index_of(mapping.cores[core].tile);
    const std::uint32_t slot = 1U << mapping.cores[core].slot;
    require((taken[tile] & slot) == 0, place, "two images share a core");
    taken[tile] |= slot;
  }
}

}  // namespace spikeloom::chip_sim
