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
        return make_patch_partitioner()->partition(problem);
      } catch (const InputError&) {
        // What does not fit in boxes may fit otherwise; if not, that is what is said.
      }
    return make_metis_partitioner()->partition(problem);
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
