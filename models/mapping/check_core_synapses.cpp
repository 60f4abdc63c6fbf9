#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "models/lowering/weight_format.hpp"
#include "models/mapping/check_core.hpp"
#include "models/mapping/convolution.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {
namespace {

class SynapseCheck {
 public:
  SynapseCheck(const Chip& chip, const Refusal& refusal) : chip_(chip), refusal_(refusal) {}

  void run(const CoreImage& core, const std::string& place) const {
    check_axons(core, place + "/axons");
    check_rows(core, place + "/rows");
    check_words(core, place + "/words");
    check_dense(core, place + "/dense");
    check_convolutions(core, place);
  }

 private:
  void check_axons(const CoreImage& core, const std::string& place) const {
    refusal_.limit(place, "axon entries", core.axons.size(), chip_.core.axon_entries);
    for (std::size_t i = 0; i < core.axons.size(); ++i)
      if ((core.axons[i].key & ~core.axons[i].mask) != 0)
        refusal_.fail(place,
                      fmt::format("entry {} has key {:#010x} outside its mask {:#010x}",
                                  i,
                                  core.axons[i].key,
                                  core.axons[i].mask));
    check_overlap(core.axons, place);
  }

  // Sorted by key, cubes that only leave low bits open are intervals: neighbours tell. Others are
  // compared all with all.
  void check_overlap(const std::vector<AxonEntry>& axons, const std::string& place) const {
    std::vector<KeyCube> cubes;
    for (const AxonEntry& axon : axons) cubes.push_back({axon.key, axon.mask});
    std::sort(cubes.begin(), cubes.end(), [](KeyCube a, KeyCube b) { return a.key < b.key; });
    const bool intervals = std::all_of(
        cubes.begin(), cubes.end(), [](KeyCube c) { return (~c.mask & (~c.mask + 1)) == 0; });
    for (std::size_t i = 0; i < cubes.size(); ++i) {
      const std::size_t end = intervals ? std::min(i + 2, cubes.size()) : cubes.size();
      for (std::size_t j = i + 1; j < end; ++j)
        if (intersects(cubes[i], cubes[j]))
          refusal_.fail(place,
                        fmt::format("entries {:#010x}/{:#010x} and {:#010x}/{:#010x} overlap",
                                    cubes[i].key,
                                    cubes[i].mask,
                                    cubes[j].key,
                                    cubes[j].mask));
    }
  }

  void check_rows(const CoreImage& core, const std::string& place) const {
    refusal_.limit(place, "rows", rows_used(core), chip_.core.rows);
    for (std::size_t i = 0; i < core.rows.size(); ++i) {
      if (const auto fault = fault_of_row(core.rows[i], core))
        refusal_.fail(place, fmt::format("row {} {}", i, *fault));
      if (core.rows[i].weight_exponent > chip_.core.arithmetic.weight_exponent_max)
        refusal_.fail(place,
                      fmt::format("row {} has weight exponent {}, the largest is {}",
                                  i,
                                  core.rows[i].weight_exponent,
                                  chip_.core.arithmetic.weight_exponent_max));
      if (chip_.core.arithmetic.weight_format == WeightFormat::Loihi) check_signs(core, place, i);
    }
  }

  std::optional<std::string> fault_of_row(const Row& row, const CoreImage& core) const {
    if (row.format == RowFormat::Dense) return fault_of_dense_row(row, core, chip_.core);
    const bool sparse = row.format == RowFormat::Sparse;
    const std::uint64_t stored =
        sparse ? core.words.size() / chip_.core.synapses_per_word : core.convolutions.size();
    const std::uint64_t end = std::uint64_t{row.first_word} + row.words;
    if (end <= stored) return std::nullopt;
    if (row.words == 0)
      return fmt::format("is empty and begins at {}, the core stores {}", row.first_word, stored);
    return fmt::format("is {} {} to {}, the core stores {}",
                       sparse ? "words" : "convolutions",
                       row.first_word,
                       end - 1,
                       stored);
  }

  void check_dense(const CoreImage& core, const std::string& place) const {
    const std::uint32_t per_word = dense_weights_per_word(chip_.core);
    if (core.dense.size() % per_word != 0)
      refusal_.fail(
          place, fmt::format("{} weights are no whole words of {}", core.dense.size(), per_word));
    check_weights(core.dense, place);
  }

  void check_convolutions(const CoreImage& core, const std::string& place) const {
    refusal_.limit(
        place + "/kernels", "kernel words", core.kernels.size(), chip_.core.kernel_words);
    check_weights(core.kernels, place + "/kernels");
    for (std::size_t i = 0; i < core.convolutions.size(); ++i)
      if (const auto fault = fault_of(core.convolutions[i], core, chip_.core))
        refusal_.fail(place + "/convolutions", fmt::format("convolution {} {}", i, *fault));
  }

