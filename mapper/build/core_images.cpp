#include "mapper/build/core_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <span>
#include <unordered_map>

#include "mapper/rows/shared_rows.hpp"
#include "models/base/error.hpp"
#include "models/lowering/weight_format.hpp"

namespace spikeloom {
namespace {

void fill_neurons(const ImageProblem& problem, const CoreContents& contents, CoreImage& image) {
  const NetworkView& view = problem.view;
  std::unordered_map<std::uint32_t, std::uint16_t> profile_slot;
  for (const NeuronNumber number : contents) {
    const PopulationId id = view.population_of(number);
    const LoweredPopulation& population = view.network().populations[id];
    const std::uint32_t neuron = number - view.first(id);
    const std::uint32_t profile = problem.profiles.id_of(view, number);
    const auto [slot, is_new] =
        profile_slot.try_emplace(profile, static_cast<std::uint16_t>(image.profiles.size()));
    if (is_new) image.profiles.push_back(problem.profiles.profile(profile));
    if (is_new && view.network().is_spinnaker)
      image.spinnaker.push_back(problem.profiles.spinnaker(profile));
    image.profile_of.push_back(slot->second);
    image.bias.push_back(population.bias.empty() ? 0 : population.bias[neuron]);
    image.sends.push_back(sends_packets(view, number) ? 1 : 0);
    image.identity.push_back({id, neuron});
  }
}

/// A synapse on its way into a row of a core.
struct RowSynapse {
  std::uint32_t target;  ///< local number
  std::uint32_t delay;
  std::int32_t weight;
  std::uint32_t projection;
};

class RowBuilder {
 public:
  RowBuilder(const ImageProblem& problem,
             const Partition& partition,
             const SharedRows& shared,
             IdVector<CoreId, CoreImage>& images)
      : problem_(problem),
        partition_(partition),
        shared_(shared),
        images_(images),
        lanes_(problem.chip.core.synapses_per_word),
        dense_weights_(dense_weights_per_word(problem.chip.core)),
        first_row_(partition.cores.size()),
        end_(partition.cores.size()) {}

  /// Appends axon entries and rows of one group; local neuron n of its source is number_of(n).
  template <typename NumberOf>
  void add_group(const PacketGroup& group, std::uint32_t key_base, const NumberOf& number_of) {
    for (const std::uint32_t c : group.cores) open_rows(group, key_base, c);
    for (std::uint32_t n = 0; n < group.rows; ++n) add_source(number_of(group.first + n), n);
  }

 private:
  void open_rows(const PacketGroup& group, std::uint32_t key_base, std::uint32_t c) {
    CoreImage& image = images_[CoreId{c}];
    const bool shared = shared_.is_shared(group, c);
    first_row_[c] = static_cast<std::uint32_t>(image.rows.size());
    image.axons.push_back({key_base | group.first, ~(group.size - 1), first_row_[c], shared});
    const Row generated = convolution_row(group.source, key_base, c);
    if (shared) return image.rows.push_back(generated);
    image.rows.resize(image.rows.size() + group.rows);
    for (std::uint32_t n = 0; n < group.rows; ++n)
      if (shared_.is_generated(group.source, group.first + n, c))
        image.rows.set(first_row_[c] + n, generated);
  }

  /// All groups of a source use the same convolutions in a core, written for the first of them.
  Row convolution_row(std::uint32_t source, std::uint32_t key_base, std::uint32_t c) {
    const auto [known, is_new] = convolution_rows_.try_emplace({source, c});
    if (!is_new) return known->second;
    std::vector<Convolution>& all = images_[CoreId{c}].convolutions;
    Row& row = known->second;
    row.format = RowFormat::Convolution;
    row.first_word = static_cast<std::uint32_t>(all.size());
    for (Convolution convolution : shared_.convolutions(source, c)) {
      convolution.first_key += key_base;
      all.push_back(convolution);
    }
    row.words = static_cast<std::uint32_t>(all.size()) - row.first_word;
    return row;
  }

  void add_source(NeuronNumber source, std::uint32_t row) {
    sort_by_core(source);
    std::size_t begin = 0;
    for (const std::uint32_t core : touched_) {
      CoreImage& image = images_[CoreId{core}];
      image.rows.set(first_row_[core] + row, write_row(image, source, begin, end_[core]));
      begin = end_[core];
    }
    for (const std::uint32_t core : touched_) end_[core] = 0;
  }

  /// Counting sort of the synapses that leave `source`; end_[core] is one past its last.
  void sort_by_core(NeuronNumber source) {
    touched_.clear();
    unsorted_.clear();
    problem_.view.for_each_stored(source, [&](const FlatSynapse& synapse) {
      unsorted_.push_back(synapse);
      const std::uint32_t core = partition_.core_of[synapse.target];
      if (end_[core]++ == 0) touched_.push_back(core);
    });
    std::size_t start = 0;
    for (const std::uint32_t core : touched_) start += std::exchange(end_[core], start);
    sorted_.resize(unsorted_.size());
    for (const FlatSynapse& synapse : unsorted_)
      sorted_[end_[partition_.core_of[synapse.target]]++] = {
          partition_.local_of[synapse.target], synapse.delay, synapse.weight, synapse.projection};
  }

