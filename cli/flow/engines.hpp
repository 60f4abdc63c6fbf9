#pragma once
// The three engines of a run side by side in one process, and what they did. They know no result:
// a RunAccount adds up what they hand over.

#include <optional>
#include <vector>

#include "cli/flow/integer_golden.hpp"
#include "cli/flow/sample_runs.hpp"
#include "cli/flow/workload.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/float_engine.hpp"

namespace spikeloom {

/// What the engines did in one EngineRun, sample by sample.
struct RunRecord {
  /// By sample of the run; `float_traces` is empty where no float engine runs.
  std::vector<SampleTrace> float_traces, integer_traces, chip_traces;
  SampleRun chip;  ///< without its trace
};

/// What engines counted over all their runs.
struct EngineTotals {
  IntegerCounts integer;
  FloatCounts float_counts;  ///< `first_non_finite` names the run by its first sample
  std::uint64_t chip_cycles = 0;
  IdVector<TileId, TileActivity> tiles;
  double chip_cpu_seconds = 0;

  EngineTotals& operator+=(const EngineTotals& other);
  ActionCounts actions() const;  ///< of the chip, over all tiles
};

class Engines {
 public:
  /// All outlive the engines. One per process at a time (SystemC).
  Engines(const Workload& workload,
          const LoweredNetwork& network,
          const Mapping& mapping,
          bool record_states,
          PacketListener packets = {});

  RunRecord run(const EngineRun& run);
  EngineTotals totals() const;

 private:
  FloatCounts float_counts() const;

  bool record_states_;
  std::optional<FloatEngine> float_;
  IntegerGolden integer_;
  ChipSimulator chip_;
  double chip_cpu_seconds_ = 0;
  std::vector<std::size_t> first_samples_;  // by run
};

}  // namespace spikeloom