  void check_weights(const std::vector<std::int16_t>& weights, const std::string& place) const {
    const auto [weight_min, weight_max] = weight_range();
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] > weight_max || weights[i] < weight_min)
        refusal_.fail(
            place,
            fmt::format(
                "weight {} is {}, allowed are {} to {}", i, weights[i], weight_min, weight_max));
  }

  void check_words(const CoreImage& core, const std::string& place) const {
    const std::uint32_t lanes = chip_.core.synapses_per_word;
    if (core.words.size() % lanes != 0)
      refusal_.fail(place,
                    fmt::format("{} synapses are no whole words of {}", core.words.size(), lanes));
    refusal_.limit(
        place, "synaptic words", words_used(core, chip_.core), chip_.core.synaptic_words);
    for (std::size_t i = 0; i < core.words.size(); ++i)
      if (chip_.core.kind == CoreKind::Processor)
        check_target(core, place, i, ProcessorWord(core.words[i]));
      else if (core.words[i].weight() != 0)
        check_synapse(core, place, i);
  }

  // Of rows of any signs.
  std::pair<std::int32_t, std::int32_t> weight_range() const {
    const Arithmetic& arithmetic = chip_.core.arithmetic;
    const std::uint32_t bits = arithmetic.weight_bits;
    return {weight_grid(arithmetic, SignMode::Mixed, bits).low,
            weight_grid(arithmetic, SignMode::Excitatory, bits).high};
  }

  // Of what the row itself holds; kernels are shared.
  std::vector<std::int32_t> weights_of(const Row& row, const CoreImage& core) const {
    std::vector<std::int32_t> weights;
    if (row.format == RowFormat::Convolution) return weights;
    const bool dense = row.format == RowFormat::Dense;
    const std::size_t per_word =
        dense ? dense_weights_per_word(chip_.core) : chip_.core.synapses_per_word;
    const std::size_t first = row.first_word * per_word, count = row.words * per_word;
    for (std::size_t i = first; i < first + count; ++i)
      weights.push_back(dense ? core.dense[i] : core.words[i].weight());
    return weights;
  }

  // A row of Loihi's weights has the format of the signs that occur in it.
  void check_signs(const CoreImage& core, const std::string& place, std::size_t i) const {
    const std::vector<std::int32_t> weights = weights_of(core.rows[i], core);
    const SignMode signs = sign_mode_of(weights);
    const WeightGrid grid =
        weight_grid(chip_.core.arithmetic, signs, chip_.core.arithmetic.weight_bits);
    for (const std::int32_t weight : weights)
      if (!grid.holds(weight))
        refusal_.fail(place,
                      fmt::format("row {} has weight {}, its signs allow {}",
                                  i,
                                  weight,
                                  weights_held(chip_.core.arithmetic, signs)));
  }

  /// Target and delay of a word of either kind.
  void check_target(const CoreImage& core,
                    const std::string& place,
                    std::size_t i,
                    const auto& word) const {
    if (word.target() >= core.neurons())
      refusal_.fail(
          place,
          fmt::format(
              "synapse {} goes to neuron {}, the core has {}", i, word.target(), core.neurons()));
    if (word.delay() < 1 || word.delay() > chip_.core.delay_steps)
      refusal_.fail(place,
                    fmt::format("synapse {} has delay {}, allowed are 1 to {}",
                                i,
                                word.delay(),
                                chip_.core.delay_steps));
  }

  void check_synapse(const CoreImage& core, const std::string& place, std::size_t i) const {
    const SynapticWord word = core.words[i];
    const std::uint32_t lanes = chip_.core.synapses_per_word;
    const auto [weight_min, weight_max] = weight_range();
    check_target(core, place, i, word);
    if (word.weight() > weight_max || word.weight() < weight_min)
      refusal_.fail(place,
                    fmt::format("synapse {} has weight {}, allowed are {} to {}",
                                i,
                                word.weight(),
                                weight_min,
                                weight_max));
    if (word.target() % lanes != i % lanes)
      refusal_.fail(place,
                    fmt::format("synapse {} to neuron {} is in lane {}, not {}",
                                i,
                                word.target(),
                                i % lanes,
                                word.target() % lanes));
  }

  const Chip& chip_;
  const Refusal& refusal_;
};

}  // namespace

void check_synapses(const CoreImage& core,
                    const Chip& chip,
                    const std::string& place,
                    const Refusal& refusal) {
  SynapseCheck(chip, refusal).run(core, place);
}

}  // namespace spikeloom
