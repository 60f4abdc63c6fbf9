#pragma once
// The cycles and steps of a run, host and SystemC not known: which tiles are evaluated in a cycle,
// what follows it, when the barrier releases.

#include <random>

#include "sim/chip/chip_simulator.hpp"
#include "sim/chip/fabric.hpp"
#include "sim/chip/input_feed.hpp"
#include "sim/chip/packet_log.hpp"
#include "sim/chip/recorder.hpp"

namespace spikeloom::chip_sim {

/// The host calls, per cycle: open_cycle, then run() of each tile it returned, in any order, then
/// close_cycle.
class Sequencer {
 public:
  Sequencer(const Chip& chip, const Mapping& mapping, const HostOptions& options, Fabric& fabric);

  /// Begins with clearing all state. Throws InputError for an event the chip has no input for.
  void begin_sample(const Sample& sample, std::uint32_t steps, bool record_states);
  Cycle now() const { return now_; }
  /// Releases a step if its time has come. Returns the tiles that are due, or none at the end.
  const std::vector<Tile*>& open_cycle();
  /// Throws InputError on a deadlock.
  void close_cycle();
  bool sample_is_over() const { return over_; }
  SampleRun end_sample();

  /// Barriers, which no block counts.
  std::uint64_t barriers() const { return barriers_; }

 private:
  void release();
  void close_step();
  void tick();
  void finish_steps();
  void end_run();
  Cycle when_clocks_meet(Cycle cycle) const;
  bool is_realtime() const { return chip_.step.mode == StepMode::RealTime; }
  void release_inputs();
  void choose_due_tiles();
  void make_due(BlockId block);
  void shuffle_due_tiles();
  void settle();
  void check_quiet();
  Cycle next_cycle();
  [[noreturn]] void fail_deadlocked();

  const Chip& chip_;
  const Mapping& mapping_;
  HostOptions options_;
  Fabric& fabric_;
  std::mt19937 shuffle_;

  Cycle now_ = 0;
  Cycle released_ = 0;      // when the present step, or the clearing, began
  Cycle release_ = kNever;  // of the next step, once known; in real time the next tick
  std::uint64_t step_ = 0;  // the next one to release
  std::uint64_t total_steps_ = 0;
  bool over_ = true;
  Cycle sampled_quiet_ = kNever;  // by asking every block; only if idle tiles are evaluated
  struct Place {
    Tile* tile;
    std::uint32_t bit;  // in Tile::due
  };
  std::vector<Place> places_;  // by BlockId
  std::vector<Tile*> due_;
  std::uint64_t barriers_ = 0;

  InputFeed feed_;
  std::vector<std::vector<InputSpikes>> entering_;  // per port, of the present step
  std::optional<Recorder> recorder_;
  PacketLog log_;
  std::optional<PacketTrace> trace_;
  SampleRun run_;
};

}  // namespace spikeloom::chip_sim
