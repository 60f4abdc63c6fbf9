#pragma once
// Values that arrive some steps after they were sent.

#include "sim/golden/float/process.hpp"

namespace spikeloom::golden {

/// The vectors of the last `steps` steps (at least 1).
template <typename Real>
class DelayRing {
 public:
  DelayRing(std::size_t steps, std::size_t size) : slots_(steps, std::vector<Real>(size)) {}

  /// As if `values` had been pushed for ever.
  void fill(const std::vector<Real>& values) { slots_.assign(slots_.size(), values); }
  /// What was pushed `steps` pushes ago.
  const std::vector<Real>& oldest() const { return slots_[next_]; }
  void push(const std::vector<Real>& values) {
    slots_[next_] = values;
    advance();
  }
  /// Pushes `values` and leaves in it what was the oldest.
  void exchange(std::vector<Real>& values) {
    slots_[next_].swap(values);
    advance();
  }

 private:
  void advance() { next_ = (next_ + 1) % slots_.size(); }

  std::vector<std::vector<Real>> slots_;
  std::size_t next_ = 0;
};

/// The Delay node: each element arrives after its own whole number of steps, 0 included. Refuses
/// delays that are negative or between two steps.
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Delay& delay, const ProcessSite& site);

}  // namespace spikeloom::golden
