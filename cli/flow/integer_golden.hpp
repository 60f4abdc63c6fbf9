#pragma once
// The golden engine of a lowered network, whichever numbers it has.

#include <optional>

#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/spinnaker_engine.hpp"

namespace spikeloom {

class IntegerGolden {
 public:
  /// `network` outlives it.
  explicit IntegerGolden(const LoweredNetwork& network) {
    if (network.is_spinnaker)
      spinnaker_.emplace(network);
    else
      integer_.emplace(network);
  }

  SampleTrace run(const Sample& sample, std::uint32_t steps, bool record_states) {
    return spinnaker_ ? spinnaker_->run(sample, steps, record_states)
                      : integer_->run(sample, steps, record_states);
  }
  const IntegerCounts& counts() const {
    return spinnaker_ ? spinnaker_->counts() : integer_->counts();
  }

 private:
  std::optional<FastIntegerEngine> integer_;
  std::optional<SpinnakerEngine> spinnaker_;
};

}  // namespace spikeloom
