#pragma once
// The mapped network on the cycle-accurate chip: two-phase blocks in a SystemC host.

#include <functional>
#include <memory>
#include <optional>

#include "models/base/random.hpp"
#include "models/base/statistics.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/event_log.hpp"
#include "models/network/recording.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/fabric_activity.hpp"
#include "sim/chip/packet_trace.hpp"

namespace spikeloom {

/// How to simulate; none of it may change a number.
struct HostOptions {
  bool skip_idle = true;                      ///< false: every tile is evaluated every cycle
  std::optional<std::uint32_t> shuffle_seed;  ///< evaluate blocks in a shuffled order
  PacketListener packets{};                   ///< told what every packet does, if it is not empty
};

struct TileActivity {
  ActionCounts actions;
  std::array<std::uint64_t, kMostPorts> sent_packets{};  ///< per output port
  std::uint64_t worst_queue = 0;                         ///< packets in the fullest input queue
  std::array<LinkActivity, kLinkCount> links;            ///< outgoing
  BlockedActivity blocked;
  std::uint64_t unrouted = 0;  ///< copies without an output to leave by

  /// Of further samples, run here or by another simulator.
  TileActivity& operator+=(const TileActivity& other);
};

/// What steps of a fixed length did to a run.
struct RealTimeCounts {
  /// Per step: cycles from its tick until the chip was quiet, or the whole step if it was not when
  /// the next tick came.
  std::vector<std::uint64_t> busy_cycles;
  std::uint64_t overruns = 0;  ///< ticks that met a core still busy
  std::uint64_t late = 0;      ///< copies of packets booked after their step, or lost because of it
  std::uint64_t early = 0;     ///< copies booked before their step, by cores that lag behind
};

/// What a run of one sample took. All cycles are chip clock cycles.
struct SampleRun {
  SampleTrace trace;  ///< populations as in the mapping; steps from each population's start
  EventLog log;       ///< what became of packets that did not arrive as they should
  std::uint64_t reset_cycles = 0;          ///< clearing state before the sample
  std::vector<std::uint64_t> step_cycles;  ///< release to release, or tick to tick, per step
  RealTimeCounts real_time;                ///< empty with barriers
};

class ChipSimulator {
 public:
  /// One per process at a time (SystemC); a later one replaces the simulation context.
  /// `chip` and `mapping` outlive it.
  ChipSimulator(const Chip& chip, const Mapping& mapping, const HostOptions& options = {});
  ~ChipSimulator();

  /// Clears all state (charged), then runs `steps` + the deepest start steps.
  /// Throws InputError if the chip deadlocks, with the cycle of waiting packets.
  SampleRun run(const Sample& sample, std::uint32_t steps, bool record_states = false);

  std::uint64_t cycles() const;  ///< since construction
  ActionCounts actions() const;  ///< over all tiles, since construction
  const IdVector<TileId, TileActivity>& tiles() const;
  const Statistics& statistics() const;
  std::uint64_t dropped_packets() const;  ///< no table entry and no way straight on

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spikeloom
