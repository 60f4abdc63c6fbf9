#pragma once
// Ctrl-C and its like: long work stops at its next step and takes back what it had begun.

#include <exception>

namespace spikeloom {

/// Ends the program with exit code 128 + signal, as a shell would say it.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int signal) : signal_(signal) {}
  int signal() const { return signal_; }
  const char* what() const noexcept override { return "interrupted"; }

 private:
  int signal_;
};

/// From now on SIGINT, SIGTERM and SIGHUP are remembered; a second one ends the program at once.
void remember_interruptions();
/// The opposite, for a process of its own: such a signal ends it at once.
void forget_interruptions();
/// Throws Interrupted if a signal came.
void throw_if_interrupted();

}  // namespace spikeloom
