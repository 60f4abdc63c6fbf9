#pragma once
// The input events of a sample, and at which port of the chip each of them enters.

#include "models/chip/chip.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/recording.hpp"
#include "sim/chip/io_block.hpp"

namespace spikeloom::chip_sim {

class InputFeed {
 public:
  /// Both outlive it.
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
      const InputImage& part = part_of(events_[next_].index);
      visit(events_[next_], part.port, spikes_of(events_[next_], part));
    }
  }
  /// The input population; only if the mapping has one.
  PopulationId population() const { return parts_.front().population; }

 private:
  const InputImage& part_of(std::uint32_t index) const;
  InputSpikes spikes_of(const Event& event, const InputImage& part) const;

  bool graded_;
  std::vector<InputImage> parts_;  // by first element
  std::uint32_t elements_ = 0;
  std::vector<Event> events_;  // by step, then element
  std::size_t next_ = 0;
};

}  // namespace spikeloom::chip_sim
