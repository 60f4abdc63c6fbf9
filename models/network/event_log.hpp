#pragma once
// What became of packets that did not arrive as they should, copy by copy, in one run of a chip:
// all that a reference has to be told to do the same as the chip.

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/base/ids.hpp"

namespace spikeloom {

/// What the chip does about its spikes that the network does not.
enum class EventCause : std::uint8_t {
  Late,      ///< real time: under way when its step ended
  Dropped,   ///< given up by a router
  Overrun,   ///< a core was still busy when the next step began, and lags behind
  Overflow,  ///< a finite buffer of a core was full
};
const char* name_of(EventCause cause);  ///< "late", "dropped", "overrun", "overflow"

/// Copies of packets of one neuron that went wrong in the same way.
struct PacketEvent {
  static constexpr std::int32_t kLost = std::numeric_limits<std::int32_t>::max();

  std::uint32_t step;  ///< the sender's, counted from the start of the run
  PopulationId population;
  std::uint32_t neuron;  ///< the sender, row-major
  std::uint32_t count;   ///< spikes that the copies carried
  CoreId core;           ///< who received them, or should have
  std::int32_t shift;    ///< the receiver's step when it booked them minus `step`, or kLost
  EventCause cause;

  bool is_lost() const { return shift == kLost; }
  bool operator==(const PacketEvent&) const = default;
};

/// Collected in any order. It holds a bounded number of events: a run of which more goes wrong than
/// that is not explained event by event, and the log says so.
class EventLog {
 public:
  static constexpr std::size_t kMostEvents = std::size_t{1} << 23;
  static constexpr std::uint32_t kRanAll = std::numeric_limits<std::uint32_t>::max();

  EventLog() = default;
  explicit EventLog(std::size_t most_events) : most_events_(most_events) {}

  void add(const PacketEvent& event);
  /// `core` was so far behind at the end that it ran neither `step` nor any later one.
  void stop(CoreId core, std::uint32_t step) { stopped_[core] = step; }
  /// A finished log with this content: of another process.
  static EventLog handed_over(std::vector<PacketEvent> events,
                              std::map<CoreId, std::uint32_t> stopped,
                              std::uint64_t noted) {
    EventLog log;
    log.events_ = std::move(events);
    log.stopped_ = std::move(stopped);
    log.noted_ = noted;
    return log;
  }
  /// Sorts the events and joins those that differ in nothing but their count.
  void finish();

  /// Empty if it is not complete. By step, population, neuron, ... once finished.
  std::span<const PacketEvent> events() const { return events_; }
  /// The first step that `core` did not run, or kRanAll.
  std::uint32_t stopped_at(CoreId core) const;
  /// The cores that did not run all steps, and their first step that they did not run.
  const std::map<CoreId, std::uint32_t>& stopped() const { return stopped_; }
  bool is_empty() const { return noted_ == 0 && stopped_.empty(); }
  /// False if there were more events than it holds; then it holds none.
  bool is_complete() const { return noted_ <= most_events_; }
  std::uint64_t noted() const { return noted_; }  ///< events added, kept or not

 private:
  std::size_t most_events_ = kMostEvents;
  std::vector<PacketEvent> events_;
  std::map<CoreId, std::uint32_t> stopped_;
  std::uint64_t noted_ = 0;
};

}  // namespace spikeloom
