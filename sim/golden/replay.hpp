#pragma once
// A run of another engine, played to the neurons of a reference: each neuron gets the spikes that
// the other engine's neurons sent, so that no difference of one neuron reaches another.

#include <optional>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/event_log.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// Which receiver of PacketEvents each neuron belongs to, [population][neuron]; none for inputs.
using ReceiverOfNeuron = IdVector<PopulationId, std::vector<CoreId>>;

/// What another engine did. Everything outlives its use.
struct Replay {
  const SampleTrace& recorded;  ///< steps from each population's start, as engines give them
  std::span<const PacketEvent> events;  ///< what became of the spikes; empty: all came in time
  const ReceiverOfNeuron& receivers;
};

/// `count` spikes of a neuron, to book in a step with each synapse's delay. A negative count takes
/// back spikes that were booked in that step and came in another, or never.
struct ReplayedSpikes {
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;
  std::int64_t count;
  std::optional<CoreId> receiver;  ///< only to this one's neurons; none: to all targets
};

/// What a replay books, by step. Input populations spike as their sample says, so of them it only
/// holds what became of the spikes.
class ReplaySchedule {
 public:
  ReplaySchedule(const LoweredNetwork& network, const Replay& replay);
  std::span<const ReplayedSpikes> at(std::uint32_t step) const;

 private:
  void add(const PacketEvent& event);

  std::vector<ReplayedSpikes> spikes_;  // by step
};

}  // namespace spikeloom