  /// In the format that takes the fewest words; of two alike the sparse one, which is no slower.
  Row write_row(CoreImage& image, NeuronNumber source, std::size_t begin, std::size_t end) {
    Row row;
    row.weight_exponent = static_cast<std::uint8_t>(common_exponent(source, begin, end));
    const std::span<const RowSynapse> synapses = std::span(sorted_).subspan(begin, end - begin);
    lane_load_.assign(lanes_, 0);
    for (const RowSynapse& synapse : synapses) ++lane_load_[synapse.target % lanes_];
    row.words = *std::max_element(lane_load_.begin(), lane_load_.end());
    const bool is_software = problem_.view.network().is_spinnaker;
    if (is_software || !write_dense(image, row, synapses)) write_sparse(image, row, synapses);
    return row;
  }

  void write_sparse(CoreImage& image, Row& row, std::span<const RowSynapse> synapses) {
    const std::size_t first = image.words.size();
    row.first_word = static_cast<std::uint32_t>(first / lanes_);
    image.words.resize(first + std::size_t{row.words} * lanes_);
    lane_load_.assign(lanes_, 0);
    for (const RowSynapse& synapse : synapses) {
      const std::uint32_t lane = synapse.target % lanes_;
      image.words[first + std::size_t{lane_load_[lane]++} * lanes_ + lane] = stored(synapse);
    }
  }

  /// False, and nothing written, unless the row becomes shorter. It has one delay and at most one
  /// synapse to each target then.
  bool write_dense(CoreImage& image, Row& row, std::span<const RowSynapse> synapses) {
    const auto [low, high] =
        std::ranges::minmax(synapses, {}, [](const RowSynapse& s) { return s.target; });
    const std::uint32_t words = (high.target - low.target) / dense_weights_ + 1;
    if (words >= row.words) return false;
    run_.assign(std::size_t{words} * dense_weights_, 0);
    for (const RowSynapse& synapse : synapses) {
      std::int16_t& weight = run_[synapse.target - low.target];
      if (synapse.delay != low.delay || weight != 0) return false;
      weight = static_cast<std::int16_t>(synapse.weight);
    }
    row.format = RowFormat::Dense;
    row.first_word = static_cast<std::uint32_t>(image.dense.size() / dense_weights_);
    row.words = words;
    row.first_target = static_cast<std::uint16_t>(low.target);
    row.delay = static_cast<std::uint8_t>(low.delay) & 63U;
    image.dense.insert(image.dense.end(), run_.begin(), run_.end());
    return true;
  }

  SynapticWord stored(const RowSynapse& synapse) const {
    return problem_.view.network().is_spinnaker
               ? ProcessorWord(synapse.target, synapse.delay, synapse.weight).stored()
               : SynapticWord(synapse.target, synapse.delay, synapse.weight);
  }

  std::uint32_t exponent_of(const RowSynapse& synapse) const {
    const auto& projections = problem_.view.network().projections;
    return static_cast<std::uint32_t>(projections[synapse.projection].weight_exponent);
  }

  /// The exponent of a row, to which its weights are shifted.
  std::uint32_t common_exponent(NeuronNumber source, std::size_t begin, std::size_t end) {
    const std::uint32_t first = exponent_of(sorted_[begin]);
    const bool same = std::all_of(sorted_.begin() + static_cast<std::ptrdiff_t>(begin),
                                  sorted_.begin() + static_cast<std::ptrdiff_t>(end),
                                  [&](const RowSynapse& s) { return exponent_of(s) == first; });
    return same && fit_as_they_are(begin, end) ? first : shift_to_common(source, begin, end);
  }

  SignMode signs_of(std::size_t begin, std::size_t end) const {
    const auto any = [&](auto is) {
      return std::any_of(sorted_.begin() + static_cast<std::ptrdiff_t>(begin),
                         sorted_.begin() + static_cast<std::ptrdiff_t>(end),
                         [&](const RowSynapse& synapse) { return is(synapse.weight); });
    };
    return sign_mode_of(any([](std::int32_t weight) { return weight > 0; }),
                        any([](std::int32_t weight) { return weight < 0; }));
  }

  WeightGrid grid_of(SignMode signs) const {
    const Arithmetic& arithmetic = problem_.chip.core.arithmetic;
    return weight_grid(arithmetic, signs, arithmetic.weight_bits);
  }

  bool fit_as_they_are(std::size_t begin, std::size_t end) const {
    if (problem_.chip.core.arithmetic.weight_format == WeightFormat::Signed) return true;
    const WeightGrid grid = grid_of(signs_of(begin, end));
    return std::all_of(sorted_.begin() + static_cast<std::ptrdiff_t>(begin),
                       sorted_.begin() + static_cast<std::ptrdiff_t>(end),
                       [&](const RowSynapse& synapse) { return grid.holds(synapse.weight); });
  }

