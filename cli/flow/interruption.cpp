#include "cli/flow/interruption.hpp"

#include <array>
#include <csignal>

namespace spikeloom {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t received_signal = 0;

void remember(int signal) {
  received_signal = signal;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void remember_interruptions() {
  for (const int signal : kSignals)
    if (std::signal(signal, remember) == SIG_IGN) std::signal(signal, SIG_IGN);  // as under nohup
}

void forget_interruptions() {
  for (const int signal : kSignals)
    if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
}

void throw_if_interrupted() {
  if (received_signal != 0) throw Interrupted(received_signal);
}

}  // namespace spikeloom
