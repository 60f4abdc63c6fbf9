#pragma once
// The same network, the same numbers and the same trace as IntegerEngine, fast: rows of packed
// words, kernels instead of unrolled convolutions, sums no wider than their worst case, neurons
// over arrays. It shares no arithmetic with the engine that it is tested equal to.

#include <memory>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "sim/golden/integer_counts.hpp"

namespace spikeloom {

class FastIntegerEngine {
 public:
  /// `network` outlives the engine, which keeps a copy of every synapse and kernel: 4 bytes per
  /// synapse of a sparse connection, 2 of a dense one.
  explicit FastIntegerEngine(const LoweredNetwork& network);
  ~FastIntegerEngine();
  FastIntegerEngine(FastIntegerEngine&&) noexcept;

  /// As IntegerEngine::run: the same trace, the same counts, the same refusals.
  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  /// Runs several samples side by side, each from the initial state: the traces of `run` for one
  /// after the other. Rows and kernels are read once for all samples. Worth it where these are
  /// larger than the caches, samples spike alike and memory is slow (docs/developer/benchmarks.md);
  /// memory for states grows with their number.
  /// Refuses the batch if it refuses one of its samples.
  std::vector<SampleTrace> run(std::span<const Sample> samples,
                               std::uint32_t steps,
                               bool record_states = false);

  const IntegerCounts& counts() const { return counts_; }  ///< since construction

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
  IntegerCounts counts_;
};

}  // namespace spikeloom
