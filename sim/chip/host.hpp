#pragma once
// The SystemC side: a module per tile, a clock domain that triggers only the tiles that are due and
// jumps over idle time, and ends the cycle in the update phase.

#include <memory>

#include "sim/chip/sequencer.hpp"

namespace spikeloom::chip_sim {

/// Installs a fresh SystemC simulation context, so that one simulator after the other can live in a
/// process. The context itself is never freed: SystemC 2.3 cannot.
class Host {
 public:
  Host(Hertz clock, Sequencer& sequencer, Fabric& fabric);
  ~Host();

  /// Runs the clock until the sequencer's sample is over. Rethrows what a block threw.
  void run_sample();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spikeloom::chip_sim
