#pragma once
// Stage 1: distributes the neurons over cores.

#include "mapper/partition/core_filler.hpp"
#include "mapper/registry.hpp"

namespace spikeloom {

/// Every implementation returns cores that the chip can hold in every respect: neurons, profiles,
/// synaptic words, rows and axon entries, number of cores. InputError where it finds none.
class Partitioner {
 public:
  virtual ~Partitioner() = default;
  virtual Partition partition(const PartitionProblem& problem) const = 0;
};

std::unique_ptr<Partitioner> make_sequential_partitioner();
std::unique_ptr<Partitioner> make_metis_partitioner();
std::unique_ptr<Partitioner> make_patch_partitioner();
Registry<Partitioner> partitioners();

}  // namespace spikeloom
