#pragma once
// A process of its own that does a part of a run's work and hands over messages.

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/flow/byte_stream.hpp"

namespace spikeloom {

class Worker {
 public:
  using Message = std::vector<std::byte>;
  using Send = std::function<void(const Message&)>;

  /// Starts a process that does `work` on a copy of this one's memory, which they share as long as
  /// neither writes; errors of `work` are messages too. Nothing of SystemC may exist yet.
  /// `name` is for errors.
  Worker(std::string name, const std::function<void(const Send&)>& work);
  /// Ends the process if it has not ended.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  int file() const { return file_; }      ///< readable when more has come
  bool is_open() const { return open_; }  ///< more may come
  bool is_far_ahead() const;              ///< has sent so much that it may wait
  /// Takes in what has come.
  void receive();
  /// The next whole message. Throws what `work` threw, and InternalError if the process ended
  /// before its time.
  std::optional<Message> next();

 private:
  [[noreturn]] void fail_dead();
  void drop_taken();

  std::string name_;
  pid_t process_ = 0;
  int file_ = -1;
  bool open_ = true;
  std::vector<std::byte> received_;
  std::size_t taken_ = 0;  // bytes of `received_`
};

/// Waits until a worker's next message is there, taking in what others send meanwhile. Throws
/// Interrupted if a signal comes, and as Worker::next().
Worker::Message await_message(Worker& worker, std::vector<std::unique_ptr<Worker>>& all);

}  // namespace spikeloom
