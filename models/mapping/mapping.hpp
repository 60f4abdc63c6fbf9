#pragma once
// The artefact between mapper and simulator: what is loaded into a chip. It knows hardware, not
// networks: only `identity` says, for observation, which neuron a core's neuron is.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/lowering/lowered_network.hpp"
#include "models/mapping/row_table.hpp"

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

/// A synapse in the memory that the software cores of a tile share: weight (16 bits signed,
/// inhibitory below 0) | delay (6) | target neuron of the core (10). It takes the place of a
/// SynapticWord.
class ProcessorWord {
 public:
  ProcessorWord(std::uint32_t target, std::uint32_t delay, std::int32_t weight)
      : bits_(target | delay << 10 | static_cast<std::uint32_t>(weight) << 16) {}
  explicit ProcessorWord(SynapticWord word) : bits_(word.bits()) {}
  std::uint32_t target() const { return bits_ & 0x3FFU; }
  std::uint32_t delay() const { return bits_ >> 10 & 0x3FU; }
  std::int32_t weight() const { return static_cast<std::int32_t>(bits_) >> 16; }
  /// As a core's image keeps it.
  SynapticWord stored() const { return SynapticWord(bits_); }

 private:
  std::uint32_t bits_;
};

/// (key & mask) == key of the entry: it matches. Row number = row_base + (key & ~mask), or row_base
/// for all keys of a shared one.
struct AxonEntry {
  std::uint32_t key, mask, row_base;
  bool shared = false;
};

/// The row of a key that the entry matches; there may be no such row.
inline std::uint64_t row_of(const AxonEntry& axon, std::uint32_t key) {
  return std::uint64_t{axon.row_base} + (axon.shared ? 0 : key & ~axon.mask);
}

/// One projection's taps from a box of source neurons to a box of the core's neurons, both numbered
/// channel by channel, row by row. Target (y, x) of the whole population sees source (v, u) through
/// tap (i, j) if y * stride + i * dilation = v + padding, and the same along the other axis.
struct Convolution {
  std::uint32_t first_key = 0;                   ///< of source 0; of source n: first_key + n
  std::array<std::uint16_t, 3> source{1, 1, 1};  ///< (channels, height, width) of the box
  std::array<std::uint16_t, 2> source_at{};      ///< row and column of its first neuron
  std::uint16_t first_target = 0;                ///< local neuron
  std::array<std::uint16_t, 3> target{1, 1, 1};  ///< (channels, height, width) of the box
  std::array<std::uint16_t, 2> target_at{};      ///< row and column of its first neuron
  std::array<std::uint16_t, 2> kernel{1, 1}, stride{1, 1}, padding{}, dilation{1, 1};
  /// Weight (i, j) from source channel s to target channel t of the boxes is number first_weight +
  /// ((s * target channels + t) * kernel height + i) * kernel width + j of the core's kernels.
  std::uint32_t first_weight = 0;
  std::uint8_t weight_exponent = 0, delay = 1;
  bool operator==(const Convolution&) const = default;
};
/// A convolution takes the place of so many row pointers, side by side, in the core's row table.
constexpr std::uint32_t kRowsPerConvolution = 8;
/// Weights of a wide word of a dense row.
std::uint32_t dense_weights_per_word(const CoreSpec& core);

struct CoreProfile {
  NeuronProfile neuron;
  std::uint32_t start = 0;  ///< first step in which the neuron runs
  /// Before every step t with (t - start) mod reset_period == reset_offset its state is set to the
  /// initial one; 0: never.
  std::uint32_t reset_period = 0, reset_offset = 0;

  /// `step` is at least `start`.
  bool resets_before(std::uint64_t step) const {
    return reset_period != 0 && (step - start) % reset_period == reset_offset;
  }
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
  /// Of a software core: beside `profiles`, of which then only start, resets and spikes are meant.
  std::vector<SpinnakerProfile> spinnaker;
  std::vector<std::uint16_t> profile_of;  ///< per local neuron
  std::vector<std::int32_t> bias;         ///< per local neuron
  std::vector<std::uint8_t> sends;        ///< per local neuron: 1 if a spike makes a packet
  std::vector<NeuronIdentity> identity;   ///< per local neuron; not in hardware
  std::vector<AxonEntry> axons;
  RowTable rows;
  std::vector<SynapticWord> words;  ///< lanes: wide word w, lane l at w * synapses_per_word + l
  std::vector<std::int16_t> dense;  ///< wide word w of dense rows at w * dense_weights_per_word()
  std::vector<Convolution> convolutions;
  std::vector<std::int16_t> kernels;  ///< weights that convolutions share
  std::uint32_t neurons() const { return static_cast<std::uint32_t>(profile_of.size()); }
};

struct RouteEntry {
  std::uint32_t key, mask;
  std::uint32_t route;  ///< mask over Port
  bool operator==(const RouteEntry&) const = default;
};

/// Keys of elements of an input population, all or a part: elements[i] has key key_base | i. They
/// enter at one port of the chip.
struct InputImage {
  PopulationId population;
  std::uint32_t key_base;
  std::vector<std::uint32_t> elements;
  std::uint32_t port = 0;  ///< index into the chip's io.ports

  std::uint32_t size() const { return static_cast<std::uint32_t>(elements.size()); }
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

/// Entries of the core's row table that are taken.
std::uint64_t rows_used(const CoreImage& core);
/// Wide words of synaptic memory that are taken.
std::uint64_t words_used(const CoreImage& core, const CoreSpec& spec);

/// HDF5, "format" attribute "spikeloom-mapping/3"; written complete or not at all.
void write_mapping(const Mapping& mapping, const std::string& path);
/// Refuses a file that is damaged or does not fit `chip` in shape (InputError with HDF5 path).
Mapping read_mapping(const std::string& path, const Chip& chip);

}  // namespace spikeloom
