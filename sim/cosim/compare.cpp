#include "sim/cosim/compare.hpp"

#include <tuple>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

using Visit = std::function<void(const Difference&)>;

Compared compared_of(const std::vector<Compared>& compared, PopulationId population) {
  const std::size_t index = index_of(population);
  return index < compared.size() ? compared[index] : Compared::Spikes;
}

void compare_spikes(const SampleTrace& expected, const SampleTrace& found, const Visit& visit) {
  const auto differ = [&](const Spike& at, double value_expected, double value_found) {
    visit({at.step, at.population, at.neuron, Compared::Spikes, value_expected, value_found});
  };
  auto e = expected.spikes.begin();
  auto f = found.spikes.begin();
  while (e != expected.spikes.end() || f != found.spikes.end()) {
    if (f == found.spikes.end() || (e != expected.spikes.end() && e->key() < f->key())) {
      differ(*e, e->value, 0);
      ++e;
    } else if (e == expected.spikes.end() || f->key() < e->key()) {
      differ(*f, 0, f->value);
      ++f;
    } else {
      if (e->value != f->value) differ(*e, e->value, f->value);
      ++e;
      ++f;
    }
  }
}

void compare_frames(const StateFrame& expected, const StateFrame& found, const Visit& visit) {
  for (std::uint32_t n = 0; n < expected.v.size(); ++n)
    if (expected.v[n] != found.v[n])
      visit(
          {expected.step, expected.population, n, Compared::Potential, expected.v[n], found.v[n]});
}

void compare_states(const SampleTrace& expected,
                    const SampleTrace& found,
                    const std::vector<Compared>& compared,
                    const Visit& visit) {
  std::map<std::pair<std::uint32_t, PopulationId>, const StateFrame*> frames;
  for (const StateFrame& frame : found.states)
    if (compared_of(compared, frame.population) == Compared::Potential)
      frames[{frame.step, frame.population}] = &frame;
  std::size_t count = 0;
  for (const StateFrame& frame : expected.states) {
    if (compared_of(compared, frame.population) != Compared::Potential) continue;
    const auto other = frames.find({frame.step, frame.population});
    SPIKELOOM_CHECK(other != frames.end(), "both engines record the states that are compared");
    compare_frames(frame, *other->second, visit);
    ++count;
  }
  SPIKELOOM_CHECK(count == frames.size(), "both engines record the states that are compared");
}

auto place_of(const FirstMismatch& m) {
  return std::tuple(m.sample, m.step, m.population, m.neuron);
}

}  // namespace

void for_each_difference(const SampleTrace& expected,
                         const SampleTrace& found,
                         const std::vector<Compared>& compared,
                         const Visit& visit) {
  compare_spikes(expected, found, [&](const Difference& difference) {
    if (compared_of(compared, difference.population) != Compared::Nothing) visit(difference);
  });
  compare_states(expected, found, compared, visit);
}

void SpikeComparison::note(std::size_t sample,
                           const Difference& difference,
                           const CauseSource* causes) {
  const std::string cause = causes == nullptr ? kUnexplained : causes->cause_of(difference);
  ++mismatched_;
  ++by_cause_[cause];
  const FirstMismatch mismatch{sample,
                               difference.step,
                               difference.population,
                               difference.neuron,
                               difference.quantity == Compared::Spikes ? "spikes" : "v",
                               difference.expected,
                               difference.found,
                               cause};
  if (first_ && place_of(*first_) <= place_of(mismatch)) return;
  first_ = mismatch;
  if (causes != nullptr) first_->explanation = causes->explain(difference);
}

void SpikeComparison::add(std::size_t sample,
                          const SampleTrace& expected,
                          const SampleTrace& found,
                          const CauseSource* causes) {
  for_each_difference(expected, found, compared_, [&](const Difference& difference) {
    note(sample, difference, causes);
  });
}

std::uint64_t SpikeComparison::unexplained() const {
  const auto found = by_cause_.find(kUnexplained);
  return found == by_cause_.end() ? 0 : found->second;
}

}  // namespace spikeloom
