#include "cli/flow/resources.hpp"

#include <sys/resource.h>

#include <chrono>

namespace spikeloom {
namespace {

rusage usage() {
  rusage result{};
  getrusage(RUSAGE_SELF, &result);
  return result;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

double cpu_seconds() {
  const rusage used = usage();
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t peak_resident_bytes() {
  constexpr std::uint64_t kBytesPerUnit = 1024;  // Linux reports kilobytes
  return static_cast<std::uint64_t>(usage().ru_maxrss) * kBytesPerUnit;
}

}  // namespace spikeloom
