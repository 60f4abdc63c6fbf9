#include "sim/golden/fast/traces.hpp"

#include <bit>
#include <utility>

namespace spikeloom::fast {
namespace {

constexpr std::uint32_t kWordBits = 64;

// Calls `visit(neuron)` for every bit that is set, in ascending order, and clears it.
void drain(std::vector<std::uint64_t>& marked, std::uint32_t neurons, auto visit) {
  for (std::uint32_t first = 0; first < neurons; first += kWordBits)
    for (std::uint64_t word = std::exchange(marked[first / kWordBits], 0); word != 0;
         word &= word - 1)
      visit(first + static_cast<std::uint32_t>(std::countr_zero(word)));
}

// Appends the items of `step` that `cursor` stands at.
template <typename Item>
void append_step(std::vector<Item>& items,
                 std::uint32_t step,
                 std::size_t& cursor,
                 std::vector<Item>& merged) {
  for (; cursor < items.size() && items[cursor].step == step; ++cursor)
    merged.push_back(std::move(items[cursor]));
}

// Merges lists that ascend by step, within a step in the order of the lists.
template <typename Item>
std::vector<Item> merge(std::vector<std::vector<Item>*> lists, std::uint32_t steps) {
  std::erase_if(lists, [](const auto* list) { return list->empty(); });
  if (lists.empty()) return {};
  if (lists.size() == 1) return std::move(*lists.front());
  std::size_t total = 0;
  for (const auto* list : lists) total += list->size();
  std::vector<Item> merged;
  merged.reserve(total);
  std::vector<std::size_t> cursors(lists.size());
  for (std::uint32_t step = 0; step < steps; ++step)
    for (std::size_t i = 0; i < lists.size(); ++i) append_step(*lists[i], step, cursors[i], merged);
  return merged;
}

SampleTrace merged(IdVector<PopulationId, SampleTrace>& parts, std::uint32_t steps) {
  std::vector<std::vector<Spike>*> spikes;
  std::vector<std::vector<StateFrame>*> states;
  for (SampleTrace& part : parts) {
    spikes.push_back(&part.spikes);
    states.push_back(&part.states);
  }
  return {merge(spikes, steps), merge(states, steps)};
}

}  // namespace

Traces::Traces(std::size_t samples, std::size_t populations)
    : parts_(samples, IdVector<PopulationId, SampleTrace>(populations)),
      marked_(samples),
      counts_(samples) {}

void Traces::add_spikes(PopulationId population,
                        std::uint32_t step,
                        const NeuronOrder& order,
                        std::span<const SourceSpike> spikes) {
  if (!order.natural) return add_by_neuron(population, step, order, spikes);
  for (const SourceSpike& spike : spikes)
    parts_[spike.sample][population].spikes.push_back(
        {step, population, spike.position, spike.count});
}

// Marks neurons and reads the marks back, which sorts them. Populations in another order than the
// network's are no inputs: a neuron stands in `spikes` once.
void Traces::add_by_neuron(PopulationId population,
                           std::uint32_t step,
                           const NeuronOrder& order,
                           std::span<const SourceSpike> spikes) {
  const auto neurons = static_cast<std::uint32_t>(order.neuron_at.size());
  std::vector<bool> spiked(parts_.size());
  for (const SourceSpike& spike : spikes) {
    std::vector<std::uint64_t>& marked = marked_[spike.sample];
    if (marked.size() * kWordBits < neurons) marked.resize(neurons / kWordBits + 1);
    if (counts_[spike.sample].size() < neurons) counts_[spike.sample].resize(neurons);
    const std::uint32_t neuron = order.neuron_at[spike.position];
    marked[neuron / kWordBits] |= std::uint64_t{1} << neuron % kWordBits;
    counts_[spike.sample][neuron] = spike.count;
    spiked[spike.sample] = true;
  }
  for (std::size_t sample = 0; sample < parts_.size(); ++sample) {
    if (!spiked[sample]) continue;
    std::vector<Spike>& sorted = parts_[sample][population].spikes;
    drain(marked_[sample], neurons, [&](std::uint32_t neuron) {
      sorted.push_back({step, population, neuron, counts_[sample][neuron]});
    });
  }
}

void Traces::add_state(std::size_t sample,
                       PopulationId population,
                       std::uint32_t step,
                       const NeuronOrder& order,
                       const NeuronState& state) {
  StateFrame frame{step, population, {}, {}};
  frame.u.reserve(order.position_of.size());
  frame.v.reserve(order.position_of.size());
  for (const std::uint32_t position : order.position_of) {
    frame.u.push_back(state.u[position]);
    frame.v.push_back(state.v[position]);
  }
  parts_[sample][population].states.push_back(std::move(frame));
}

std::vector<SampleTrace> Traces::take(std::uint32_t steps) {
  std::vector<SampleTrace> traces;
  for (IdVector<PopulationId, SampleTrace>& parts : parts_) traces.push_back(merged(parts, steps));
  return traces;
}

}  // namespace spikeloom::fast
