#pragma once
// An experiment: everything a run needs, in one document. References to other files are read in
// first, then overrides apply to the whole; what results is the effective document.

#include <optional>
#include <string>
#include <vector>

#include "models/base/random.hpp"
#include "models/base/units.hpp"
#include "models/chip/chip.hpp"
#include "models/experiment/between_samples.hpp"
#include "models/experiment/input_spec.hpp"
#include "models/experiment/network_spec.hpp"
#include "models/lowering/lower.hpp"
#include "models/technology/technology.hpp"

namespace spikeloom {

enum class ReadoutRule {
  Count,      ///< most spikes over the run
  First,      ///< earliest spike
  Potential,  ///< largest v after the last step
};
struct ReadoutSpec {
  std::string population;
  ReadoutRule by = ReadoutRule::Count;
};

struct Experiment {
  std::string file;  ///< where it was read from
  std::string name;
  NetworkSpec network;
  std::optional<Chip> chip;
  std::optional<Prices> prices;
  std::optional<InputSpec> input;  ///< absent: one sample without input
  std::optional<ReadoutSpec> readout;
  QuantizationSpec quantization;
  BetweenSamples between_samples;
  std::uint32_t steps = 0;
  Seed seed{0};

  /// The chip's, else the network's, else the default.
  const Arithmetic& arithmetic() const;
  /// The chip's limit, else that of integer engines.
  std::uint32_t max_spikes_per_step() const;
};

/// One `--set /json/pointer=value`: the value is JSON, else a string.
struct Override {
  std::string pointer, value;
};
/// Splits "/a/b=1". Throws InputError.
Override parse_override(const std::string& text);

/// The experiment document with references replaced by what they name and overrides applied.
Json load_experiment_document(const std::string& path, const std::vector<Override>& overrides);

/// Reads the typed part. `mapping`, `simulator` and `rtl` belong to the mapper, the simulator and
/// the verification of RTL: they are passed over here, and read by those who own them.
Experiment read_experiment(const Json& document, const std::string& path);

/// The typed part with every default filled in and every path absolute: saved beside the results,
/// it repeats the run.
Json effective_document(const Experiment& experiment, const Json& document);

}  // namespace spikeloom
