#include "mapper/partition/core_filler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/base/error.hpp"
#include "models/lowering/weight_format.hpp"

namespace spikeloom {
namespace {

// What all weights of a row share.
using SharedFormat = std::pair<std::int32_t, SignMode>;

std::vector<SharedFormat> row_formats(const LoweredNetwork& network) {
  const bool signs_matter = network.arithmetic.weight_format == WeightFormat::Loihi;
  std::vector<SharedFormat> formats;
  for (const Projection& projection : network.projections)
    formats.emplace_back(projection.weight_exponent,
                         signs_matter ? sign_mode_of(projection.connectivity) : SignMode::Mixed);
  return formats;
}

IdVector<PopulationId, std::vector<bool>> populations_apart(const NetworkView& view) {
  const LoweredNetwork& network = view.network();
  const std::size_t count = network.populations.size();
  IdVector<PopulationId, std::vector<bool>> apart(count, std::vector<bool>(count));
  const auto& all = network.projections;
  const std::vector<SharedFormat> formats = row_formats(network);
  for (std::uint32_t a = 0; a < all.size(); ++a)
    for (std::uint32_t b = 0; b < all.size(); ++b) {
      if (all[a].source != all[b].source || all[a].target == all[b].target) continue;
      const bool share_rows =
          view.is_shared(a) == view.is_shared(b) && (view.is_shared(a) || formats[a] == formats[b]);
      if (!share_rows) apart[all[a].target][index_of(all[b].target)] = true;
    }
  return apart;
}

}  // namespace

CoreFiller::CoreFiller(const PartitionProblem& problem)
    : problem_(problem),
      lanes_(problem.chip.core.synapses_per_word),
      profile_seen_in_(problem.profiles.count()),
      apart_(populations_apart(problem.view)) {
  if (lanes_ == 1) return;
  lane_load_.resize(std::size_t{problem.view.size()} * lanes_);
  row_words_.resize(problem.view.size());
}

std::vector<CoreContents> CoreFiller::fill(const FillOrder& order) {
  next_cut_ = 0;
  std::size_t index = 0;
  // Without lanes every synapse is a word, whoever sends it.
  if (lanes_ == 1)
    for (; index < order.neurons.size(); ++index) add_in_turn(order, index, {});
  else
    for_each_window(problem_.view,
                    problem_.fan_in,
                    order.neurons,
                    [&](const IncomingSynapses& incoming, Sources part) {
                      for (std::size_t i = 0; i < part.size(); ++i)
                        add_in_turn(order, index++, incoming.of(i));
                    });
  close_core();
  return std::exchange(cores_, {});
}

void CoreFiller::add_in_turn(const FillOrder& order, std::size_t index, Sources sources) {
  if (next_cut_ < order.cuts.size() && order.cuts[next_cut_] == index) {
    close_core();
    while (next_cut_ < order.cuts.size() && order.cuts[next_cut_] == index) ++next_cut_;
  }
  add(order.neurons[index], sources);
}

void CoreFiller::add(NeuronNumber neuron, Sources sources) {
  if (try_add(neuron, sources)) return;
  close_core();
  if (try_add(neuron, sources)) return;
  throw InputError(problem_.file,
                   problem_.view.name_of(neuron),
                   fmt::format("a neuron needs {} synaptic words, a core has {}",
                               problem_.fan_in[neuron],
                               problem_.chip.core.synaptic_words));
}

bool CoreFiller::try_add(NeuronNumber neuron, Sources sources) {
  const CoreSpec& core = problem_.chip.core;
  const std::uint32_t profile = problem_.profiles.id_of(problem_.view, neuron);
  const auto core_number = static_cast<std::uint32_t>(cores_.size()) + 1;
  const bool new_profile = profile_seen_in_[profile] != core_number;
  if (current_.size() == core.neurons) return note(Neurons), false;
  if (new_profile && profiles_in_core_ == core.profiles) return note(Profiles), false;
  if (!fits_exponents(neuron)) return note(Exponents), false;
  const auto lane = static_cast<std::uint32_t>(current_.size() % lanes_);
  const std::uint64_t before = words_;
  words_ += lanes_ == 1 ? problem_.fan_in[neuron] : add_synapses(sources, lane);
  if (words_ > core.synaptic_words) {
    remove_synapses(sources, lane);
    words_ = before;
    return note(Words), false;
  }
  current_.push_back(neuron);
  profile_seen_in_[profile] = core_number;
  profiles_in_core_ += new_profile ? 1 : 0;
  const PopulationId population = problem_.view.population_of(neuron);
  if (populations_in_core_.empty() || populations_in_core_.back() != population)
    populations_in_core_.push_back(population);
  return true;
}

bool CoreFiller::fits_exponents(NeuronNumber neuron) const {
  const auto& apart = apart_[problem_.view.population_of(neuron)];
  return std::none_of(populations_in_core_.begin(),
                      populations_in_core_.end(),
                      [&](PopulationId id) { return apart[index_of(id)]; });
}

/// Returns the wide words this adds: a row is as long as its fullest lane.
std::uint64_t CoreFiller::add_synapses(Sources sources, std::uint32_t lane) {
  std::uint64_t added = 0;
  for (const NeuronNumber source : sources) {
    const std::uint32_t load = ++lane_load_[std::size_t{source} * lanes_ + lane];
    if (load <= row_words_[source]) continue;
    if (row_words_[source] == 0) touched_.push_back(source);
    row_words_[source] = load;
    ++added;
  }
  return added;
}

void CoreFiller::remove_synapses(Sources sources, std::uint32_t lane) {
  for (const NeuronNumber source : sources) {
    const auto loads = lane_load_.begin() + static_cast<std::ptrdiff_t>(source) * lanes_;
    --loads[lane];
    row_words_[source] = *std::max_element(loads, loads + lanes_);
  }
}

void CoreFiller::close_core() {
  for (const NeuronNumber source : std::exchange(touched_, {})) {
    std::fill_n(lane_load_.begin() + static_cast<std::ptrdiff_t>(source) * lanes_, lanes_, 0);
    row_words_[source] = 0;
  }
  words_ = 0;
  if (current_.empty()) return;
  cores_.push_back(std::exchange(current_, {}));
  profiles_in_core_ = 0;
  populations_in_core_.clear();
}

std::string CoreFiller::usual_limit() const {
  const auto limit = std::max_element(ended_by_.begin(), ended_by_.end()) - ended_by_.begin();
  const CoreSpec& core = problem_.chip.core;
  switch (limit) {
    case Profiles:
      return fmt::format("{} profiles", core.profiles);
    case Words:
      return fmt::format("{} synaptic words", core.synaptic_words);
    case Exponents:
      return "one weight exponent and sign mode a row";
    default:
      return fmt::format("{} neurons", core.neurons);
  }
}

void fail_too_many_cores(const PartitionProblem& problem,
                         std::size_t cores,
                         const std::string& limit) {
  throw InputError(
      problem.file,
      "",
      fmt::format("needs {} cores of {}, {}", cores, limit, problem.usable.sentence()));
}

}  // namespace spikeloom
