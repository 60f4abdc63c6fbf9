#include "sim/cosim/causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace spikeloom {
namespace {

/// The one of `list`, sorted by place, that is at `place`; or nullptr.
template <typename Item, typename Place>
const Item* find_at(const std::vector<Item>& list, const Place& place) {
  const auto found = std::lower_bound(
      list.begin(), list.end(), place, [](const Item& a, const Place& b) { return a.place() < b; });
  return found == list.end() || found->place() != place ? nullptr : &*found;
}

std::string times(double count) { return count == 1 ? "once" : fmt::format("{} times", count); }

std::string spikes_words(const Difference& d) {
  if (d.found == 0) return "did not spike";
  if (d.expected == 0) return d.found == 1 ? "spiked" : "spiked " + times(d.found);
  return fmt::format("spiked {} instead of {}", times(d.found), times(d.expected));
}

std::string steps_words(std::int32_t steps) {
  return fmt::format("{} step{}", steps, steps == 1 ? "" : "s");
}

// How the spikes ended: "reached core (2,1) 1 step late".
std::string fate(const PacketEvent& event, const std::string& core) {
  const bool one = event.count == 1;
  if (event.cause == EventCause::Dropped)
    return fmt::format("{} dropped on the way to {}", one ? "was" : "were", core);
  if (event.cause == EventCause::Overflow) return "found the input buffer of " + core + " full";
  std::string words = "did not reach " + core + " in time and " + (one ? "was" : "were") + " lost";
  if (!event.is_lost())
    words = fmt::format("reached {} {} {}",
                        core,
                        steps_words(std::abs(event.shift)),
                        event.shift < 0 ? "early" : "late");
  return words + (event.cause == EventCause::Overrun ? " because a core was overrun" : "");
}

}  // namespace

MismatchCauses::MismatchCauses(const LoweredNetwork& network,
                               const ChipPlaces& places,
                               const std::vector<Compared>& compared,
                               const ChipRun& run,
                               const Player& play)
    : network_(network), places_(places), compared_(compared), run_(run) {
  const auto events = run.log.events();
  unexplained_ = differences_from(play({run.trace, events, places.core_of}));
  if (events.empty()) return;
  caused_ = differences_from(play({run.trace, {}, places.core_of}));
  if (!caused_.empty()) blame_events();
}

std::vector<MismatchCauses::Blame> MismatchCauses::differences_from(
    const SampleTrace& replayed) const {
  std::vector<Blame> list;
  for_each_difference(replayed, run_.trace, compared_, [&](const Difference& difference) {
    Blame blame{difference};
    blame.difference.step += network_.populations[difference.population].start;
    list.push_back(blame);
  });
  std::sort(
      list.begin(), list.end(), [](const auto& a, const auto& b) { return a.place() < b.place(); });
  return list;
}

// An event changed what its receivers got when its spikes should have been integrated, and when
// they were.
void MismatchCauses::blame_events() {
  const auto events = run_.log.events();
  for (std::size_t i = 0; i < events.size(); ++i)
    for (const Projection& projection : network_.projections) {
      const PacketEvent& event = events[i];
      if (projection.source != event.population) continue;
      for_each_synapse(projection.connectivity, event.neuron, [&](const Synapse& synapse) {
        if (places_.core_of[projection.target][synapse.target] != event.core) return;
        const std::int64_t due = std::int64_t{event.step} + synapse.delay;
        blame(i, projection.target, synapse.target, due);
        if (!event.is_lost()) blame(i, projection.target, synapse.target, due + event.shift);
      });
    }
  for (std::size_t i = 1; i < caused_.size(); ++i) {
    const Blame& before = caused_[i - 1];
    const bool same_neuron = before.difference.population == caused_[i].difference.population &&
                             before.difference.neuron == caused_[i].difference.neuron;
    if (same_neuron && caused_[i].event == Blame::kNobody) caused_[i].event = before.event;
  }
}

// Of the differences of the neuron only the first at or after `step` is marked; later ones take
// over what nobody changed in between.
void MismatchCauses::blame(std::size_t event,
                           PopulationId target,
                           std::uint32_t neuron,
                           std::int64_t step) {
  const auto changed = static_cast<std::uint32_t>(step);
  const auto found = std::lower_bound(caused_.begin(),
                                      caused_.end(),
                                      std::tuple(target, neuron, changed),
                                      [](const Blame& a, const auto& b) { return a.place() < b; });
  if (found == caused_.end() || found->difference.population != target ||
      found->difference.neuron != neuron)
    return;
  if (found->event != Blame::kNobody && found->changed >= changed) return;
  found->event = event;
  found->changed = changed;
}

Difference MismatchCauses::in_run(Difference difference) const {
  difference.step += first_step_ + network_.populations[difference.population].start;
  return difference;
}

bool MismatchCauses::never_ran(const Difference& difference) const {
  const CoreId core = places_.core_of[difference.population][difference.neuron];
  return difference.step >= run_.log.stopped_at(core);
}

std::string MismatchCauses::cause_of(const Difference& difference) const {
  const Difference at = in_run(difference);
  if (never_ran(at)) return name_of(EventCause::Overrun);
  const auto place = std::tuple(at.population, at.neuron, at.step);
  if (find_at(unexplained_, place) != nullptr) return kUnexplained;
  const Blame* caused = find_at(caused_, place);
  if (caused == nullptr) return kPropagated;
  if (caused->event == Blame::kNobody) return kUnexplained;
  return name_of(run_.log.events()[caused->event].cause);
}

std::string MismatchCauses::happening(const Difference& at) const {
  const LoweredPopulation& population = network_.populations[at.population];
  return fmt::format("step {}: neuron {} of {} {}",
                     at.step - population.start,
                     at.neuron,
                     population.name,
                     at.quantity == Compared::Spikes
                         ? spikes_words(at)
                         : fmt::format("had v {} instead of {}", at.found, at.expected));
}

std::string MismatchCauses::reason(const PacketEvent& event) const {
  const LoweredPopulation& sender = network_.populations[event.population];
  return fmt::format("{} of neuron {} of {}, sent in step {}, {}",
                     event.count == 1 ? "a spike" : fmt::format("{} spikes", event.count),
                     event.neuron,
                     sender.name,
                     event.step - sender.start,
                     fate(event, places_.core_names[index_of(event.core)]));
}

std::string MismatchCauses::reason_of_propagation() const {
  const std::string words = "what it receives had already changed";
  const auto first =
      std::min_element(caused_.begin(), caused_.end(), [](const Blame& a, const Blame& b) {
        return a.difference.step < b.difference.step;
      });
  if (first == caused_.end() || first->event == Blame::kNobody) return words;
  return words + "; " + happening(first->difference) + " because " +
         reason(run_.log.events()[first->event]);
}

std::string MismatchCauses::explain(const Difference& difference) const {
  const Difference at = in_run(difference);
  const std::string what = happening(at), cause = cause_of(difference);
  if (cause == kUnexplained) return what + ", and nothing that the chip logged accounts for it";
  if (cause == kPropagated) return what + " because " + reason_of_propagation();
  if (never_ran(at)) {
    const CoreId core = places_.core_of[at.population][at.neuron];
    return what + " because " + places_.core_names[index_of(core)] +
           " was overrun and did not come to that step";
  }
  const Blame* caused = find_at(caused_, std::tuple(at.population, at.neuron, at.step));
  return what + " because " + reason(run_.log.events()[caused->event]);
}

}  // namespace spikeloom
