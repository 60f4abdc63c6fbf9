#include "cli/flow/real_time_tally.hpp"

#include <algorithm>

namespace spikeloom {

void RealTimeTally::add(const RealTimeCounts& run) {
  busy_cycles_.insert(busy_cycles_.end(), run.busy_cycles.begin(), run.busy_cycles.end());
  overruns_ += run.overruns;
  late_ += run.late;
  early_ += run.early;
}

std::optional<RealTimeFigures> RealTimeTally::figures(const StepSpec& step) const {
  if (step.mode != StepMode::RealTime) return std::nullopt;
  RealTimeFigures figures;
  figures.tick_cycles = step.tick_cycles;
  figures.overruns = overruns_;
  figures.late = late_;
  figures.early = early_;
  std::vector<std::uint64_t> sorted = busy_cycles_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  if (!sorted.empty()) {
    figures.busy_p50 = at(0.50);
    figures.busy_p95 = at(0.95);
    figures.busy_max = sorted.back();
  }
  return figures;
}

}  // namespace spikeloom
