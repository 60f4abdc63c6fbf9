#pragma once
// From spikes to a class. Ties go to the lowest index.

#include "cli/flow/workload.hpp"
#include "sim/report/run_result.hpp"

namespace spikeloom {

/// Adds up what one engine does, sample by sample.
class EngineTally {
 public:
  /// `network` is the integer one that the engine runs, whose potentials are in units of their own;
  /// null for the float engine.
  EngineTally(const Workload& workload, std::string engine, const LoweredNetwork* network);

  /// Counts the trace's spikes and, where there is a read-out, appends its row to `rows`.
  void add(std::size_t sample, const SampleTrace& trace, std::vector<SampleReadout>& rows);
  EngineSummary summary() const;
  /// Samples and activations; what else NeuroBench counts is the engine's to tell.
  NeurobenchFigures activity() const;

 private:
  void count_spikes(std::size_t sample, const SampleTrace& trace);

  const Workload& workload_;
  std::string engine_;
  std::vector<double> v_scale_;  ///< of each read-out neuron; empty: 1
  std::vector<std::uint64_t> spikes_;
  std::size_t samples_ = 0, correct_ = 0;
  std::uint64_t active_neuron_steps_ = 0;
};

/// Whether engines must record states: the read-out is by potential, or a population does not spike
/// and is compared by its potential.
bool needs_states(const Workload& workload);

}  // namespace spikeloom
