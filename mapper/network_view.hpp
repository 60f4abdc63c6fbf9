#pragma once
// A lowered network with one number for every neuron and input element, so that the stages of the
// mapper can work on flat arrays.

#include <span>
#include <string>
#include <vector>

#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// Number of a neuron or input element over all populations, in the order of population ids.
using NeuronNumber = std::uint32_t;

/// A synapse as it leaves a source.
struct FlatSynapse {
  NeuronNumber target;
  std::int32_t weight;
  std::uint32_t delay;
  std::uint32_t projection;  ///< index into the network's projections
};

class NetworkView {
 public:
  /// `network` outlives the view. `shared`: which projections cores generate instead of storing
  /// their synapses; empty: none. InputError (with `file`) above 2^32 - 1 neurons.
  NetworkView(const LoweredNetwork& network,
              const std::string& file,
              std::vector<bool> shared = {});

  const LoweredNetwork& network() const { return network_; }
  std::uint32_t size() const { return first_.back(); }
  NeuronNumber number(PopulationId population, std::uint32_t neuron) const {
    return first_[index_of(population)] + neuron;
  }
  NeuronNumber first(PopulationId population) const { return first_[index_of(population)]; }
  PopulationId population_of(NeuronNumber number) const;
  const LoweredPopulation& population(NeuronNumber number) const {
    return network_.populations[population_of(number)];
  }
  /// Whether any synapse leaves `neuron` of `population`.
  bool has_target(PopulationId population, std::uint32_t neuron) const;
  /// "hidden2", for errors.
  const std::string& name_of(NeuronNumber number) const { return population(number).name; }

  bool has_shared() const { return has_shared_; }
  bool is_shared(std::uint32_t projection) const { return has_shared_ && shared_[projection]; }
  /// Projections into a population.
  const std::vector<std::uint32_t>& arriving(PopulationId population) const {
    return arriving_[population];
  }

  /// Calls visit(FlatSynapse) for the synapses that leave `source` of `population`.
  template <typename Visit>
  void for_each_leaving(PopulationId population, std::uint32_t neuron, const Visit& visit) const {
    for (const std::uint32_t p : leaving_[population]) for_each_of(p, neuron, visit);
  }
  /// The same without those of shared projections.
  template <typename Visit>
  void for_each_stored(PopulationId population, std::uint32_t neuron, const Visit& visit) const {
    for (const std::uint32_t p : leaving_[population])
      if (!is_shared(p)) for_each_of(p, neuron, visit);
  }
  template <typename Visit>
  void for_each_stored(NeuronNumber source, const Visit& visit) const {
    const PopulationId population = population_of(source);
    for_each_stored(population, source - first(population), visit);
  }
  template <typename Visit>
  void for_each_leaving(NeuronNumber source, const Visit& visit) const {
    const PopulationId population = population_of(source);
    for_each_leaving(population, source - first(population), visit);
  }

 private:
  template <typename Visit>
  void for_each_of(std::uint32_t p, std::uint32_t neuron, const Visit& visit) const {
    const Projection& projection = network_.projections[p];
    const NeuronNumber first_target = first(projection.target);
    for_each_synapse(projection.connectivity, neuron, [&](const Synapse& synapse) {
      visit(FlatSynapse{first_target + synapse.target, synapse.weight, synapse.delay, p});
    });
  }

  const LoweredNetwork& network_;
  std::vector<std::uint32_t> first_;  ///< per population, and one past the last
  IdVector<PopulationId, std::vector<std::uint32_t>> leaving_, arriving_;
  std::vector<bool> shared_;  ///< per projection
  bool has_shared_;
};

/// How many stored synapses drive each neuron.
class FanIn {
 public:
  explicit FanIn(const NetworkView& view);
  std::uint32_t operator[](NeuronNumber target) const { return count_[target]; }
  std::uint64_t total() const { return total_; }

 private:
  std::vector<std::uint32_t> count_;
  std::uint64_t total_ = 0;
};

/// Who drives some of the neurons by stored synapses: five bytes a synapse of these, and eight a
/// neuron of all.
class IncomingSynapses {
 public:
  /// All outlive the object. Goes through all synapses of the network.
  IncomingSynapses(const NetworkView& view,
                   const FanIn& fan_in,
                   std::span<const NeuronNumber> targets);
  /// The sources of the i-th target, in ascending order; twice where there are two synapses.
  std::span<const NeuronNumber> of(std::size_t i) const {
    return {sources_.data() + row_[i], sources_.data() + row_[i + 1]};
  }
  /// The delays of the same synapses, in steps.
  std::span<const std::uint8_t> delays_of(std::size_t i) const {
    return {delays_.data() + row_[i], delays_.data() + row_[i + 1]};
  }

 private:
  std::vector<std::uint64_t> row_;
  std::vector<NeuronNumber> sources_;
  std::vector<std::uint8_t> delays_;
};

/// So many synapses are held at a time where not all need to be.
inline constexpr std::uint64_t kWindowSynapses = std::uint64_t{1} << 24;

/// Calls visit(IncomingSynapses, part) for parts of `targets` one after the other, each of at most
/// kWindowSynapses synapses or a single target.
template <typename Visit>
void for_each_window(const NetworkView& view,
                     const FanIn& fan_in,
                     std::span<const NeuronNumber> targets,
                     const Visit& visit,
                     std::uint64_t most = kWindowSynapses) {
  for (std::size_t first = 0; first < targets.size();) {
    std::uint64_t synapses = fan_in[targets[first]];
    std::size_t end = first + 1;
    for (; end < targets.size() && synapses + fan_in[targets[end]] <= most; ++end)
      synapses += fan_in[targets[end]];
    const std::span<const NeuronNumber> part = targets.subspan(first, end - first);
    visit(IncomingSynapses(view, fan_in, part), part);
    first = end;
  }
}

}  // namespace spikeloom
