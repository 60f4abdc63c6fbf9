#pragma once
// Observation: which neuron of the network a core's neuron is, and what it did when.

#include "models/mapping/mapping.hpp"
#include "models/network/recording.hpp"
#include "sim/chip/core.hpp"

namespace spikeloom::chip_sim {

/// Collects one sample's trace. Steps are made relative to each neuron's start; only [0, steps) is
/// kept.
class Recorder {
 public:
  Recorder(const Mapping& mapping, std::uint32_t steps, bool record_states);

  void input(std::uint64_t step, PopulationId population, std::uint32_t index, std::uint64_t count);
  /// What `core` did in `step`; called once per core and step.
  void core(std::uint64_t step, const Core& core);
  /// `core` does nothing in the steps from `step` to before `end`, and its states stay as they are.
  void hold(const Core& core, std::uint64_t step, std::uint64_t end);
  /// The trace, sorted.
  SampleTrace finish();

 private:
  void states_of(std::uint64_t step, const Core& core);
  StateFrame& frame(std::uint64_t step, PopulationId population);

  std::uint32_t steps_;
  bool record_states_;
  std::vector<std::size_t> sizes_;            // per population: its neurons on all cores
  std::vector<std::vector<std::size_t>> at_;  // per population and step: its frame, or none
  SampleTrace trace_;
};

}  // namespace spikeloom::chip_sim