  /// The largest exponent that loses no bit of any weight leaves the smallest weights.
  std::uint32_t shift_to_common(NeuronNumber source, std::size_t begin, std::size_t end) {
    const SignMode signs = signs_of(begin, end);
    const WeightGrid grid = grid_of(signs);
    std::uint32_t lowest_bit = 31;
    for (std::size_t i = begin; i < end; ++i)
      lowest_bit =
          std::min(lowest_bit,
                   exponent_of(sorted_[i]) + static_cast<std::uint32_t>(std::countr_zero(
                                                 static_cast<std::uint32_t>(sorted_[i].weight))));
    const std::uint32_t even = grid.step > 1 && lowest_bit > 0 ? 1 : 0;
    const std::uint32_t common =
        std::min(problem_.chip.core.arithmetic.weight_exponent_max, lowest_bit - even);
    for (std::size_t i = begin; i < end; ++i) {
      const std::int64_t value = std::int64_t{sorted_[i].weight} * (1 << exponent_of(sorted_[i]));
      const std::int64_t weight = value / (1 << common);
      if (!grid.holds(weight)) refuse_row(source, sorted_[i], value, common, signs);
      sorted_[i].weight = static_cast<std::int32_t>(weight);
    }
    return common;
  }

  [[noreturn]] void refuse_row(NeuronNumber source,
                               const RowSynapse& synapse,
                               std::int64_t value,
                               std::uint32_t common,
                               SignMode signs) const {
    throw InputError(
        problem_.file,
        problem_.view.network().projections[synapse.projection].name,
        fmt::format("weight {} does not fit a row of {}: its other weights need exponent {}, with "
                    "which a row holds {}",
                    value,
                    problem_.view.name_of(source),
                    common,
                    weights_held(problem_.chip.core.arithmetic, signs)));
  }

  const ImageProblem& problem_;
  const Partition& partition_;
  const SharedRows& shared_;
  IdVector<CoreId, CoreImage>& images_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Row> convolution_rows_;  ///< by source, core
  std::uint32_t lanes_;
  std::uint32_t dense_weights_;           ///< of a wide word
  std::vector<std::int16_t> run_;         ///< of a dense row
  std::vector<std::uint32_t> first_row_;  ///< per core: of the current group
  std::vector<std::size_t> end_;          ///< per core: of its synapses in sorted_; 0 between uses
  std::vector<std::uint32_t> touched_;    ///< cores with synapses of the current source
  std::vector<FlatSynapse> unsorted_;
  std::vector<RowSynapse> sorted_;
  std::vector<std::uint32_t> lane_load_;
};

/// Takes the memory of rows and axon entries at once: no growth, no copy. Without lanes, that of
/// the words too: one a synapse.
void reserve(const ImageProblem& problem,
             const Partition& partition,
             const KeyPlan& plan,
             IdVector<CoreId, CoreImage>& images) {
  const RowsAndAxons need = count_rows_and_axons(problem.view, partition, plan);
  std::vector<std::uint64_t> synapses(images.size());
  for (NeuronNumber source = 0; source < problem.view.size(); ++source)
    problem.view.for_each_stored(
        source, [&](const FlatSynapse& s) { ++synapses[partition.core_of[s.target]]; });
  for (const CoreId id : ids_of(images)) {
    images[id].rows.reserve(need.rows[index_of(id)]);
    images[id].axons.reserve(need.axons[index_of(id)]);
    if (problem.chip.core.synapses_per_word == 1) images[id].words.reserve(synapses[index_of(id)]);
  }
}

}  // namespace

IdVector<CoreId, CoreImage> build_core_images(const ImageProblem& problem,
                                              const Partition& partition,
                                              const KeyPlan& plan,
                                              const std::vector<std::uint32_t>& key_base,
                                              const std::vector<CorePlace>& place_of_core) {
  IdVector<CoreId, CoreImage> images(partition.cores.size());
  for (const CoreId id : ids_of(images)) {
    const std::size_t c = index_of(id);
    images[id].tile = place_of_core[c].tile;
    images[id].slot = place_of_core[c].slot;
    images[id].key_base = key_base[c];
    fill_neurons(problem, partition.cores[c], images[id]);
  }
  reserve(problem, partition, plan, images);
  const SharedRows shared(problem.view, partition, plan);
  for (const CoreId id : ids_of(images))
    images[id].kernels = shared.kernels(static_cast<std::uint32_t>(index_of(id)));
  RowBuilder builder(problem, partition, shared, images);
  for (const PacketGroup& group : plan.groups) {
    const std::uint32_t base = key_base[group.source];
    if (group.source < partition.cores.size()) {
      const CoreContents& core = partition.cores[group.source];
      builder.add_group(group, base, [&](std::uint32_t n) { return core[n]; });
    } else {
      const InputPart& part = plan.inputs[group.source - partition.cores.size()];
      builder.add_group(group, base, [&](std::uint32_t n) {
        return problem.view.number(part.population, part.elements[n]);
      });
    }
  }
  return images;
}

}  // namespace spikeloom
