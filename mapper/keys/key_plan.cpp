#include "mapper/keys/key_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <map>
#include <span>

#include "mapper/rows/shared_rows.hpp"
#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// A core or input population is looked at in at most this many parts.
constexpr std::uint32_t kParts = 32;

/// Forms the groups of one source, from small parts upwards.
class GroupBuilder {
 public:
  GroupBuilder(const NetworkView& view, const Partition& partition, double waste_limit)
      : view_(view),
        partition_(partition),
        limit_(waste_limit),
        seen_(partition.cores.size(), kNoPart) {}

  /// Appends the groups of the source whose local neuron n is number_of(n). It belongs to `whole`
  /// neurons, which are looked at in kParts parts.
  template <typename NumberOf>
  void build(std::uint32_t source,
             std::uint32_t neurons,
             std::uint32_t whole,
             const NumberOf& number_of,
             std::vector<PacketGroup>& groups) {
    source_ = source;
    neurons_ = neurons;
    part_size_ = std::max(1U, std::bit_ceil(whole) / kParts);
    survey(number_of);
    const auto built = groups_in(0, std::bit_ceil(neurons));
    groups.insert(groups.end(), built.begin(), built.end());
  }

 private:
  static constexpr std::uint32_t kNoPart = 0xFFFFFFFFU;

  template <typename NumberOf>
  void survey(const NumberOf& number_of) {
    sends_.assign(neurons_, 0);
    to_io_.assign(neurons_, 0);
    targets_.assign((neurons_ + part_size_ - 1) / part_size_, {});
    for (std::uint32_t n = 0; n < neurons_; ++n) {
      const NeuronNumber number = number_of(n);
      const LoweredPopulation& population = view_.population(number);
      sends_[n] = sends_packets(view_, number) ? 1 : 0;
      to_io_[n] = sends_[n] != 0 && population.is_output && !population.is_input ? 1 : 0;
      if (sends_[n] != 0) note_targets(number, n / part_size_);
    }
    for (std::uint32_t part = 0; part < targets_.size(); ++part) {
      std::sort(targets_[part].begin(), targets_[part].end());
      for (const std::uint32_t core : targets_[part]) seen_[core] = kNoPart;
    }
  }

  void note_targets(NeuronNumber number, std::uint32_t part) {
    view_.for_each_leaving(number, [&](const FlatSynapse& synapse) {
      const std::uint32_t core = partition_.core_of[synapse.target];
      if (seen_[core] == part) return;
      seen_[core] = part;
      targets_[part].push_back(core);
    });
  }

  std::vector<PacketGroup> groups_in(std::uint32_t first, std::uint32_t size) const {
    if (first >= neurons_) return {};
    if (size <= part_size_ && is_uniform(first, size)) return leaf(first, size);
    auto low = groups_in(first, size / 2), high = groups_in(first + size / 2, size / 2);
    if (low.size() == 1 && high.size() == 1 && low[0].to_io == high[0].to_io) {
      PacketGroup both = join(low[0], high[0], first, size);
      if (waste(low[0], both) + waste(high[0], both) <=
          limit_ * both.senders * static_cast<double>(both.cores.size()))
        return {both};
    }
    std::move(high.begin(), high.end(), std::back_inserter(low));
    return low;
  }

  /// All that send go to the io port, or none does.
  bool is_uniform(std::uint32_t first, std::uint32_t size) const {
    std::uint32_t io = 0, sending = 0;
    for (std::uint32_t n = first; n < std::min(first + size, neurons_); ++n) {
      io += to_io_[n];
      sending += sends_[n];
    }
    return io == 0 || io == sending;
  }

  std::vector<PacketGroup> leaf(std::uint32_t first, std::uint32_t size) const {
    PacketGroup group{source_, first, size, std::min(first + size, neurons_) - first, 0, false, {}};
    for (std::uint32_t n = first; n < first + group.rows; ++n) {
      group.senders += sends_[n];
      group.to_io = group.to_io || to_io_[n] != 0;
    }
    if (group.senders == 0) return {};
    group.cores = targets_[first / part_size_];
    return {group};
  }

