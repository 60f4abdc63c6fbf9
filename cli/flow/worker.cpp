#include "cli/flow/worker.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "cli/flow/interruption.hpp"

namespace spikeloom {
namespace {

enum class Kind : std::uint8_t { Message, InputError, Failure };

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::size_t kMostAhead = std::size_t{1} << 26;  // bytes
constexpr int kPatience = 100;                            // ms between looks at signals

[[noreturn]] void fail_system(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// Where nobody reads any more, there is nothing left to do.
void send(int file, Kind kind, std::span<const std::byte> bytes) {
  ByteWriter head;
  head.put(kind);
  head.put(bytes.size());
  if (!write_all(file, head.bytes()) || !write_all(file, bytes)) _exit(1);
}

void send_error(int file, Kind kind, const std::exception& error) {
  ByteWriter out;
  out.put_text(error.what());
  send(file, kind, out.bytes());
}

void work_and_report(int file, const std::function<void(const Worker::Send&)>& work) {
  try {
    work([file](const Worker::Message& message) { send(file, Kind::Message, message); });
  } catch (const InputError& error) {
    send_error(file, Kind::InputError, error);
  } catch (const std::exception& error) {
    send_error(file, Kind::Failure, error);
  }
}

// Leaves without destructors: what this process got by copy is its parent's to clean up.
[[noreturn]] void run_child(int file,
                            pid_t parent,
                            const std::function<void(const Worker::Send&)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // not to outlive it, however it ends
  if (getppid() != parent) _exit(1);
  forget_interruptions();
  work_and_report(file, work);
  _exit(0);
}

[[noreturn]] void rethrow(Kind kind, std::span<const std::byte> bytes) {
  const std::string what = ByteReader(bytes).take_text();
  if (kind == Kind::Failure) throw InternalError(what);
  throw InputError("", "", what);  // which names file and place already
}

}  // namespace

Worker::Worker(std::string name, const std::function<void(const Send&)>& work)
    : name_(std::move(name)) {
  std::array<int, 2> ends;
  if (pipe(ends.data()) != 0) fail_system("a pipe for --jobs");
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    run_child(ends[1], parent, work);
  }
  close(ends[1]);
  file_ = ends[0];
  if (process_ < 0) {
    close(file_);
    fail_system("a process for --jobs");
  }
}

Worker::~Worker() {
  close(file_);
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

bool Worker::is_far_ahead() const { return received_.size() - taken_ > kMostAhead; }

void Worker::receive() {
  std::array<std::byte, kChunk> chunk;
  const ssize_t count = read(file_, chunk.data(), chunk.size());
  if (count < 0 && errno == EINTR) return;
  open_ = count > 0;
  if (open_) received_.insert(received_.end(), chunk.begin(), chunk.begin() + count);
}

void Worker::drop_taken() {
  if (taken_ < received_.size() / 2) return;
  received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

std::optional<Worker::Message> Worker::next() {
  constexpr std::size_t kHead = sizeof(Kind) + sizeof(std::size_t);
  const std::span<const std::byte> rest = std::span(received_).subspan(taken_);
  if (rest.size() >= kHead) {
    ByteReader head(rest);
    const auto kind = head.take<Kind>();
    const auto size = head.take<std::size_t>();
    if (rest.size() - kHead >= size) {
      const std::span<const std::byte> body = rest.subspan(kHead, size);
      if (kind != Kind::Message) rethrow(kind, body);
      Message message(body.begin(), body.end());
      taken_ += kHead + size;
      drop_taken();
      return message;
    }
  }
  if (!open_) fail_dead();
  return std::nullopt;
}

void Worker::fail_dead() {
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = 0;
  throw_if_interrupted();
  const std::string how = WIFSIGNALED(status)
                              ? "was ended by signal " + std::to_string(WTERMSIG(status))
                              : "ended with exit code " + std::to_string(WEXITSTATUS(status));
  throw InternalError(name_ + " " + how);
}

Worker::Message await_message(Worker& worker, std::vector<std::unique_ptr<Worker>>& all) {
  while (true) {
    throw_if_interrupted();
    if (auto message = worker.next()) return std::move(*message);
    std::vector<pollfd> files;
    for (const auto& each : all) {
      const bool waits = each.get() != &worker && each->is_far_ahead();
      files.push_back({each->is_open() && !waits ? each->file() : -1, POLLIN, 0});
    }
    if (poll(files.data(), files.size(), kPatience) <= 0) continue;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (files[i].revents != 0) all[i]->receive();
  }
}

}  // namespace spikeloom
