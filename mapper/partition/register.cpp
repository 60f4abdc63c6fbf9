#include "mapper/partition/partitioner.hpp"
#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// Boxes where convolutions share their kernels, which cores then hold for few channels; unless
/// boxes need more cores than there are.
class AutomaticPartitioner : public Partitioner {
 public:
  Partition partition(const PartitionProblem& problem) const override {
    if (problem.view.has_shared()) try {
        return partition(problem, "patch");
      } catch (const InputError&) {
        // What does not fit in boxes may fit otherwise; if not, that is what is said.
      }
    return partition(problem, "metis");
  }

 private:
  static Partition partition(const PartitionProblem& problem, const std::string& name) {
    Partition partition = make_stage(partitioners(), name)->partition(problem);
    partition.partitioner = name;
    return partition;
  }
};

std::unique_ptr<Partitioner> make_automatic_partitioner() {
  return std::make_unique<AutomaticPartitioner>();
}

}  // namespace

Registry<Partitioner> partitioners() {
  return {{kAutomatic, make_automatic_partitioner},
          {"metis", make_metis_partitioner},
          {"patch", make_patch_partitioner},
          {"sequential", make_sequential_partitioner}};
}

}  // namespace spikeloom
