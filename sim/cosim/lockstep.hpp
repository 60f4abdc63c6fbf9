#pragma once
// RTL, chip model and golden model side by side: every packet on every router port in every cycle,
// every release, and every neuron's state and spikes in every step.

#include <optional>
#include <string>
#include <vector>

#include "models/mapping/mapping.hpp"
#include "models/network/recording.hpp"
#include "sim/rtl/model.hpp"

namespace spikeloom {

/// The first place where two engines differ.
struct Divergence {
  std::uint64_t cycle = 0;  ///< since the sample began
  std::optional<std::uint32_t> step;
  std::string where;                ///< such as "tile (1, 2), port east" or "population#3"
  std::string expected, found;      ///< what the reference did, and the RTL
  std::string reference;            ///< "chip" or "golden"
  std::vector<std::string> before;  ///< the last events that both agree on, the latest last
};

/// What was compared, and found equal.
struct LockstepCounts {
  std::uint64_t cycles = 0, moves = 0, neuron_steps = 0, spikes = 0;
  LockstepCounts& operator+=(const LockstepCounts& other);
};

struct LockstepResult {
  LockstepCounts counts;
  std::optional<Divergence> divergence;
};

/// Cycles of a run, [from, to), whose signals go to a file.
struct Recording {
  std::uint64_t from, to;
  std::string path;
};

/// Runs samples on all engines.
class Lockstep {
 public:
  /// All outlive it. `model` has been configured with `mapping`.
  Lockstep(const Chip& chip, const Mapping& mapping, rtl::Model& model);
  ~Lockstep();

  /// One sample, up to the first divergence. `golden` has the states of every step; steps count
  /// from each population's start.
  LockstepResult run(const Sample& sample, std::uint32_t steps, const SampleTrace& golden);
  /// The RTL alone, on the same stimulus; its signals are written as the recording says. The model
  /// was built with waveforms.
  void record(const Sample& sample, std::uint32_t steps, const Recording& recording);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spikeloom
