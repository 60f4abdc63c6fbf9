#pragma once
// Fills cores neuron by neuron, exactly: neurons, profiles and synaptic words with the padding of
// their lanes. Opens the next core when one is full. Rows and axon entries depend on where the
// sources are; fit_rows_and_axons() sees to them afterwards.

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

class CoreFiller {
 public:
  explicit CoreFiller(const PartitionProblem& problem);

  /// The cores. InputError if a neuron does not fit an empty core.
  std::vector<CoreContents> fill(const FillOrder& order);
  /// What ended most cores, such as "256 neurons", for errors.
  std::string usual_limit() const;

 private:
  enum Limit { Neurons, Profiles, Words, Exponents, kLimits };

  /// Of the neuron at hand; without lanes nobody asks, and none are given.
  using Sources = std::span<const NeuronNumber>;

  void add_in_turn(const FillOrder& order, std::size_t index, Sources sources);
  void add(NeuronNumber neuron, Sources sources);
  bool try_add(NeuronNumber neuron, Sources sources);
  bool fits_exponents(NeuronNumber neuron) const;
  std::uint64_t add_synapses(Sources sources, std::uint32_t lane);
  void remove_synapses(Sources sources, std::uint32_t lane);
  void close_core();
  void note(Limit limit) { ++ended_by_[limit]; }

  const PartitionProblem& problem_;
  const std::uint32_t lanes_;
  std::vector<CoreContents> cores_;
  CoreContents current_;
  std::uint64_t words_ = 0;                     ///< of the current core
  std::vector<std::uint32_t> lane_load_;        ///< [source * lanes + lane], current core
  std::vector<std::uint32_t> row_words_;        ///< [source], current core
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
