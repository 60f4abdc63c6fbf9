#pragma once
// One software reference under one convention, and what it did so far.

#include <optional>
#include <string>
#include <vector>

#include "cli/flow/readout.hpp"
#include "cli/flow/sample_runs.hpp"
#include "cli/flow/workload.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/float_engine.hpp"
#include "sim/golden/neurobench.hpp"
#include "sim/golden/spinnaker_engine.hpp"
#include "sim/report/golden_result.hpp"

namespace spikeloom {

enum class GoldenEngine { Float, Integer };

/// What files and columns call the convention of an experiment: its semantics' name, or what kind
/// of integer network takes none.
std::string convention_name(const Experiment& experiment);

class Reference {
 public:
  /// `workload` and `experiment` outlive the reference. Throws InputError.
  Reference(const Workload& workload, const Experiment& experiment, GoldenEngine engine);

  const std::string& name() const { return name_; }
  std::vector<SampleTrace> run(const EngineRun& run, bool record_states);
  EngineTally& tally() { return *tally_; }

  /// Whether v of both counts in the same unit.
  bool shares_unit(const Reference& other) const;
  /// Fills in all but the differences.
  void describe(GoldenRun& run) const;

 private:
  const IntegerCounts& integer_counts() const;
  void start_integer();
  void start_float();

  const Workload& workload_;
  const Experiment& experiment_;
  std::string name_;
  std::optional<Lowering> lowering_;
  std::optional<FloatEngine> float_;
  std::optional<FastIntegerEngine> integer_;
  std::optional<SpinnakerEngine> spinnaker_;
  std::optional<NetworkMeter> meter_;
  std::optional<EngineTally> tally_;
};

}  // namespace spikeloom
