#pragma once
// The artefact between mapper and simulator: what is loaded into a chip. It knows hardware, not
// networks: only `identity` says, for observation, which neuron a core's neuron is.

#include <cstdint>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// A stored synapse: weight (10 bits signed) | delay (6) | target neuron of the core (16).
/// The fields' real widths are the chip's; a weight of zero is an empty lane.
class SynapticWord {
 public:
  SynapticWord() = default;
  SynapticWord(std::uint32_t target, std::uint32_t delay, std::int32_t weight)
      : bits_(target | delay << 16 | static_cast<std::uint32_t>(weight) << 22) {}
  explicit SynapticWord(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t target() const { return bits_ & 0xFFFFU; }
  std::uint32_t delay() const { return bits_ >> 16 & 0x3FU; }
  std::int32_t weight() const { return static_cast<std::int32_t>(bits_) >> 22; }
  std::uint32_t bits() const { return bits_; }

 private:
  std::uint32_t bits_ = 0;
};

/// (key & mask) == key of the entry: it matches. Row number = row_base + (key & ~mask).
struct AxonEntry {
  std::uint32_t key, mask, row_base;
};

/// A row of wide words; each wide word holds synapses_per_word lanes, and lane l only holds targets
/// with target % synapses_per_word == l. Offsets count wide words.
struct Row {
  std::uint32_t first_word, words, weight_exponent;
};

struct CoreProfile {
  NeuronProfile neuron;
  std::uint32_t start = 0;  ///< first step in which the neuron runs
  bool operator==(const CoreProfile&) const = default;
};

struct NeuronIdentity {
  PopulationId population;
  std::uint32_t neuron;
};

struct CoreImage {
  TileId tile;
  std::uint32_t slot = 0;      ///< which core of the tile
  std::uint32_t key_base = 0;  ///< a spike of local neuron n has key key_base | n
  std::vector<CoreProfile> profiles;
  std::vector<std::uint16_t> profile_of;  ///< per local neuron
  std::vector<std::int32_t> bias;         ///< per local neuron
  std::vector<std::uint8_t> sends;        ///< per local neuron: 1 if a spike makes a packet
  std::vector<NeuronIdentity> identity;   ///< per local neuron; not in hardware
  std::vector<AxonEntry> axons;
  std::vector<Row> rows;
  std::vector<SynapticWord> words;  ///< lanes: wide word w, lane l at w * synapses_per_word + l
  std::uint32_t neurons() const { return static_cast<std::uint32_t>(profile_of.size()); }
};

struct RouteEntry {
  std::uint32_t key, mask;
  std::uint32_t route;  ///< mask over Port
  bool operator==(const RouteEntry&) const = default;
};

/// Keys of elements of an input population: element first + i has key key_base | i. They enter at
/// one port of the chip.
struct InputImage {
  PopulationId population;
  std::uint32_t key_base;
  std::uint32_t size;
  std::uint32_t first = 0;  ///< element
  std::uint32_t port = 0;   ///< index into the chip's io.ports
};

struct Mapping {
  std::string chip_name;
  std::uint32_t width = 0, height = 0;
  std::vector<std::string> population_names;         ///< by PopulationId
  IdVector<CoreId, CoreImage> cores;                 ///< at most one per core of the chip
  IdVector<TileId, std::vector<RouteEntry>> tables;  ///< first match wins; size = tiles
  std::vector<InputImage> inputs;
  /// How it was made: stage name -> algorithm.
  std::vector<std::pair<std::string, std::string>> stages;
};

/// HDF5, "format" attribute "spikeloom-mapping/1"; written complete or not at all.
void write_mapping(const Mapping& mapping, const std::string& path);
/// Refuses a file that is damaged or does not fit `chip` in shape (InputError with HDF5 path).
Mapping read_mapping(const std::string& path, const Chip& chip);

}  // namespace spikeloom
