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
        const StateResets& resets_in,
        IntegerCounts& counts_in,
        const Sample& sample,
        std::uint32_t steps_in,
        bool record)
      : network(network_in),
        resets(resets_in),
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
  }

  void update(PopulationId id, std::uint32_t now) {
    const LoweredPopulation& population = network.populations[id];
    if (resets.due(id, now - population.start)) neurons[id] = resting(population);
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
    for (const Projection* projection : outgoing[id]) deliver(*projection, neuron, count, now);
  }

  void deliver(const Projection& projection,
               std::uint32_t neuron,
               std::uint32_t count,
               std::uint32_t now) {
    const std::uint32_t size = network.populations[projection.target].size;
    for_each_synapse(projection.connectivity, neuron, [&](const Synapse& synapse) {
      const bool inhibits = synapse.weight < 0;
      const auto magnitude =
          static_cast<std::uint64_t>(inhibits ? -synapse.weight : synapse.weight);
      std::uint64_t* slot = slot_of(projection.target, std::size_t{now} + synapse.delay);
      slot[(inhibits ? kInhibitory : kExcitatory) * size + synapse.target] += magnitude * count;
      counts.synaptic_events += count;
    });
  }

  const LoweredNetwork& network;
  const StateResets& resets;
  IntegerCounts& counts;
  InputSchedule input;
  std::uint32_t steps;
  bool record_states;
  IdVector<PopulationId, std::vector<SpinnakerNeuron>> neurons;
  IdVector<PopulationId, std::vector<std::uint64_t>> rings;  // [(slot * types + type) * size + i]
  IdVector<PopulationId, std::vector<const Projection*>> outgoing;
  SampleTrace trace;
};

SpinnakerEngine::SpinnakerEngine(const LoweredNetwork& network, StateResets resets)
    : network_(network), resets_(std::move(resets)) {
  SPIKELOOM_CHECK(network.is_spinnaker, "the network has SpiNNaker's neurons");
}

SampleTrace SpinnakerEngine::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  State state(network_, resets_, counts_, sample, steps, record_states);
  const std::uint64_t last = std::uint64_t{steps} + network_.deepest_start;
  for (std::uint64_t now = 0; now < last; ++now) state.step(static_cast<std::uint32_t>(now));
  state.trace.sort();
  return std::move(state.trace);
}

}  // namespace spikeloom
