#include "models/mapping/hardware_rows.hpp"

#include <algorithm>
#include <bit>
#include <span>

namespace spikeloom {
namespace {

/// Signs of a row's weights, as in hw/pkg/sl_pkg.sv.
enum class Signs : std::uint8_t { TwosComplement, Excitatory, Inhibitory, Mixed };

constexpr std::uint32_t kRowsLoaded = 2;  // index of the control register
constexpr std::uint32_t kValid = 1, kShared = 2, kRouteValid = 1U << 31;

/// Bits of an entry, filled from the lowest on.
class EntryBits {
 public:
  void add(std::uint64_t value, std::uint32_t width) {
    for (std::uint32_t bit = 0; bit < width; ++bit, ++size_) {
      if (size_ % 32 == 0) beats_.push_back(0);
      beats_.back() |= static_cast<std::uint32_t>(value >> bit & 1U) << size_ % 32;
    }
  }
  /// In beats of the bus, with zeroes up to `width` bits.
  std::vector<std::uint32_t> beats(std::uint32_t width) {
    if (size_ < width) add(0, width - size_);
    return beats_;
  }

 private:
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> beats_;
};

class RowWriter {
 public:
  RowWriter(const CoreImage& core, const CoreSpec& spec)
      : core_(core),
        spec_(spec),
        target_bits_(std::max(1U, static_cast<std::uint32_t>(std::bit_width(spec.neurons - 1)))),
        delay_bits_(static_cast<std::uint32_t>(std::bit_width(spec.delay_steps))),
        weight_bits_(spec.arithmetic.weight_bits),
        wide_bits_(spec.synapses_per_word * synapse_bits(spec)),
        dense_weights_(dense_weights_per_word(spec)),
        sparse_words_(static_cast<std::uint32_t>(core.words.size() / spec.synapses_per_word)) {}

  std::vector<ConfigurationWrite> write() {
    const auto rows = static_cast<std::uint32_t>(core_.rows.size());
    add(HardwareMemory::Control, kRowsLoaded, {rows});
    for (std::uint32_t i = 0; i < core_.axons.size(); ++i) add_axon(i);
    for (std::uint32_t i = 0; i < rows; ++i) add_row(i);
    return std::move(writes_);
  }

 private:
  void add(HardwareMemory memory, std::uint32_t index, const std::vector<std::uint32_t>& beats) {
    for (std::uint32_t beat = 0; beat < beats.size(); ++beat)
      writes_.push_back({memory, index, beat, beats[beat]});
  }

  void add_axon(std::uint32_t index) {
    const AxonEntry& axon = core_.axons[index];
    add(HardwareMemory::Axon,
        index,
        {axon.key, axon.mask, axon.row_base, kValid | (axon.shared ? kShared : 0)});
  }

  // A row's words are written with it, since they hold their weights as its signs say.
  void add_row(std::uint32_t index) {
    const Row row = core_.rows[index];
    const bool is_dense = row.format == RowFormat::Dense;
    const Signs signs = signs_of(row);
    EntryBits bits;
    bits.add(row.first_word + (is_dense ? sparse_words_ : 0), 24);
    bits.add(row.words, 24);
    bits.add(row.weight_exponent, 4);
    bits.add(static_cast<std::uint32_t>(row.format), 2);
    bits.add(row.delay, 6);
    bits.add(row.first_target, 16);
    bits.add(static_cast<std::uint32_t>(signs), 2);
    add(HardwareMemory::Row, index, bits.beats(96));
    for (std::uint32_t word = 0; word < row.words; ++word)
      is_dense ? add_dense_word(row.first_word + word, signs)
               : add_sparse_word(row.first_word + word, signs);
  }

  void add_sparse_word(std::uint32_t number, Signs signs) {
    EntryBits bits;
    for (std::uint32_t lane = 0; lane < spec_.synapses_per_word; ++lane) {
      const SynapticWord word = core_.words[std::size_t{number} * spec_.synapses_per_word + lane];
      const bool is_empty = word.weight() == 0;
      bits.add(is_empty ? 0 : word.target(), target_bits_);
      bits.add(is_empty ? 0 : word.delay(), delay_bits_);
      bits.add(stored(word.weight(), signs), weight_bits_);
    }
    add(HardwareMemory::Synapse, number, bits.beats(wide_bits_));
  }

  void add_dense_word(std::uint32_t number, Signs signs) {
    EntryBits bits;
    for (std::uint32_t i = 0; i < dense_weights_; ++i)
      bits.add(stored(core_.dense[std::size_t{number} * dense_weights_ + i], signs), weight_bits_);
    add(HardwareMemory::Synapse, sparse_words_ + number, bits.beats(wide_bits_));
  }

  Signs signs_of(const Row& row) const {
    if (spec_.arithmetic.weight_format == WeightFormat::Signed) return Signs::TwosComplement;
    bool any_positive = false, any_negative = false;
    const auto see = [&](std::int32_t weight) {
      any_positive |= weight > 0;
      any_negative |= weight < 0;
    };
    if (row.format == RowFormat::Dense) {
      const std::size_t first = std::size_t{row.first_word} * dense_weights_;
      for (std::size_t i = 0; i < std::size_t{row.words} * dense_weights_; ++i)
        see(core_.dense[first + i]);
    } else {
      const std::size_t first = std::size_t{row.first_word} * spec_.synapses_per_word;
      for (std::size_t i = 0; i < std::size_t{row.words} * spec_.synapses_per_word; ++i)
        see(core_.words[first + i].weight());
    }
    if (!any_negative) return Signs::Excitatory;
    return any_positive ? Signs::Mixed : Signs::Inhibitory;
  }

  static std::uint32_t stored(std::int32_t weight, Signs signs) {
    switch (signs) {
      case Signs::Inhibitory:
        return static_cast<std::uint32_t>(-weight);
      case Signs::Mixed:
        return static_cast<std::uint32_t>(weight / 2);
      default:
        return static_cast<std::uint32_t>(weight);
    }
  }

  const CoreImage& core_;
  const CoreSpec& spec_;
  std::uint32_t target_bits_, delay_bits_, weight_bits_, wide_bits_, dense_weights_;
  std::uint32_t sparse_words_;
  std::vector<ConfigurationWrite> writes_;
};

}  // namespace

std::vector<ConfigurationWrite> hardware_rows(const CoreImage& core, const CoreSpec& spec) {
  return RowWriter(core, spec).write();
}

std::vector<ConfigurationWrite> hardware_routes(const std::vector<RouteEntry>& table) {
  std::vector<ConfigurationWrite> writes;
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    writes.push_back({HardwareMemory::Route, i, 0, table[i].key});
    writes.push_back({HardwareMemory::Route, i, 1, table[i].mask});
    writes.push_back({HardwareMemory::Route, i, 2, table[i].route | kRouteValid});
  }
  return writes;
}

}  // namespace spikeloom
