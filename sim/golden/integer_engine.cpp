#include "sim/golden/integer_engine.hpp"

#include <algorithm>
#include <vector>

#include "sim/golden/input_schedule.hpp"

namespace spikeloom {
namespace {

std::int64_t decayed(std::int64_t x, std::uint32_t decay, std::uint32_t decay_bits) {
  const std::int64_t kept = (std::int64_t{1} << decay_bits) - decay;
  const std::int64_t magnitude = ((x < 0 ? -x : x) * kept) >> decay_bits;
  return x < 0 ? -magnitude : magnitude;
}

std::int64_t wrapped(std::int64_t x, std::uint32_t bits) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return ((x + half) & (2 * half - 1)) - half;
}

struct Neuron {
  std::int64_t u = 0, v = 0;
  std::uint32_t refractory_left = 0;
};

// Exact sums that arrive, [slot * neurons + neuron]; slot = step of arrival modulo the ring's
// length. Projections with exponents from 0 on share a population's first inbox; every other one
// has its own, whose sums are shifted right by `down`.
struct Inbox {
  std::vector<std::int64_t> ring;
  std::int32_t down = 0;
};

struct Outlet {
  const Projection* projection;
  std::size_t inbox;  // of the target
};

}  // namespace

// Everything that changes during a run.
struct IntegerEngine::State {
  State(const LoweredNetwork& network_in,
        IntegerCounts& counts_in,
        const Sample& sample,
        std::uint32_t steps_in,
        bool record,
        const Replay* replay_in = nullptr)
      : network(network_in),
        arithmetic(network_in.arithmetic),
        counts(counts_in),
        input(network_in, sample, steps_in),
        steps(steps_in),
        record_states(record) {
    for (const LoweredPopulation& population : network.populations) {
      neurons.push_back(std::vector<Neuron>(population.is_input ? 0 : population.size));
      inboxes.push_back({new_inbox(population, 0)});
      outgoing.push_back({});
    }
    for (const Projection& projection : network.projections) add_outlet(projection);
    if (replay_in == nullptr) return;
    receivers = &replay_in->receivers;
    replay.emplace(network, *replay_in);
  }

  Inbox new_inbox(const LoweredPopulation& population, std::int32_t down) const {
    const std::size_t size = population.is_input ? 0 : ring_slots() * population.size;
    return {std::vector<std::int64_t>(size), down};
  }

  void add_outlet(const Projection& projection) {
    std::vector<Inbox>& target = inboxes[projection.target];
    const bool shared = projection.weight_exponent >= 0;
    if (!shared)
      target.push_back(
          new_inbox(network.populations[projection.target], -projection.weight_exponent));
    outgoing[projection.source].push_back({&projection, shared ? 0 : target.size() - 1});
  }

  std::size_t ring_slots() const { return std::size_t{network.max_delay} + 1; }

  SampleTrace run() {
    const std::uint64_t last = std::uint64_t{steps} + network.deepest_start;
    for (std::uint64_t now = 0; now < last; ++now) step(static_cast<std::uint32_t>(now));
    trace.sort();
    return std::move(trace);
  }

  void step(std::uint32_t now) {
    for (const PopulationId id : ids_of(network.populations)) {
      const LoweredPopulation& population = network.populations[id];
      if (population.is_input)
        send_input(id, now);
      else if (now >= population.start)
        update(id, now);
      else
        clear_slots(id, now);
    }
    if (replay) send_replayed(now);
  }

  void send_input(PopulationId id, std::uint32_t now) {
    for (const InputSpikes& spike : input.at(id, now)) send(id, spike.neuron, spike.count, now);
  }

  std::int64_t* slot_of(Inbox& inbox, PopulationId id, std::uint32_t now) {
    return &inbox.ring[now % ring_slots() * network.populations[id].size];
  }

  void clear_slots(PopulationId id, std::uint32_t now) {
    for (Inbox& inbox : inboxes[id])
      std::fill_n(slot_of(inbox, id, now), network.populations[id].size, 0);
  }

