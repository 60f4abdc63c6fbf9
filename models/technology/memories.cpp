#include "models/technology/memories.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kKeyBits = 32;
constexpr std::uint32_t kRefractoryBits = 6;  // 0 to 63 steps
constexpr std::uint32_t kFormatBits = 2;      // of a row: sparse, dense, convolution
constexpr std::uint32_t kSignBits = 2;        // of a row of Loihi's weights: three ways
constexpr std::uint32_t kProfileFlags = 4;    // spikes, comparison, reset rule, bias target

std::uint32_t index_bits(std::uint32_t count) {
  return std::max(1U, static_cast<std::uint32_t>(std::bit_width(count - 1)));
}

Memory memory(std::uint64_t words, std::uint32_t width_bits) {
  return {(words * width_bits + 7) / 8, width_bits};
}

std::uint32_t changing_state_bits(const Arithmetic& a) {
  return a.u_bits + a.v_bits + kRefractoryBits;
}

std::uint32_t state_bits(const CoreSpec& core) {
  const Arithmetic& a = core.arithmetic;
  const std::uint32_t bias = a.bias_mantissa_bits + a.bias_exponent_bits;
  return changing_state_bits(a) + bias + index_bits(core.profiles);
}

Memory synaptic(const Chip& chip) {
  return memory(chip.core.synaptic_words, chip.core.synapses_per_word * synapse_bits(chip.core));
}

Memory kernel(const Chip& chip) {
  return memory(chip.core.kernel_words, chip.core.arithmetic.weight_bits);
}

Memory ring(const Chip& chip) {
  const std::uint64_t slots = std::uint64_t{chip.core.neurons} * (chip.core.delay_steps + 1);
  return memory(slots, chip.core.arithmetic.sum_bits);
}

Memory state(const Chip& chip) { return memory(chip.core.neurons, state_bits(chip.core)); }

Memory state_write(const Chip& chip) {
  return {state(chip).capacity_bytes, changing_state_bits(chip.core.arithmetic)};
}

// Decays, threshold, reset value, lower bound, refractory period and flags.
Memory profiles(const Chip& chip) {
  const Arithmetic& a = chip.core.arithmetic;
  const std::uint32_t decays = 2 * (a.decay_bits + 1);
  const std::uint32_t bits =
      decays + a.threshold_bits + 2 * a.v_bits + kRefractoryBits + kProfileFlags;
  return memory(chip.core.profiles, bits);
}

Memory axon_table(const Chip& chip) {
  constexpr std::uint32_t kShared = 1;
  return memory(chip.core.axon_entries, 2 * kKeyBits + index_bits(chip.core.rows) + kShared);
}

// What a row says of all its weights.
std::uint32_t weight_bits_of_row(const Arithmetic& a) {
  const auto exponents = static_cast<std::uint32_t>(
      static_cast<std::int32_t>(a.weight_exponent_max) - a.weight_exponent_min + 1);
  return index_bits(exponents) + (a.weight_format == WeightFormat::Loihi ? kSignBits : 0);
}

// Dense rows have their first target and delay in the pointer.
Memory row_table(const Chip& chip) {
  const std::uint32_t first = index_bits(chip.core.synaptic_words);
  const auto length = static_cast<std::uint32_t>(std::bit_width(chip.core.synaptic_words));
  const std::uint32_t dense = index_bits(chip.core.neurons) +
                              static_cast<std::uint32_t>(std::bit_width(chip.core.delay_steps));
  const std::uint32_t weights = weight_bits_of_row(chip.core.arithmetic);
  return memory(chip.core.rows, first + length + weights + kFormatBits + dense);
}

// Links, io and cores.
std::uint32_t route_bits(const Topology& topology) {
  std::uint32_t bits = 1 + topology.cores_per_tile;
  for (std::uint32_t link = 0; link < kLinkCount; ++link)
    bits += topology.has(static_cast<Port>(link)) ? 1 : 0;
  return bits;
}

Memory route_table(const Chip& chip) {
  return memory(chip.router.table_entries, 2 * kKeyBits + route_bits(chip.topology));
}

Memory queue(const Chip& chip) { return memory(chip.router.input_queue_packets, kKeyBits); }

using MemoryOf = Memory (*)(const Chip&);
const std::vector<std::pair<std::string, MemoryOf>>& memories() {
  static const std::vector<std::pair<std::string, MemoryOf>> list = {{"synaptic", synaptic},
                                                                     {"kernel", kernel},
                                                                     {"ring", ring},
                                                                     {"state", state},
                                                                     {"state_write", state_write},
                                                                     {"profiles", profiles},
                                                                     {"axon_table", axon_table},
                                                                     {"row_table", row_table},
                                                                     {"route_table", route_table},
                                                                     {"queue", queue}};
  return list;
}

std::vector<std::string> listed_names() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : memories()) names.push_back(name);
  return names;
}

}  // namespace

const std::vector<std::string>& memory_names() {
  static const std::vector<std::string> names = listed_names();
  return names;
}

Memory memory_of(const Chip& chip, const std::string& name) {
  const auto found = std::find_if(
      memories().begin(), memories().end(), [&](const auto& entry) { return entry.first == name; });
  SPIKELOOM_CHECK(found != memories().end(), "memory '" + name + "' exists");
  return found->second(chip);
}

}  // namespace spikeloom
