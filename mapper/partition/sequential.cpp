// The baseline: populations in their order, neuron after neuron, each core filled to the brim.

#include "mapper/keys/key_plan.hpp"
#include "mapper/partition/partitioner.hpp"

namespace spikeloom {
namespace {

class SequentialPartitioner : public Partitioner {
 public:
  Partition partition(const PartitionProblem& problem) const override {
    FillOrder order;
    const LoweredNetwork& network = problem.view.network();
    for (const PopulationId id : ids_of(network.populations)) {
      if (network.populations[id].is_input) continue;
      for (std::uint32_t n = 0; n < network.populations[id].size; ++n)
        order.neurons.push_back(problem.view.number(id, n));
    }
    CoreFiller filler(problem);
    std::vector<CoreContents> cores = filler.fill(order);
    if (cores.size() > problem.usable.count())
      fail_too_many_cores(problem, cores.size(), filler.usual_limit());
    return fit_rows_and_axons(problem, std::move(cores));
  }
};

}  // namespace

std::unique_ptr<Partitioner> make_sequential_partitioner() {
  return std::make_unique<SequentialPartitioner>();
}

}  // namespace spikeloom
