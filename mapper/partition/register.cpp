#include "mapper/partition/partitioner.hpp"

namespace spikeloom {
namespace {

/// Boxes where convolutions share their kernels, which cores then hold for few channels.
class AutomaticPartitioner : public Partitioner {
 public:
  Partition partition(const PartitionProblem& problem) const override {
    const auto chosen =
        problem.view.has_shared() ? make_patch_partitioner() : make_metis_partitioner();
    return chosen->partition(problem);
  }
};

std::unique_ptr<Partitioner> make_automatic_partitioner() {
  return std::make_unique<AutomaticPartitioner>();
}

}  // namespace

Registry<Partitioner> partitioners() {
  return {{"automatic", make_automatic_partitioner},
          {"metis", make_metis_partitioner},
          {"patch", make_patch_partitioner},
          {"sequential", make_sequential_partitioner}};
}

}  // namespace spikeloom
