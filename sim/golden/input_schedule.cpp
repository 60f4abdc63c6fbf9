#include "sim/golden/input_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

[[noreturn]] void refuse(const std::string& sentence) { throw InputError("", "", sentence); }

[[noreturn]] void refuse(const InputEvent& event, const std::string& reason) {
  refuse("event of step " + std::to_string(event.step) + ", element " +
         std::to_string(event.index) + ": " + reason);
}

void check(const LoweredPopulation& input, const InputEvent& event) {
  constexpr double kMostSpikes = 65535;
  if (event.index >= input.size)
    refuse(event,
           "input \"" + input.name + "\" has elements 0 to " + std::to_string(input.size - 1));
  if (!(event.value >= 0 && event.value <= kMostSpikes) || event.value != std::floor(event.value))
    refuse(event,
           "value " + std::to_string(event.value) +
               " is no whole count from 0 to 65535, which integer engines need");
}

PopulationId only_input(const LoweredNetwork& network) {
  std::vector<PopulationId> inputs;
  for (const PopulationId id : ids_of(network.populations))
    if (network.populations[id].is_input) inputs.push_back(id);
  if (inputs.size() != 1)
    refuse("a sample drives one input population, the network has " +
           std::to_string(inputs.size()));
  return inputs.front();
}

bool by_neuron(const InputSpikes& a, const InputSpikes& b) { return a.neuron < b.neuron; }

}  // namespace

InputSchedule::InputSchedule(const LoweredNetwork& network,
                             const Sample& sample,
                             std::uint32_t steps) {
  if (sample.events.empty()) return;
  driven_ = only_input(network);
  for (const InputEvent& event : sample.events) add(network.populations[*driven_], event, steps);
  for (std::vector<InputSpikes>& spikes : spikes_)
    std::stable_sort(spikes.begin(), spikes.end(), by_neuron);
}

void InputSchedule::add(const LoweredPopulation& input,
                        const InputEvent& event,
                        std::uint32_t steps) {
  check(input, event);
  if (event.value == 0 || event.step >= steps) return;
  if (event.step >= spikes_.size()) spikes_.resize(event.step + std::size_t{1});
  spikes_[event.step].push_back({event.index, static_cast<std::uint32_t>(event.value)});
}

std::span<const InputSpikes> InputSchedule::at(PopulationId population, std::uint32_t step) const {
  if (driven_ != population || step >= spikes_.size()) return {};
  return spikes_[step];
}

std::uint32_t InputSchedule::largest_count() const {
  std::uint32_t largest = 0;
  for (const std::vector<InputSpikes>& spikes : spikes_) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const bool again = i > 0 && spikes[i - 1].neuron == spikes[i].neuron;
      sum = (again ? sum : 0) + spikes[i].count;
      largest = std::max(largest, sum);
    }
  }
  return largest;
}

}  // namespace spikeloom
