#pragma once
// Fills cores neuron by neuron, exactly: neurons, profiles and synaptic words, of sparse rows with
// the padding of their lanes, of dense rows with that of their last word. Opens the next core when
// one is full. Rows and axon entries depend on where the sources are; fit_rows_and_axons() sees to
// them afterwards.

#include <array>
#include <string>

#include "mapper/partition/partition.hpp"
#include "mapper/partition/profile_ids.hpp"
#include "mapper/usable_cores.hpp"

namespace spikeloom {

/// What the partitioners work on; everything outlives them.
struct PartitionProblem {
  const NetworkView& view;
  const FanIn& fan_in;
  const ProfileIds& profiles;
  const Chip& chip;
  const std::string& file;  ///< for errors
  const UsableCores& usable;
};

/// Neurons in the order in which they fill cores.
struct FillOrder {
  std::vector<NeuronNumber> neurons;
  std::vector<std::size_t> cuts;  ///< indices of neurons that start a core, ascending

  void cut() { cuts.push_back(neurons.size()); }
};

/// Wide words that a neuron takes of a core full of its population, about: those of sparse rows, or
/// of dense ones where all its projections are dense and that is less.
double mean_words(const PartitionProblem& problem, NeuronNumber neuron);

class CoreFiller {
 public:
  explicit CoreFiller(const PartitionProblem& problem);

  /// The cores. InputError if a neuron does not fit an empty core.
  std::vector<CoreContents> fill(const FillOrder& order);
  /// What ended most cores, such as "256 neurons", for errors.
  std::string usual_limit() const;

 private:
  enum Limit { Neurons, Profiles, Words, Exponents, kLimits };

  /// Synapses of the neuron at hand; where each is a word nobody asks, and none are given.
  struct Incoming {
    std::span<const NeuronNumber> sources;
    std::span<const std::uint8_t> delays;
  };
  /// What the synapses of a source in the current core take.
  struct RowLoad {
    std::uint32_t sparse_words = 0;     ///< those of the fullest lane; 0: no synapse
    std::uint32_t first = 0, last = 0;  ///< local targets
    std::uint8_t delay = 0;
    bool dense = true;  ///< one delay, one synapse a target
  };

  void add_in_turn(const FillOrder& order, std::size_t index, const Incoming& incoming);
  void add(NeuronNumber neuron, const Incoming& incoming);
  bool try_add(NeuronNumber neuron, const Incoming& incoming);
  bool fits_exponents(NeuronNumber neuron) const;
  std::uint64_t words_of(const RowLoad& row) const;
  void add_synapses(const Incoming& incoming);
  void add_synapse(NeuronNumber source, std::uint8_t delay);
  void remove_added(const Incoming& incoming);
  std::uint32_t& lane_load(NeuronNumber source);
  void close_core();
  void note(Limit limit) { ++ended_by_[limit]; }

  const PartitionProblem& problem_;
  const std::uint32_t lanes_;
  const std::uint32_t dense_weights_;  ///< of a wide word; 0: the core has no dense rows
  const bool counts_rows_;             ///< else every synapse is a word
  std::vector<CoreContents> cores_;
  CoreContents current_;
  std::uint64_t words_ = 0;                     ///< of the current core
  std::vector<std::uint32_t> lane_load_;        ///< [source * lanes + lane], current core
  std::vector<RowLoad> rows_;                   ///< [source], current core
  std::vector<RowLoad> rows_before_;            ///< per synapse of the neuron at hand
  std::vector<NeuronNumber> touched_;           ///< sources with words in the current core
  std::vector<std::uint32_t> profile_seen_in_;  ///< [profile id] core number + 1
  std::uint32_t profiles_in_core_ = 0;
  std::vector<PopulationId> populations_in_core_;
  /// Populations whose synapses from a common source carry different weight exponents, weights of
  /// other signs where the format depends on them, or are shared for the one and stored for the
  /// other: a row has one of each, so they do not share a core.
  IdVector<PopulationId, std::vector<bool>> apart_;
  std::array<std::uint32_t, kLimits> ended_by_{};
  std::size_t next_cut_ = 0;
};

/// InputError: more cores than the chip has. `limit` is what fills a core, such as "256 neurons".
[[noreturn]] void fail_too_many_cores(const PartitionProblem& problem,
                                      std::size_t cores,
                                      const std::string& limit);

}  // namespace spikeloom
