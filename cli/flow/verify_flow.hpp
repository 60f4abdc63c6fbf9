#pragma once
// RTL of the whole chip in lockstep with the chip model and the golden model, sample by sample.

#include <optional>
#include <string>
#include <vector>

#include "cli/flow/workload.hpp"
#include "sim/cosim/lockstep.hpp"

namespace spikeloom {

struct VerifyRequest {
  std::string experiment;
  std::vector<Override> overrides{};
  std::optional<std::string> out{};       ///< else results/<experiment's stem>-verify
  std::optional<std::uint32_t> sample{};  ///< only this one
  std::string command{};                  ///< as it was typed
};

struct VerifyOutcome {
  std::string directory;  ///< of the results
  std::string json;       ///< the result; "format": "spikeloom-verify/1"
  std::string summary;    ///< for a person
  bool is_equal = false;
};

/// Compiles the RTL if its cache has none, runs and compares. A divergence leaves divergence.fst
/// beside result.json. Throws InputError.
VerifyOutcome verify_experiment(const VerifyRequest& request);

}  // namespace spikeloom