  void update(PopulationId id, std::uint32_t now) {
    const LoweredPopulation& population = network.populations[id];
    if (network.resets.due(id, now - population.start))
      neurons[id].assign(population.size, Neuron{});
    std::uint64_t changed = 0;
    for (std::uint32_t i = 0; i < population.size; ++i) {
      const std::int64_t sum = arrived_sum(id, i, now), before = neurons[id][i].v;
      const std::int32_t bias = population.bias.empty() ? 0 : population.bias[i];
      if (const std::uint32_t spikes = update(neurons[id][i], population.profile(i), sum, bias))
        send(id, i, spikes, now);
      changed += neurons[id][i].v != before ? 1U : 0U;
    }
    const std::uint32_t relative = now - population.start;
    if (relative < steps) counts.membrane_updates += relative == 0 ? population.size : changed;
    clear_slots(id, now);
    counts.neuron_updates += population.size;
    if (record_states) record(id, now);
  }

  std::int64_t arrived_sum(PopulationId id, std::uint32_t neuron, std::uint32_t now) {
    std::int64_t sum = slot_of(inboxes[id].front(), id, now)[neuron];
    for (std::size_t i = 1; i < inboxes[id].size(); ++i) {
      Inbox& inbox = inboxes[id][i];
      sum += fit_sum(slot_of(inbox, id, now)[neuron]) >> inbox.down;
    }
    return fit_sum(sum);
  }

  // One step of one neuron, as arithmetic.hpp states it; how often it spikes.
  std::uint32_t update(Neuron& neuron,
                       const NeuronProfile& profile,
                       std::int64_t sum,
                       std::int64_t bias) {
    const bool into_current = profile.bias_target == BiasTarget::Current;
    const std::int64_t u_before = neuron.u;
    neuron.u = fit_u(decayed(neuron.u, profile.decay_u, arithmetic.decay_bits) +
                     (sum << arithmetic.input_shift) + (into_current ? bias : 0));
    if (neuron.refractory_left > 0) {
      --neuron.refractory_left;
      neuron.v = profile.reset_value;
      return 0;
    }
    const std::int64_t current = profile.synapse_order == SynapseOrder::Old ? u_before : neuron.u;
    const Fired fired = update_v(neuron, profile, current + (into_current ? 0 : bias));
    if (fired.spikes > 0) neuron.refractory_left = profile.refractory_steps;
    const bool several = profile.max_spikes_per_step > 1;
    counts.spike_overflows += several && passes(fired.v, profile) ? 1U : 0U;
    neuron.v = std::max<std::int64_t>(neuron.v, profile.v_min);
    return fired.spikes;
  }

  // How often a potential spikes, and where its resets lead.
  struct Fired {
    std::uint32_t spikes;
    std::int64_t v;
  };

  Fired update_v(Neuron& neuron, const NeuronProfile& profile, std::int64_t drive) {
    const Fired earlier = profile.resets_in_update() ? fire(neuron.v, profile) : Fired{0, neuron.v};
    const bool decays = profile.reset_decays || profile.reset == ResetRule::ToValue;
    const std::int64_t kept = decays ? earlier.v : neuron.v, owed = kept - earlier.v;
    neuron.v = fit_v(decayed(kept, profile.decay_v, arithmetic.decay_bits) - owed + drive);
    if (profile.threshold_test == ThresholdTest::BeforeUpdate) return earlier;
    const Fired fired = fire(neuron.v, profile);
    if (profile.reset_time == ResetTime::ThisStep) neuron.v = fired.v;
    return fired;
  }

  // Spike after spike, as long as the threshold is passed and another one is allowed.
  Fired fire(std::int64_t v, const NeuronProfile& profile) const {
    Fired fired{0, v};
    for (; fired.spikes < profile.max_spikes_per_step && passes(fired.v, profile); ++fired.spikes)
      fired.v = profile.reset == ResetRule::ToValue ? profile.reset_value
                                                    : fired.v - threshold_of(profile);
    return fired;
  }

  bool passes(std::int64_t v, const NeuronProfile& profile) const {
    const std::int64_t threshold = threshold_of(profile);
    if (!profile.spikes) return false;
    return profile.comparison == Comparison::Greater ? v > threshold : v >= threshold;
  }

  std::int64_t threshold_of(const NeuronProfile& profile) const {
    return std::int64_t{profile.threshold} << arithmetic.threshold_shift;
  }

