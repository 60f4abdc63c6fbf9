#pragma once
// A sample's events as an integer engine takes them.

#include <optional>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// `count` spikes of an input element in one step; never 0.
struct InputSpikes {
  std::uint32_t neuron, count;
};

/// Events by step, checked to be counts that the network can take.
class InputSchedule {
 public:
  /// Keeps the events of steps 0 to `steps` - 1, checks all. Throws InputError.
  InputSchedule(const LoweredNetwork& network, const Sample& sample, std::uint32_t steps);

  /// In ascending order of neurons; empty for populations that are no inputs.
  std::span<const InputSpikes> at(PopulationId population, std::uint32_t step) const;
  /// The most spikes that an element has in a step.
  std::uint32_t largest_count() const;

 private:
  void add(const LoweredPopulation& input, const InputEvent& event, std::uint32_t steps);

  std::optional<PopulationId> driven_;
  std::vector<std::vector<InputSpikes>> spikes_;  // by step
};

}  // namespace spikeloom
