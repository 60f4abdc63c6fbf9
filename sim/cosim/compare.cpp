#include "sim/cosim/compare.hpp"

namespace spikeloom {
namespace {

// A difference that no logged effect of the chip accounts for.
constexpr const char* kUnexplained = "unexplained";

}  // namespace

void SpikeComparison::note(std::size_t sample,
                           const Spike& at,
                           std::uint32_t expected,
                           std::uint32_t found) {
  ++mismatched_;
  ++by_cause_[kUnexplained];
  if (!first_) first_ = {sample, at.step, at.population, at.neuron, expected, found, kUnexplained};
}

void SpikeComparison::add(std::size_t sample,
                          const SampleTrace& expected,
                          const SampleTrace& found) {
  auto e = expected.spikes.begin();
  auto f = found.spikes.begin();
  while (e != expected.spikes.end() || f != found.spikes.end()) {
    if (f == found.spikes.end() || (e != expected.spikes.end() && e->key() < f->key())) {
      note(sample, *e, e->value, 0);
      ++e;
    } else if (e == expected.spikes.end() || f->key() < e->key()) {
      note(sample, *f, 0, f->value);
      ++f;
    } else {
      if (e->value != f->value) note(sample, *e, e->value, f->value);
      ++e;
      ++f;
    }
  }
}

}  // namespace spikeloom
