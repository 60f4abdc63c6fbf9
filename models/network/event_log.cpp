#include "models/network/event_log.hpp"

#include <algorithm>
#include <tuple>

namespace spikeloom {
namespace {

auto all_but_count(const PacketEvent& event) {
  return std::tuple(
      event.step, event.population, event.neuron, event.core, event.shift, event.cause);
}

bool comes_before(const PacketEvent& a, const PacketEvent& b) {
  return all_but_count(a) < all_but_count(b);
}

/// Joins equal neighbours.
void join(std::vector<PacketEvent>& events) {
  std::size_t kept = 0;
  for (const PacketEvent& event : events) {
    if (kept > 0 && all_but_count(events[kept - 1]) == all_but_count(event))
      events[kept - 1].count += event.count;
    else
      events[kept++] = event;
  }
  events.resize(kept);
}

}  // namespace

const char* name_of(EventCause cause) {
  switch (cause) {
    case EventCause::Late:
      return "late";
    case EventCause::Dropped:
      return "dropped";
    case EventCause::Overrun:
      return "overrun";
    case EventCause::Overflow:
      break;
  }
  return "overflow";
}

// Which events came first depends on the order of blocks, so an overfull log keeps none of them.
void EventLog::add(const PacketEvent& event) {
  if (++noted_ <= most_events_)
    events_.push_back(event);
  else
    events_ = {};
}

void EventLog::finish() {
  std::sort(events_.begin(), events_.end(), comes_before);
  join(events_);
}

std::uint32_t EventLog::stopped_at(CoreId core) const {
  const auto found = stopped_.find(core);
  return found == stopped_.end() ? kRanAll : found->second;
}

}  // namespace spikeloom
