#include "sim/golden/fast_integer_engine.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/golden/fast/connection.hpp"
#include "sim/golden/fast/inbox.hpp"
#include "sim/golden/fast/neuron_update.hpp"
#include "sim/golden/fast/traces.hpp"
#include "sim/golden/input_schedule.hpp"

namespace spikeloom {
namespace {

using namespace fast;

// A projection, seen from its source.
struct Outlet {
  PopulationId target;
  std::size_t inbox;  // of the target
  std::int32_t up;    // weights count as weight << up, in units of the inbox
  Connection connection;
};

struct Population {
  const LoweredPopulation& lowered;
  PopulationId id;
  NeuronOrder order;
  Inboxes inboxes;
  NeuronUpdate update;
  std::vector<Outlet> outlets{};
  std::vector<NeuronState> states{};  // by sample
};

// What a block did in a step.
struct BlockSpikes {
  std::array<std::uint8_t, NeuronBlock::kLargest> spiked{};
  std::array<std::int32_t, NeuronBlock::kLargest> count;  // only if some spike severally
};

// Appends a spike, or `several`, for every byte that is 1; eight bytes are read as one number.
void append_spikes(const BlockSpikes& found,
                   const NeuronBlock& block,
                   bool several,
                   std::uint32_t sample,
                   std::vector<SourceSpike>& spikes) {
  static_assert(std::endian::native == std::endian::little);
  for (std::uint32_t at = 0; at < block.count; at += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, found.spiked.data() + at, sizeof eight);
    for (; eight != 0; eight &= eight - 1) {
      const std::uint32_t i = at + static_cast<std::uint32_t>(std::countr_zero(eight)) / 8;
      const std::uint32_t count = several ? static_cast<std::uint32_t>(found.count[i]) : 1;
      spikes.push_back({block.first + i, sample, count});
    }
  }
}

bool by_position(const SourceSpike& a, const SourceSpike& b) { return a.position < b.position; }

}  // namespace

// The network in the forms that are fast, and the state of the samples that run.
class FastIntegerEngine::Machine {
 public:
  explicit Machine(const LoweredNetwork& network) : network_(network) {
    IdVector<PopulationId, NeuronOrder> orders = choose_orders(network);
    for (const PopulationId id : ids_of(network.populations)) add_population(id, orders[id]);
    for (const Projection& projection : network.projections) add_outlet(projection);
  }

  std::vector<SampleTrace> run(std::span<const Sample> samples,
                               std::uint32_t steps,
                               bool record_states,
                               IntegerCounts& counts) {
    prepare(samples, steps);
    Traces traces(samples.size(), network_.populations.size());
    steps_ = steps;
    record_states_ = record_states;
    traces_ = &traces;
    counts_ = &counts;
    const std::uint64_t last = std::uint64_t{steps} + network_.deepest_start;
    for (std::uint64_t now = 0; now < last; ++now)
      for (Population& population : populations_) step(population, static_cast<std::uint32_t>(now));
    return traces.take(steps);
  }

 private:
  void add_population(PopulationId id, NeuronOrder& order) {
    const LoweredPopulation& lowered = network_.populations[id];
    NeuronUpdate update(network_.arithmetic, lowered, order);
    populations_.push_back(
        {lowered, id, std::move(order), Inboxes(network_, id), std::move(update)});
  }

  void add_outlet(const Projection& projection) {
    Population& source = populations_[projection.source];
    const Population& target = populations_[projection.target];
    const std::size_t inbox = target.inboxes.inbox_of(projection);
    const std::int32_t unit = std::max(target.inboxes[inbox].shift, 0);
    source.outlets.push_back(
        {projection.target,
         inbox,
         std::max(projection.weight_exponent, 0) - unit,
         make_connection(
             projection.connectivity, source.order, target.order, target.inboxes[inbox].shape)});
  }

  void prepare(std::span<const Sample> samples, std::uint32_t steps) {
    samples_ = static_cast<std::uint32_t>(samples.size());
    schedules_.clear();
    std::uint32_t largest_count = 0;
    for (const Sample& sample : samples) {
      schedules_.emplace_back(network_, sample, steps);
      largest_count = std::max(largest_count, schedules_.back().largest_count());
    }
    for (Population& population : populations_) {
      population.inboxes.prepare(samples_, largest_count);
      population.states.resize(population.lowered.is_input ? 0 : samples_);
      for (NeuronState& state : population.states) state.reset(population.lowered.size);
    }
  }

