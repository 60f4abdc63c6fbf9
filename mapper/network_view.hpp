#pragma once
// A lowered network with one number for every neuron and input element, so that the stages of the
// mapper can work on flat arrays.

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
  /// `network` outlives the view. InputError (with `file`) above 2^32 - 1 neurons.
  NetworkView(const LoweredNetwork& network, const std::string& file);

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
  /// "hidden2", for errors.
  const std::string& name_of(NeuronNumber number) const { return population(number).name; }

  /// Calls visit(FlatSynapse) for the synapses that leave `source` of `population`.
  template <typename Visit>
  void for_each_leaving(PopulationId population, std::uint32_t neuron, const Visit& visit) const {
    for (const std::uint32_t p : leaving_[population]) {
      const Projection& projection = network_.projections[p];
      const NeuronNumber first_target = first(projection.target);
      for_each_synapse(projection.connectivity, neuron, [&](const Synapse& synapse) {
        visit(FlatSynapse{first_target + synapse.target, synapse.weight, synapse.delay, p});
      });
    }
  }
  template <typename Visit>
  void for_each_leaving(NeuronNumber source, const Visit& visit) const {
    const PopulationId population = population_of(source);
    for_each_leaving(population, source - first(population), visit);
  }

 private:
  const LoweredNetwork& network_;
  std::vector<std::uint32_t> first_;  ///< per population, and one past the last
  IdVector<PopulationId, std::vector<std::uint32_t>> leaving_;
};

/// Who drives a neuron: compressed rows by target, four bytes a synapse.
struct IncomingSynapses {
  std::vector<std::uint64_t> row;  ///< size() + 1
  std::vector<NeuronNumber> source;

  explicit IncomingSynapses(const NetworkView& view);
  std::uint64_t fan_in(NeuronNumber target) const { return row[target + 1] - row[target]; }
};

}  // namespace spikeloom