  PacketGroup join(const PacketGroup& low,
                   const PacketGroup& high,
                   std::uint32_t first,
                   std::uint32_t size) const {
    PacketGroup both{source_,
                     first,
                     size,
                     std::min(first + size, neurons_) - first,
                     low.senders + high.senders,
                     low.to_io,
                     {}};
    std::set_union(low.cores.begin(),
                   low.cores.end(),
                   high.cores.begin(),
                   high.cores.end(),
                   std::back_inserter(both.cores));
    return both;
  }

  static double waste(const PacketGroup& part, const PacketGroup& whole) {
    return static_cast<double>(part.senders) *
           static_cast<double>(whole.cores.size() - part.cores.size());
  }

  const NetworkView& view_;
  const Partition& partition_;
  double limit_;
  std::uint32_t source_ = 0, neurons_ = 0, part_size_ = 1;
  std::vector<std::uint8_t> sends_, to_io_;
  std::vector<std::vector<std::uint32_t>> targets_;  ///< per part: target cores
  std::vector<std::uint32_t> seen_;                  ///< per core: last part that has it
};

/// Input elements without synapses make packets too: those of such a group take any way.
void give_a_target_to_all(std::span<PacketGroup> groups) {
  const auto some = std::find_if(
      groups.begin(), groups.end(), [](const PacketGroup& g) { return !g.cores.empty(); });
  if (some == groups.end()) return;
  std::uint32_t core = some->cores.front();
  for (PacketGroup& group : groups) {
    if (group.cores.empty()) group.cores = {core};
    core = group.cores.front();
  }
}

bool has_synapses(const NetworkView& view, PopulationId id) {
  for (std::uint32_t n = 0; n < view.network().populations[id].size; ++n)
    if (view.has_target(id, n)) return true;
  return false;
}

/// By port; none is empty.
std::vector<InputPart> input_parts(PopulationId population,
                                   const std::vector<std::uint32_t>& port_of) {
  std::map<std::uint32_t, InputPart> parts;
  for (std::uint32_t element = 0; element < port_of.size(); ++element) {
    const std::uint32_t port = port_of[element];
    parts.try_emplace(port, InputPart{population, {}, port})
        .first->second.elements.push_back(element);
  }
  std::vector<InputPart> sorted;
  for (auto& [port, part] : parts) sorted.push_back(std::move(part));
  return sorted;
}

// ---- fitting ---------------------------------------------------------------------------------

bool fits(const RowsAndAxons& need, const CoreSpec& core, std::size_t c) {
  return need.rows[c] <= core.rows && need.axons[c] <= core.axon_entries &&
         need.kernels[c] <= core.kernel_words;
}

std::vector<std::uint32_t> unfit_cores(const RowsAndAxons& need, const CoreSpec& core) {
  std::vector<std::uint32_t> unfit;
  for (std::uint32_t c = 0; c < need.rows.size(); ++c)
    if (!fits(need, core, c)) unfit.push_back(c);
  return unfit;
}

/// The need with the fewest cores that do not fit.
RowsAndAxons nearest_need(const PartitionProblem& problem, const Partition& partition) {
  RowsAndAxons best;
  std::size_t fewest = partition.cores.size() + 1;
  for (const Grouping& grouping : kGroupings) {
    RowsAndAxons need = count_rows_and_axons(
        problem.view,
        partition,
        plan_keys(problem.view, partition, problem.chip, problem.usable, grouping));
    const std::size_t unfit = unfit_cores(need, problem.chip.core).size();
    if (unfit < fewest) best = std::move(need), fewest = unfit;
    if (fewest == 0) break;
  }
  return best;
}