  std::int64_t fit_sum(std::int64_t exact) {
    const std::int64_t sum = wrapped(exact, arithmetic.sum_bits);
    if (sum != exact) ++counts.sum_overflows;
    return sum;
  }

  std::int64_t fit_u(std::int64_t exact) {
    const std::int64_t u = arithmetic.u_overflow == Overflow::Wrap
                               ? wrapped(exact, arithmetic.u_bits)
                               : std::clamp(exact, -arithmetic.u_max(), arithmetic.u_max());
    if (u != exact) ++counts.u_overflows;
    return u;
  }

  std::int64_t fit_v(std::int64_t exact) {
    const std::int64_t v = std::clamp(exact, -arithmetic.v_max(), arithmetic.v_max());
    if (v != exact) ++counts.v_overflows;
    return v;
  }

  // Books `count` spikes of a neuron at the targets, and in the trace.
  void send(PopulationId id, std::uint32_t neuron, std::uint32_t count, std::uint32_t now) {
    const std::uint32_t relative = now - network.populations[id].start;
    if (relative < steps) trace.spikes.push_back({relative, id, neuron, count});
    if (replay && !network.populations[id].is_input) return;
    for (const Outlet& outlet : outgoing[id]) deliver(outlet, neuron, count, now, std::nullopt);
  }

  // What the neurons of a replay really get; what they sent stays in the trace.
  void send_replayed(std::uint32_t now) {
    for (const ReplayedSpikes& spikes : replay->at(now))
      for (const Outlet& outlet : outgoing[spikes.population])
        deliver(outlet, spikes.neuron, spikes.count, now, spikes.receiver);
  }

  // To all targets, or only to those that belong to `receiver`.
  void deliver(const Outlet& outlet,
               std::uint32_t neuron,
               std::int64_t count,
               std::uint32_t now,
               std::optional<CoreId> receiver) {
    const Projection& projection = *outlet.projection;
    const std::int64_t unit = count * (std::int64_t{1} << std::max(projection.weight_exponent, 0));
    const std::uint32_t size = network.populations[projection.target].size;
    std::int64_t* ring = inboxes[projection.target][outlet.inbox].ring.data();
    const std::size_t slots = ring_slots();
    const std::size_t first = now % slots;
    std::uint64_t synapses = 0;
    for_each_synapse(projection.connectivity, neuron, [&](const Synapse& synapse) {
      if (receiver && (*receivers)[projection.target][synapse.target] != *receiver) return;
      std::size_t slot = first + synapse.delay;
      if (slot >= slots) slot -= slots;
      ring[slot * size + synapse.target] += synapse.weight * unit;
      ++synapses;
    });
    counts.synaptic_events += synapses * static_cast<std::uint64_t>(count);
  }

  void record(PopulationId id, std::uint32_t now) {
    const std::uint32_t relative = now - network.populations[id].start;
    if (relative >= steps) return;
    StateFrame frame{relative, id, {}, {}};
    for (const Neuron& neuron : neurons[id]) {
      frame.u.push_back(static_cast<double>(neuron.u));
      frame.v.push_back(static_cast<double>(neuron.v));
    }
    trace.states.push_back(std::move(frame));
  }

  const LoweredNetwork& network;
  const Arithmetic& arithmetic;
  IntegerCounts& counts;
  InputSchedule input;
  std::uint32_t steps;
  bool record_states;
  std::optional<ReplaySchedule> replay;
  const ReceiverOfNeuron* receivers = nullptr;
  IdVector<PopulationId, std::vector<Neuron>> neurons;
  IdVector<PopulationId, std::vector<Inbox>> inboxes;
  IdVector<PopulationId, std::vector<Outlet>> outgoing;
  SampleTrace trace;
};

IntegerEngine::IntegerEngine(const LoweredNetwork& network) : network_(network) {}

SampleTrace IntegerEngine::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  return State(network_, counts_, sample, steps, record_states).run();
}

SampleTrace IntegerEngine::replay(const Sample& sample,
                                  const Replay& replay,
                                  std::uint32_t steps,
                                  bool record_states) const {
  IntegerCounts ignored;
  return State(network_, ignored, sample, steps, record_states, &replay).run();
}

}  // namespace spikeloom
