#include "mapper/partition/core_filler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/base/error.hpp"
#include "models/lowering/weight_format.hpp"
#include "models/mapping/mapping.hpp"

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

/// 0 where cores have no dense rows.
std::uint32_t weights_of_dense_word(const PartitionProblem& problem) {
  const bool has_dense_rows = problem.chip.core.kind != CoreKind::Processor;
  return has_dense_rows ? dense_weights_per_word(problem.chip.core) : 0;
}

/// Some projection is stored whose rows may be dense by more than chance.
bool has_matrices(const NetworkView& view) {
  const auto& projections = view.network().projections;
  for (std::uint32_t p = 0; p < projections.size(); ++p)
    if (!view.is_shared(p) &&
        (std::holds_alternative<DenseConnectivity>(projections[p].connectivity) ||
         std::holds_alternative<ConvConnectivity>(projections[p].connectivity)))
      return true;
  return false;
}

/// Rows that drive each neuron, if all of them may be dense; else 0.
std::uint64_t dense_rows_of(const NetworkView& view, PopulationId population) {
  std::uint64_t rows = 0;
  for (const std::uint32_t p : view.arriving(population)) {
    if (view.is_shared(p)) continue;
    const auto* dense = std::get_if<DenseConnectivity>(&view.network().projections[p].connectivity);
    if (dense == nullptr) return 0;
    rows += dense->sources;
  }
  return rows;
}

}  // namespace

double mean_words(const PartitionProblem& problem, NeuronNumber neuron) {
  const double sparse =
      static_cast<double>(problem.fan_in[neuron]) / problem.chip.core.synapses_per_word;
  const std::uint32_t weights = weights_of_dense_word(problem);
  const std::uint64_t rows =
      weights == 0 ? 0 : dense_rows_of(problem.view, problem.view.population_of(neuron));
  return rows == 0 ? sparse : std::min(sparse, static_cast<double>(rows) / weights);
}

CoreFiller::CoreFiller(const PartitionProblem& problem)
    : problem_(problem),
      lanes_(problem.chip.core.synapses_per_word),
      dense_weights_(weights_of_dense_word(problem)),
      counts_rows_(lanes_ > 1 || (dense_weights_ > 1 && has_matrices(problem.view))),
      profile_seen_in_(problem.profiles.count()),
      apart_(populations_apart(problem.view)) {
  if (!counts_rows_) return;
  lane_load_.resize(std::size_t{problem.view.size()} * lanes_);
  rows_.resize(problem.view.size());
}

std::vector<CoreContents> CoreFiller::fill(const FillOrder& order) {
  next_cut_ = 0;
  std::size_t index = 0;
  if (!counts_rows_)
    for (; index < order.neurons.size(); ++index) add_in_turn(order, index, {});
  else
    for_each_window(problem_.view,
                    problem_.fan_in,
                    order.neurons,
                    [&](const IncomingSynapses& incoming, std::span<const NeuronNumber> part) {
                      for (std::size_t i = 0; i < part.size(); ++i)
                        add_in_turn(order, index++, {incoming.of(i), incoming.delays_of(i)});
                    });
  close_core();
  return std::exchange(cores_, {});
}

void CoreFiller::add_in_turn(const FillOrder& order, std::size_t index, const Incoming& incoming) {
  if (next_cut_ < order.cuts.size() && order.cuts[next_cut_] == index) {
    close_core();
    while (next_cut_ < order.cuts.size() && order.cuts[next_cut_] == index) ++next_cut_;
  }
  add(order.neurons[index], incoming);
}

void CoreFiller::add(NeuronNumber neuron, const Incoming& incoming) {
  if (try_add(neuron, incoming)) return;
  close_core();
  if (try_add(neuron, incoming)) return;
  throw InputError(problem_.file,
                   problem_.view.name_of(neuron),
                   fmt::format("a neuron needs {} synaptic words, a core has {}",
                               problem_.fan_in[neuron],
                               problem_.chip.core.synaptic_words));
}

bool CoreFiller::try_add(NeuronNumber neuron, const Incoming& incoming) {
  const CoreSpec& core = problem_.chip.core;
  const std::uint32_t profile = problem_.profiles.id_of(problem_.view, neuron);
  const auto core_number = static_cast<std::uint32_t>(cores_.size()) + 1;
  const bool new_profile = profile_seen_in_[profile] != core_number;
  if (current_.size() == core.neurons) return note(Neurons), false;
  if (new_profile && profiles_in_core_ == core.profiles) return note(Profiles), false;
  if (!fits_exponents(neuron)) return note(Exponents), false;
  const std::uint64_t before = words_;
  if (counts_rows_)
    add_synapses(incoming);
  else
    words_ += problem_.fan_in[neuron];
  if (words_ > core.synaptic_words) {
    remove_added(incoming);
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

std::uint64_t CoreFiller::words_of(const RowLoad& row) const {
  if (!row.dense || dense_weights_ == 0 || row.sparse_words == 0) return row.sparse_words;
  return std::min(row.sparse_words, (row.last - row.first) / dense_weights_ + 1);
}

std::uint32_t& CoreFiller::lane_load(NeuronNumber source) {
  return lane_load_[std::size_t{source} * lanes_ + current_.size() % lanes_];
}

void CoreFiller::add_synapses(const Incoming& incoming) {
  rows_before_.clear();
  for (std::size_t i = 0; i < incoming.sources.size(); ++i) {
    const RowLoad& row = rows_[incoming.sources[i]];
    rows_before_.push_back(row);
    add_synapse(incoming.sources[i], incoming.delays[i]);
    words_ += words_of(row) - words_of(rows_before_.back());
  }
}

/// To the neuron at hand. A row is as long as its fullest lane, or as its run of targets.
void CoreFiller::add_synapse(NeuronNumber source, std::uint8_t delay) {
  const auto target = static_cast<std::uint32_t>(current_.size());
  RowLoad& row = rows_[source];
  if (row.sparse_words == 0) {
    row.first = target, row.delay = delay;
    touched_.push_back(source);
  } else if (row.delay != delay || row.last == target) {
    row.dense = false;
  }
  row.last = target;
  row.sparse_words = std::max(row.sparse_words, ++lane_load(source));
}

void CoreFiller::remove_added(const Incoming& incoming) {
  for (std::size_t i = incoming.sources.size(); i-- > 0;) {
    rows_[incoming.sources[i]] = rows_before_[i];
    --lane_load(incoming.sources[i]);
  }
}

void CoreFiller::close_core() {
  for (const NeuronNumber source : std::exchange(touched_, {})) {
    std::fill_n(lane_load_.begin() + static_cast<std::ptrdiff_t>(source) * lanes_, lanes_, 0);
    rows_[source] = {};
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
