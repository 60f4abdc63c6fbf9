#include "sim/cosim/compare.hpp"

#include <tuple>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

// A difference that no logged effect of the chip accounts for.
constexpr const char* kUnexplained = "unexplained";

auto order_of(const FirstMismatch& m) {
  return std::tuple(m.sample, m.step, m.population, m.neuron);
}

FirstMismatch spike_mismatch(std::size_t sample, const Spike& at, double expected, double found) {
  return {sample, at.step, at.population, at.neuron, "spikes", expected, found, kUnexplained};
}

}  // namespace

Compared SpikeComparison::compared(PopulationId population) const {
  const std::size_t index = index_of(population);
  return index < compared_.size() ? compared_[index] : Compared::Spikes;
}

void SpikeComparison::note(const FirstMismatch& mismatch) {
  if (compared(mismatch.population) == Compared::Nothing) return;
  ++mismatched_;
  ++by_cause_[mismatch.cause];
  if (!first_ || order_of(mismatch) < order_of(*first_)) first_ = mismatch;
}

void SpikeComparison::add(std::size_t sample,
                          const SampleTrace& expected,
                          const SampleTrace& found) {
  compare_spikes(sample, expected, found);
  compare_states(sample, expected, found);
}

void SpikeComparison::compare_spikes(std::size_t sample,
                                     const SampleTrace& expected,
                                     const SampleTrace& found) {
  auto e = expected.spikes.begin();
  auto f = found.spikes.begin();
  while (e != expected.spikes.end() || f != found.spikes.end()) {
    if (f == found.spikes.end() || (e != expected.spikes.end() && e->key() < f->key())) {
      note(spike_mismatch(sample, *e, e->value, 0));
      ++e;
    } else if (e == expected.spikes.end() || f->key() < e->key()) {
      note(spike_mismatch(sample, *f, 0, f->value));
      ++f;
    } else {
      if (e->value != f->value) note(spike_mismatch(sample, *e, e->value, f->value));
      ++e;
      ++f;
    }
  }
}

void SpikeComparison::compare_states(std::size_t sample,
                                     const SampleTrace& expected,
                                     const SampleTrace& found) {
  std::map<std::pair<std::uint32_t, PopulationId>, const StateFrame*> frames;
  for (const StateFrame& frame : found.states)
    if (compared(frame.population) == Compared::Potential)
      frames[{frame.step, frame.population}] = &frame;
  std::size_t count = 0;
  for (const StateFrame& frame : expected.states) {
    if (compared(frame.population) != Compared::Potential) continue;
    const auto other = frames.find({frame.step, frame.population});
    SPIKELOOM_CHECK(other != frames.end(), "both engines record the states that are compared");
    compare_frames(sample, frame, *other->second);
    ++count;
  }
  SPIKELOOM_CHECK(count == frames.size(), "both engines record the states that are compared");
}

void SpikeComparison::compare_frames(std::size_t sample,
                                     const StateFrame& expected,
                                     const StateFrame& found) {
  for (std::uint32_t n = 0; n < expected.v.size(); ++n)
    if (expected.v[n] != found.v[n])
      note({sample,
            expected.step,
            expected.population,
            n,
            "v",
            expected.v[n],
            found.v[n],
            kUnexplained});
}

}  // namespace spikeloom
