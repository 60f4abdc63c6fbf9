#include "cli/flow/resources.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace spikeloom {
namespace {

// Of this process, and of those it started that have ended.
std::array<rusage, 2> usages() {
  std::array<rusage, 2> result{};
  getrusage(RUSAGE_SELF, &result[0]);
  getrusage(RUSAGE_CHILDREN, &result[1]);
  return result;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

double cpu_seconds() {
  double sum = 0;
  for (const rusage& used : usages()) sum += seconds(used.ru_utime) + seconds(used.ru_stime);
  return sum;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t peak_resident_bytes() {
  constexpr std::uint64_t kBytesPerUnit = 1024;  // Linux reports kilobytes
  const auto used = usages();
  return static_cast<std::uint64_t>(std::max(used[0].ru_maxrss, used[1].ru_maxrss)) * kBytesPerUnit;
}

}  // namespace spikeloom