/// What a core has too little of.
struct Shortage {
  const char* resource;
  std::uint64_t need, limit;
};
Shortage shortage(const RowsAndAxons& need, const CoreSpec& core, std::uint32_t c) {
  if (need.rows[c] > core.rows) return {"rows", need.rows[c], core.rows};
  if (need.axons[c] > core.axon_entries) return {"axon entries", need.axons[c], core.axon_entries};
  return {"kernel words", need.kernels[c], core.kernel_words};
}

[[noreturn]] void fail_single_neuron(const PartitionProblem& problem,
                                     const Shortage& shortage,
                                     NeuronNumber neuron) {
  throw InputError(
      problem.file,
      problem.view.name_of(neuron),
      fmt::format(
          "a neuron needs {} {}, a core has {}", shortage.need, shortage.resource, shortage.limit));
}

/// `sources` ascend.
void refuse_many_sources(const PartitionProblem& problem,
                         NeuronNumber neuron,
                         std::span<const NeuronNumber> sources) {
  std::uint32_t rows = 0;
  for (std::size_t i = 0; i < sources.size(); ++i)
    rows += i == 0 || sources[i] != sources[i - 1] ? 1 : 0;
  if (rows > problem.chip.core.rows)
    throw InputError(
        problem.file,
        problem.view.name_of(neuron),
        fmt::format("a neuron needs {} rows, a core has {}", rows, problem.chip.core.rows));
}

/// However small its core: a neuron needs a row for each of its sources.
void refuse_neurons_of_many_sources(const PartitionProblem& problem, const CoreContents& core) {
  CoreContents suspects;
  std::copy_if(core.begin(), core.end(), std::back_inserter(suspects), [&](NeuronNumber neuron) {
    return problem.fan_in[neuron] > problem.chip.core.rows;
  });
  for_each_window(problem.view,
                  problem.fan_in,
                  suspects,
                  [&](const IncomingSynapses& incoming, std::span<const NeuronNumber> part) {
                    for (std::size_t i = 0; i < part.size(); ++i)
                      refuse_many_sources(problem, part[i], incoming.of(i));
                  });
}

/// The second half of a core, cut where the lanes of its neurons stay the same.
CoreContents cut_half(CoreContents& core, std::uint32_t lanes) {
  const std::size_t whole_words = core.size() / 2 / lanes * lanes;
  const auto cut = static_cast<std::ptrdiff_t>(whole_words > 0 ? whole_words : core.size() / 2);
  CoreContents half(core.begin() + cut, core.end());
  core.resize(static_cast<std::size_t>(cut));
  return half;
}

}  // namespace

std::uint64_t KeyPlan::senders() const {
  std::uint64_t sum = 0;
  for (const PacketGroup& group : groups) sum += group.senders;
  return sum;
}

std::uint64_t KeyPlan::deliveries() const {
  std::uint64_t sum = 0;
  for (const PacketGroup& group : groups) sum += std::uint64_t{group.senders} * group.cores.size();
  return sum;
}

bool sends_packets(const NetworkView& view, NeuronNumber number) {
  const PopulationId id = view.population_of(number);
  const LoweredPopulation& population = view.network().populations[id];
  const std::uint32_t neuron = number - view.first(id);
  if (population.is_input) return true;
  if (!population.profile(neuron).spikes) return false;
  return population.is_output || view.has_target(id, neuron);
}

