#include "sim/golden/replay.hpp"

#include <algorithm>

namespace spikeloom {

ReplaySchedule::ReplaySchedule(const LoweredNetwork& network, const Replay& replay) {
  for (const Spike& spike : replay.recorded.spikes) {
    const LoweredPopulation& population = network.populations[spike.population];
    if (population.is_input) continue;
    spikes_.push_back(
        {population.start + spike.step, spike.population, spike.neuron, spike.value, {}});
  }
  for (const PacketEvent& event : replay.events) add(event);
  std::stable_sort(
      spikes_.begin(), spikes_.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
}

void ReplaySchedule::add(const PacketEvent& event) {
  const std::int64_t count = event.count;
  spikes_.push_back({event.step, event.population, event.neuron, -count, event.core});
  if (event.is_lost()) return;
  const auto booked = static_cast<std::uint32_t>(std::int64_t{event.step} + event.shift);
  spikes_.push_back({booked, event.population, event.neuron, count, event.core});
}

std::span<const ReplayedSpikes> ReplaySchedule::at(std::uint32_t step) const {
  const auto [first, last] = std::equal_range(
      spikes_.begin(), spikes_.end(), ReplayedSpikes{step, {}, 0, 0, {}}, [](auto& a, auto& b) {
        return a.step < b.step;
      });
  return {first, last};
}

}  // namespace spikeloom
