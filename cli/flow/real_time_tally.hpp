#pragma once
// What steps of a fixed length did to a run, over all samples.

#include <optional>
#include <vector>

#include "models/chip/chip.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/report/run_result.hpp"

namespace spikeloom {

class RealTimeTally {
 public:
  void add(const RealTimeCounts& run);
  /// None for a chip with barriers.
  std::optional<RealTimeFigures> figures(const StepSpec& step) const;

 private:
  std::vector<std::uint64_t> busy_cycles_;
  std::uint64_t overruns_ = 0, late_ = 0, early_ = 0;
};

}  // namespace spikeloom
