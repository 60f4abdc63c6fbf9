#include "cli/flow/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/flow/interruption.hpp"

namespace spikeloom {

Progress::Progress() : visible_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_ && last_percent_ >= 0) std::fputs("\r\033[K", stderr);
}

void Progress::show(const std::string& stage, double fraction) {
  throw_if_interrupted();
  const int percent = static_cast<int>(100.0 * fraction);
  if (!visible_ || (percent == last_percent_ && stage == last_stage_)) return;
  last_percent_ = percent;
  last_stage_ = stage;
  std::fputs(fmt::format("\r\033[K{} {} %", stage, percent).c_str(), stderr);
}

}  // namespace spikeloom
