#pragma once
// A chip, as its JSON says it: a grid of tiles, each a router and a core. Capacities, cycles and
// widths; no prices (models/technology).

#include <string>

#include "models/base/ids.hpp"
#include "models/base/units.hpp"
#include "models/network/arithmetic.hpp"

namespace spikeloom {

struct TilePosition {
  std::uint32_t x, y;  ///< x grows to the east, y to the north
  bool operator==(const TilePosition&) const = default;
};

/// Ports of a router. A route is a bit mask over them (bit = index).
enum class Port : std::uint8_t { East = 0, North = 1, West = 2, South = 3, Core = 4, Io = 5 };
constexpr std::uint32_t kPortCount = 6;
constexpr std::uint32_t kLinkCount = 4;  ///< the first ports are links
constexpr std::uint32_t bit_of(Port port) { return 1U << static_cast<std::uint32_t>(port); }
/// The link on the other side: a packet without table entry goes straight on.
constexpr Port opposite(Port link) {
  return static_cast<Port>((static_cast<std::uint32_t>(link) + 2) % kLinkCount);
}
const std::string& name_of(Port port);  ///< "east", ..., "core", "io"

struct RouterSpec {
  std::uint32_t table_entries = 1024;     ///< ternary (key, mask) entries
  std::uint32_t input_queue_packets = 4;  ///< per input port, 1 to 1024
  std::uint32_t pipeline_cycles = 2;      ///< queue head to output request, 1 to 64
};
struct LinkSpec {
  std::uint32_t latency_cycles = 1;     ///< output register to neighbour's queue, 1 to 1024
  std::uint32_t cycles_per_packet = 1;  ///< serialization, 1 to 1024
};
struct CoreSpec {
  std::uint32_t neurons = 256;           ///< 1 to 65536
  std::uint32_t profiles = 64;           ///< neuron parameter sets
  std::uint32_t axon_entries = 128;      ///< (key, mask) entries that find a source core's rows
  std::uint32_t rows = 4096;             ///< row pointers
  std::uint32_t synaptic_words = 16384;  ///< wide words of synaptic memory
  std::uint32_t synapses_per_word = 1;   ///< lanes fetched and added per cycle, 1 to 16
  std::uint32_t delay_steps = 15;        ///< longest delay, 1 to 63; the ring has one slot more
  std::uint32_t input_queue_packets = 8;
  std::uint32_t output_queue_packets = 4;
  std::uint32_t lookup_cycles = 2;             ///< packet to row pointer (axon table, row table)
  std::uint32_t update_cycles_per_neuron = 1;  ///< initiation interval of the update pipeline
  std::uint32_t update_latency_cycles = 4;     ///< its depth: first neuron to first spike
  Arithmetic arithmetic;
};
struct BarrierSpec {
  std::uint32_t latency_cycles = 12;  ///< last tile quiet to release seen by all tiles
};
struct IoSpec {
  TilePosition tile{0, 0};              ///< where packets enter and leave
  std::uint32_t cycles_per_packet = 1;  ///< injection interval
};

struct Chip {
  std::string name, description, source;
  std::uint32_t width = 1, height = 1;
  Hertz clock{100e6};
  RouterSpec router;
  LinkSpec link;
  CoreSpec core;
  BarrierSpec barrier;
  IoSpec io;
  std::string technology;  ///< path of the technology file, resolved

  std::uint32_t tile_count() const { return width * height; }
  TileId tile_at(TilePosition position) const { return TileId{position.y * width + position.x}; }
  TilePosition position_of(TileId tile) const {
    const auto index = static_cast<std::uint32_t>(tile);
    return {index % width, index / width};
  }
};

/// Bits of a stored synapse: target neuron, weight, delay.
std::uint32_t synapse_bits(const CoreSpec& core);

/// "format": "spikeloom-chip/1". Everything but format, name and topology has the default above.
Chip read_chip(const Json& document, const JsonPlace& place);
/// The effective document, every default filled in.
Json to_json(const Chip& chip);

}  // namespace spikeloom
