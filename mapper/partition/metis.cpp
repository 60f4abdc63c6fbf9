// Partitions by multilevel k-way graph partitioning (Karypis and Kumar, "Multilevel k-way
// partitioning scheme for irregular graphs", 1998) with libmetis.
//
// METIS proposes parts; a CoreFiller turns them into cores, exactly. Both of METIS's objectives are
// tried, the edge cut and the communication volume, because neither is better on every network; and
// so are cores that follow the parts and cores that keep populations together and follow the parts
// within them. Of these and the sequential partition the one with the fewest packets into cores is
// kept.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mapper/keys/key_plan.hpp"
#include "mapper/partition/block_graph.hpp"
#include "mapper/partition/partitioner.hpp"

namespace spikeloom {
namespace {

using Parts = std::vector<idx_t>;  ///< per block

/// Parts are aimed at this share of a core, so that METIS's imbalance still fits.
constexpr double kAimedFill = 0.96;

std::uint32_t parts_wanted(const BlockGraph& graph, std::uint32_t tiles) {
  const double load = std::accumulate(graph.load.begin(), graph.load.end(), 0.0) / kLoadUnit;
  const double parts = std::min(std::ceil(load / kAimedFill), static_cast<double>(tiles));
  return static_cast<std::uint32_t>(std::min(parts, static_cast<double>(graph.blocks())));
}

Parts cut_graph(BlockGraph& graph, std::uint32_t parts, mobjtype_et objective) {
  idx_t options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_OBJTYPE] = objective;
  options[METIS_OPTION_SEED] = 1;
  options[METIS_OPTION_UFACTOR] = 30;  // at most 3 % above the mean load
  idx_t vertices = static_cast<idx_t>(graph.blocks()), constraints = 1, cut = 0;
  idx_t part_count = static_cast<idx_t>(parts);
  Parts part_of(graph.blocks());
  const int status = METIS_PartGraphKway(&vertices,
                                         &constraints,
                                         graph.row.data(),
                                         graph.neighbour.data(),
                                         graph.load.data(),
                                         nullptr,
                                         graph.synapses.data(),
                                         &part_count,
                                         nullptr,
                                         nullptr,
                                         options,
                                         &cut,
                                         part_of.data());
  SPIKELOOM_CHECK(status == METIS_OK, "METIS partitions the graph it is given");
  return part_of;
}

/// How parts become cores.
enum class Filling {
  PartByPart,    ///< every part starts a core
  Packed,        ///< part after part, cores filled to the brim
  ByPopulation,  ///< population after population, within it part after part, to the brim
};

/// Blocks of neurons in the order in which they fill cores.
std::vector<std::uint32_t> block_order(const PartitionProblem& problem,
                                       const BlockGraph& graph,
                                       const Parts& part_of,
                                       Filling filling) {
  std::vector<std::uint32_t> blocks;
  for (std::uint32_t block = 0; block < graph.blocks(); ++block)
    if (!problem.view.population(graph.first[block]).is_input) blocks.push_back(block);
  const auto key = [&](std::uint32_t block) {
    const std::size_t population = filling == Filling::ByPopulation
                                       ? index_of(problem.view.population_of(graph.first[block]))
                                       : 0;
    return std::pair(population, part_of[block]);
  };
  std::stable_sort(blocks.begin(), blocks.end(), [&](std::uint32_t a, std::uint32_t b) {
    return key(a) < key(b);
  });
  return blocks;
}

std::vector<CoreContents> fill_cores(const PartitionProblem& problem,
                                     const BlockGraph& graph,
                                     const Parts& part_of,
                                     Filling filling) {
  FillOrder order;
  idx_t part = -1;
  for (const std::uint32_t block : block_order(problem, graph, part_of, filling)) {
    if (filling == Filling::PartByPart && part_of[block] != part) order.cut();
    part = part_of[block];
    for (NeuronNumber n = graph.first[block]; n < graph.first[block + 1]; ++n)
      order.neurons.push_back(n);
  }
  return CoreFiller(problem).fill(order);
}

/// Keeps the partition with the fewest deliveries, then the fewest cores.
class BestPartition {
 public:
  explicit BestPartition(const PartitionProblem& problem) : problem_(problem) {}

  void offer(Partition partition) {
    const auto plan = fitting_plan(problem_.view, partition, problem_.chip, problem_.usable);
    SPIKELOOM_CHECK(plan.has_value(), "a partition's rows and axon entries fit");
    const std::pair cost(plan->first.deliveries(), partition.cores.size());
    if (!best_.cores.empty() && cost >= cost_) return;
    best_ = std::move(partition);
    cost_ = cost;
  }
  /// The same for cores that may not fit: those that do not are passed over.
  void offer_if_it_fits(std::vector<CoreContents> cores) {
    if (cores.size() > problem_.usable.count()) return;
    try {
      offer(fit_rows_and_axons(problem_, std::move(cores)));
    } catch (const InputError&) {
      return;
    }
  }
  void offer_sequential() {
    try {
      offer(make_sequential_partitioner()->partition(problem_));
    } catch (const InputError&) {
      return;
    }
  }
  bool empty() const { return best_.cores.empty(); }
  Partition take() { return std::move(best_); }

 private:
  const PartitionProblem& problem_;
  Partition best_;
  std::pair<std::uint64_t, std::size_t> cost_;
};

class MetisPartitioner : public Partitioner {
 public:
  Partition partition(const PartitionProblem& problem) const override {
    BestPartition best(problem);
    BlockGraph graph = make_block_graph(problem);
    const std::uint32_t parts = parts_wanted(graph, problem.usable.count());
    if (parts > 1 && !graph.neighbour.empty())
      for (const mobjtype_et objective : {METIS_OBJTYPE_CUT, METIS_OBJTYPE_VOL})
        offer_cores(problem, graph, cut_graph(graph, parts, objective), best);
    // Its refusal is the answer where nothing fits.
    if (best.empty()) return make_sequential_partitioner()->partition(problem);
    best.offer_sequential();
    return best.take();
  }

 private:
  static void offer_cores(const PartitionProblem& problem,
                          const BlockGraph& graph,
                          const Parts& part_of,
                          BestPartition& best) {
    std::vector<CoreContents> cores = fill_cores(problem, graph, part_of, Filling::PartByPart);
    if (cores.size() > problem.usable.count())
      cores = fill_cores(problem, graph, part_of, Filling::Packed);
    best.offer_if_it_fits(std::move(cores));
    best.offer_if_it_fits(fill_cores(problem, graph, part_of, Filling::ByPopulation));
  }
};

}  // namespace

std::unique_ptr<Partitioner> make_metis_partitioner() {
  return std::make_unique<MetisPartitioner>();
}

}  // namespace spikeloom
