#include "models/base/hdf5_probe.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// What no sound file of `bytes` needs. A MiB of the densest deflate stream (1032 times smaller
/// than its contents) takes about a second, and, as doubles and copied once, 16 bytes per byte of
/// that.
rlim_t seconds_for(rlim_t bytes) { return 10 + (bytes >> 20); }
rlim_t memory_for(rlim_t bytes) {
  constexpr rlim_t kLeast = rlim_t{2} << 30, kMost = rlim_t{8} << 30;
  return std::min(kMost, kLeast + std::min(bytes, kMost) * 1032 * 16);
}

void bound(decltype(RLIMIT_CPU) resource, rlim_t value) {
  rlimit limit{};
  getrlimit(resource, &limit);
  limit.rlim_cur = std::min(value, limit.rlim_max);
  setrlimit(resource, &limit);
}

rlim_t memory_taken() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

/// A crash is to end the child at once and unseen, whatever handlers it has inherited.
void die_silently() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGALRM})
    std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  bound(RLIMIT_CORE, 0);
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

/// The child: says one byte into `answer` when it has survived.
[[noreturn]] void try_and_exit(const std::string& file,
                               const std::function<void()>& read_all,
                               int answer) {
  constexpr rlim_t kMaxWaitRatio = 20;  // of waiting (a slow disk, a busy machine) to computing
  die_silently();
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(file, unknown);
  const rlim_t bytes = unknown ? 0 : size, seconds = seconds_for(bytes);
  bound(RLIMIT_AS, memory_taken() + memory_for(bytes));
  bound(RLIMIT_CPU, seconds);
  alarm(static_cast<unsigned>(seconds * kMaxWaitRatio));
  try {
    read_all();
  } catch (...) {
    _exit(1);
  }
  _exit(write(answer, "", 1) == 1 ? 0 : 1);
}

/// One byte, or the end when every writer is gone.
bool one_byte_arrives(int descriptor) {
  char byte = 0;
  ssize_t count = 0;
  while ((count = read(descriptor, &byte, 1)) < 0 && errno == EINTR) continue;
  return count == 1;
}

}  // namespace

void require_survival(const std::string& file, const std::function<void()>& read_all) {
  std::array<int, 2> answer{-1, -1};
  const pid_t child = pipe2(answer.data(), O_CLOEXEC) == 0 ? fork() : -1;
  if (child == 0) try_and_exit(file, read_all, answer[1]);
  const int failure = errno;
  close(answer[1]);
  const bool survived = child > 0 && one_byte_arrives(answer[0]);
  close(answer[0]);
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  if (child < 0)
    throw InputError(
        file,
        "",
        std::string("cannot be tried in a process of its own: ") + std::strerror(failure));
  if (!survived) throw InputError(file, "", "is damaged: the HDF5 library cannot read it");
}

}  // namespace spikeloom