KeyPlan plan_keys(const NetworkView& view,
                  const Partition& partition,
                  const Chip& chip,
                  const UsableCores& usable,
                  const Grouping& grouping) {
  KeyPlan plan;
  GroupBuilder builder(view, partition, grouping.waste_limit);
  std::vector<std::uint32_t> ports = usable.ports();
  if (!grouping.by_all_ports) ports.resize(1);
  for (std::uint32_t c = 0; c < partition.cores.size(); ++c) {
    const CoreContents& core = partition.cores[c];
    const auto neurons = static_cast<std::uint32_t>(core.size());
    plan.block_size.push_back(std::bit_ceil(neurons));
    builder.build(
        c, neurons, neurons, [&](std::uint32_t n) { return core[n]; }, plan.groups);
  }
  for (const PopulationId id : ids_of(view.network().populations)) {
    const LoweredPopulation& population = view.network().populations[id];
    if (!population.is_input || !has_synapses(view, id)) continue;
    const std::size_t first_group = plan.groups.size();
    for (InputPart& part : input_parts(id, ports_of_elements(population, chip, ports))) {
      const auto source = static_cast<std::uint32_t>(plan.block_size.size());
      const auto size = static_cast<std::uint32_t>(part.elements.size());
      plan.block_size.push_back(std::bit_ceil(size));
      builder.build(
          source,
          size,
          population.size,
          [&](std::uint32_t n) { return view.number(id, part.elements[n]); },
          plan.groups);
      plan.inputs.push_back(std::move(part));
    }
    give_a_target_to_all(std::span(plan.groups).subspan(first_group));
  }
  return plan;
}

std::set<std::pair<std::uint32_t, std::uint32_t>> source_cores(const KeyPlan& plan) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const PacketGroup& group : plan.groups)
    for (const std::uint32_t core : group.cores) pairs.emplace(group.source, core);
  return pairs;
}

RowsAndAxons count_rows_and_axons(const NetworkView& view,
                                  const Partition& partition,
                                  const KeyPlan& plan) {
  const std::size_t cores = partition.cores.size();
  RowsAndAxons need{std::vector<std::uint64_t>(cores),
                    std::vector<std::uint64_t>(cores),
                    std::vector<std::uint64_t>(cores)};
  const SharedRows shared(view, partition, plan);
  for (std::uint32_t core = 0; core < cores; ++core) need.kernels[core] = shared.kernel_words(core);
  for (const PacketGroup& group : plan.groups)
    for (const std::uint32_t core : group.cores) {
      need.rows[core] += shared.is_shared(group, core) ? 1 : group.rows;
      ++need.axons[core];
    }
  if (!view.has_shared()) return need;
  for (const auto& [source, core] : source_cores(plan))
    need.rows[core] += kRowsPerConvolution * shared.convolutions(source, core).size();
  return need;
}

std::optional<std::pair<KeyPlan, std::size_t>> fitting_plan(const NetworkView& view,
                                                            const Partition& partition,
                                                            const Chip& chip,
                                                            const UsableCores& usable,
                                                            std::size_t first) {
  for (std::size_t i = first; i < std::size(kGroupings); ++i) {
    KeyPlan plan = plan_keys(view, partition, chip, usable, kGroupings[i]);
    if (unfit_cores(count_rows_and_axons(view, partition, plan), chip.core).empty())
      return std::pair(std::move(plan), i);
  }
  return std::nullopt;
}

Partition fit_rows_and_axons(const PartitionProblem& problem, std::vector<CoreContents> cores) {
  while (true) {
    Partition partition(std::move(cores), problem.view.size());
    const RowsAndAxons need = nearest_need(problem, partition);
    const auto unfit = unfit_cores(need, problem.chip.core);
    if (unfit.empty()) return partition;
    cores = std::move(partition.cores);
    for (const std::uint32_t c : unfit) refuse_neurons_of_many_sources(problem, cores[c]);
    const Shortage first = shortage(need, problem.chip.core, unfit.front());
    if (cores.size() + unfit.size() > problem.usable.count())
      fail_too_many_cores(
          problem, cores.size() + unfit.size(), fmt::format("{} {}", first.limit, first.resource));
    for (const std::uint32_t c : unfit) {
      if (cores[c].size() == 1)
        fail_single_neuron(problem, shortage(need, problem.chip.core, c), cores[c][0]);
      cores.push_back(cut_half(cores[c], problem.chip.core.synapses_per_word));
    }
  }
}

}  // namespace spikeloom