  void step(Population& population, std::uint32_t now) {
    spikes_.clear();
    if (population.lowered.is_input)
      take_input(population, now);
    else if (now >= population.lowered.start)
      update(population, now);
    else
      population.inboxes.clear_slots(samples_, now);
    if (!spikes_.empty()) send(population, now);
  }

  void take_input(const Population& population, std::uint32_t now) {
    for (std::uint32_t sample = 0; sample < samples_; ++sample)
      for (const InputSpikes& spike : schedules_[sample].at(population.id, now))
        spikes_.push_back({population.order.position_of[spike.neuron], sample, spike.count});
    if (samples_ > 1) std::stable_sort(spikes_.begin(), spikes_.end(), by_position);
  }

  void update(Population& population, std::uint32_t now) {
    const std::uint32_t own_step = now - population.lowered.start;
    if (network_.resets.due(population.id, own_step))
      for (NeuronState& state : population.states) state.reset(population.lowered.size);
    // Block by block through all samples, so that spikes of neighbours follow each other.
    for (const NeuronBlock& block : population.update.blocks())
      for (std::uint32_t sample = 0; sample < samples_; ++sample)
        update(population, block, sample, now);
    counts_->neuron_updates += std::uint64_t{samples_} * population.lowered.size;
    if (!record_states_ || own_step >= steps_) return;
    for (std::uint32_t sample = 0; sample < samples_; ++sample)
      traces_->add_state(
          sample, population.id, own_step, population.order, population.states[sample]);
  }

  void update(Population& population,
              const NeuronBlock& block,
              std::uint32_t sample,
              std::uint32_t now) {
    std::array<std::int32_t, NeuronBlock::kLargest> sums;
    BlockSpikes spikes;
    UpdateCounts found;
    counts_->sum_overflows +=
        population.inboxes.take(sample, now, block.first, std::span(sums).first(block.count));
    population.update.update(block,
                             sums.data(),
                             population.states[sample],
                             spikes.spiked.data(),
                             spikes.count.data(),
                             found);
    counts_->u_overflows += found.u_overflows;
    counts_->v_overflows += found.v_overflows;
    counts_->spike_overflows += found.spike_overflows;
    const std::uint32_t own_step = now - population.lowered.start;
    if (own_step < steps_)
      counts_->membrane_updates += own_step == 0 ? block.count : found.v_changes;
    append_spikes(spikes, block, population.update.is_uncommon(), sample, spikes_);
  }

  void send(const Population& population, std::uint32_t now) {
    const std::uint32_t own_step = now - population.lowered.start;
    if (own_step < steps_) traces_->add_spikes(population.id, own_step, population.order, spikes_);
    for (const Outlet& outlet : population.outlets) {
      const auto add_to = [&]<typename Sum>(Rings<Sum>& rings) {
        const auto unit = static_cast<Sum>(Sum{1} << outlet.up);
        return std::visit([&](const auto& form) { return form.deliver(spikes_, now, unit, rings); },
                          outlet.connection);
      };
      counts_->synaptic_events +=
          std::visit(add_to, populations_[outlet.target].inboxes[outlet.inbox].rings);
    }
  }

  const LoweredNetwork& network_;
  IdVector<PopulationId, Population> populations_;
  std::vector<SourceSpike> spikes_;  // of the population and step at hand, of all samples

  // Of the run at hand.
  std::vector<InputSchedule> schedules_;
  std::uint32_t samples_ = 0, steps_ = 0;
  bool record_states_ = false;
  Traces* traces_ = nullptr;
  IntegerCounts* counts_ = nullptr;
};

FastIntegerEngine::FastIntegerEngine(const LoweredNetwork& network)
    : machine_(std::make_unique<Machine>(network)) {}
FastIntegerEngine::~FastIntegerEngine() = default;
FastIntegerEngine::FastIntegerEngine(FastIntegerEngine&&) noexcept = default;

SampleTrace FastIntegerEngine::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  return std::move(run(std::span(&sample, 1), steps, record_states).front());
}

std::vector<SampleTrace> FastIntegerEngine::run(std::span<const Sample> samples,
                                                std::uint32_t steps,
                                                bool record_states) {
  return machine_->run(samples, steps, record_states, counts_);
}

}  // namespace spikeloom
