#pragma once
// The input events of a sample, and at which port of the chip each of them enters.

#include "models/chip/chip.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/recording.hpp"
#include "sim/chip/io_block.hpp"

namespace spikeloom::chip_sim {

class InputFeed {
 public:
  InputFeed(const Chip& chip, const Mapping& mapping);

  /// A new sample of which events of `steps` steps drive. Throws InputError for an event that the
  /// chip has no input for.
  void begin(const Sample& sample, std::uint32_t steps);

  struct Event {
    std::uint32_t step, index;
    std::uint64_t count;
  };
  /// Calls visit(event, port, spikes) for the events up to `step` that have not been taken, by step
  /// and element; `spikes` enter at io.ports[port].
  template <typename Visit>
  void take(std::uint64_t step, Visit visit) {
    for (; next_ < events_.size() && events_[next_].step <= step; ++next_) {
      const Entry entry = entries_[events_[next_].index];
      visit(events_[next_], entry.port, spikes_of(events_[next_], entry.key));
    }
  }
  /// The input population; only if the mapping has one.
  PopulationId population() const { return population_; }

 private:
  struct Entry {
    std::uint32_t key, port;
  };
  void add(std::uint32_t element, Entry entry);
  InputSpikes spikes_of(const Event& event, std::uint32_t key) const;

  bool graded_;
  PopulationId population_{};
  std::vector<Entry> entries_;  // by element
  std::vector<Event> events_;   // by step, then element
  std::size_t next_ = 0;
};

}  // namespace spikeloom::chip_sim
