#include "sim/golden/spinnaker_engine.hpp"

#include <algorithm>

#include "models/base/error.hpp"
#include "sim/golden/input_schedule.hpp"
#include "sim/golden/spinnaker_neuron.hpp"

namespace spikeloom {
namespace {

// Synapse types.
constexpr std::size_t kExcitatory = 0, kInhibitory = 1, kSynapseTypes = 2;

}  // namespace

// Everything that changes during a run.
struct SpinnakerEngine::State {
  State(const LoweredNetwork& network_in,
        IntegerCounts& counts_in,
        const Sample& sample,
        std::uint32_t steps_in,
        bool record,
        const Replay* replay_in = nullptr)
      : network(network_in),
        counts(counts_in),
        input(network_in, sample, steps_in),
        steps(steps_in),
        record_states(record) {
    for (const LoweredPopulation& population : network.populations) {
      const std::uint32_t size = population.is_input ? 0 : population.size;
      rings.push_back(std::vector<std::uint64_t>(ring_slots() * kSynapseTypes * size));
      neurons.push_back(resting(population));
      outgoing.push_back({});
    }
    for (const Projection& projection : network.projections)
      outgoing[projection.source].push_back(&projection);
    if (replay_in == nullptr) return;
    receivers = &replay_in->receivers;
    replay.emplace(network, *replay_in);
  }

  static std::vector<SpinnakerNeuron> resting(const LoweredPopulation& population) {
    std::vector<SpinnakerNeuron> result(population.is_input ? 0 : population.size);
    for (std::uint32_t i = 0; i < result.size(); ++i)
      result[i].v = profile_of(population, i).v_rest;
    return result;
  }

  static const SpinnakerProfile& profile_of(const LoweredPopulation& population, std::uint32_t i) {
    return population.spinnaker[population.profile_of.empty() ? 0 : population.profile_of[i]];
  }

  std::size_t ring_slots() const { return std::size_t{network.max_delay} + 1; }

  /// What arrives at a population in step `now`: [type * size + neuron].
  std::uint64_t* slot_of(PopulationId id, std::size_t now) {
    return &rings[id][now % ring_slots() * kSynapseTypes * network.populations[id].size];
  }

  SampleTrace run() {
    const std::uint64_t last = std::uint64_t{steps} + network.deepest_start;
    for (std::uint64_t now = 0; now < last; ++now) step(static_cast<std::uint32_t>(now));
    trace.sort();
    return std::move(trace);
  }

  void step(std::uint32_t now) {
    for (const PopulationId id : ids_of(network.populations)) {
      const LoweredPopulation& population = network.populations[id];
      if (population.is_input) {
        for (const InputSpikes& spike : input.at(id, now)) send(id, spike.neuron, spike.count, now);
        continue;
      }
      if (now >= population.start) update(id, now);
      std::fill_n(slot_of(id, now), kSynapseTypes * population.size, 0);
    }
    if (replay) send_replayed(now);
  }

  void update(PopulationId id, std::uint32_t now) {
    const LoweredPopulation& population = network.populations[id];
    if (network.resets.due(id, now - population.start)) neurons[id] = resting(population);
    const std::uint64_t* arrived = slot_of(id, now);
    for (std::uint32_t i = 0; i < population.size; ++i) {
      const std::int32_t i_offset = population.bias.empty() ? 0 : population.bias[i];
      const SpinnakerArrivals arrivals{arrived[i], arrived[population.size + i]};
      if (tick(neurons[id][i], profile_of(population, i), i_offset, arrivals, counts))
        send(id, i, 1, now);
    }
    counts.neuron_updates += population.size;
    if (record_states) record(id, now - population.start);
  }

  void record(PopulationId id, std::uint32_t relative) {
    if (relative >= steps) return;
    StateFrame frame{relative, id, {}, {}};
    for (const SpinnakerNeuron& neuron : neurons[id]) {
      frame.u.push_back(neuron.drive);
      frame.v.push_back(neuron.v);
    }
    trace.states.push_back(std::move(frame));
  }

  /// Books `count` spikes of a neuron at the targets, and in the trace.
  void send(PopulationId id, std::uint32_t neuron, std::uint32_t count, std::uint32_t now) {
    const std::uint32_t relative = now - network.populations[id].start;
    if (relative < steps) trace.spikes.push_back({relative, id, neuron, count});
    if (replay && !network.populations[id].is_input) return;
    for (const Projection* projection : outgoing[id])
      deliver(*projection, neuron, count, now, std::nullopt);
  }

  // What the neurons of a replay really get; what they sent stays in the trace.
  void send_replayed(std::uint32_t now) {
    for (const ReplayedSpikes& spikes : replay->at(now))
      for (const Projection* projection : outgoing[spikes.population])
        deliver(*projection,
                spikes.neuron,
                static_cast<std::uint64_t>(spikes.count),
                now,
                spikes.receiver);
  }

  // To all targets, or only to those that belong to `receiver`. What a replay takes back is added
  // modulo 2^64: sums are right once all of a step has been added.
  void deliver(const Projection& projection,
               std::uint32_t neuron,
               std::uint64_t count,
               std::uint32_t now,
               std::optional<CoreId> receiver) {
    const std::uint32_t size = network.populations[projection.target].size;
    for_each_synapse(projection.connectivity, neuron, [&](const Synapse& synapse) {
      if (receiver && (*receivers)[projection.target][synapse.target] != *receiver) return;
      const bool inhibits = synapse.weight < 0;
      const auto magnitude =
          static_cast<std::uint64_t>(inhibits ? -synapse.weight : synapse.weight);
      std::uint64_t* slot = slot_of(projection.target, std::size_t{now} + synapse.delay);
      slot[(inhibits ? kInhibitory : kExcitatory) * size + synapse.target] += magnitude * count;
      counts.synaptic_events += count;
    });
  }

  const LoweredNetwork& network;
  IntegerCounts& counts;
  InputSchedule input;
  std::uint32_t steps;
  bool record_states;
  std::optional<ReplaySchedule> replay;
  const ReceiverOfNeuron* receivers = nullptr;
  IdVector<PopulationId, std::vector<SpinnakerNeuron>> neurons;
  IdVector<PopulationId, std::vector<std::uint64_t>> rings;  // [(slot * types + type) * size + i]
  IdVector<PopulationId, std::vector<const Projection*>> outgoing;
  SampleTrace trace;
};

SpinnakerEngine::SpinnakerEngine(const LoweredNetwork& network) : network_(network) {
  SPIKELOOM_CHECK(network.is_spinnaker, "the network has SpiNNaker's neurons");
}

SampleTrace SpinnakerEngine::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  return State(network_, counts_, sample, steps, record_states).run();
}

SampleTrace SpinnakerEngine::replay(const Sample& sample,
                                    const Replay& replay,
                                    std::uint32_t steps,
                                    bool record_states) const {
  IntegerCounts ignored;
  return State(network_, ignored, sample, steps, record_states, &replay).run();
}

}  // namespace spikeloom
