#pragma once
// Sums on their way into a population, and the spikes that make them. A ring has one slot per step
// of arrival; slots and the neurons of a slot are padded to powers of two, so that the place of a
// sum is found by an addition and a mask.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace spikeloom::fast {

/// `count` spikes in one step of the source neuron at `position` (NeuronOrder), in one sample.
struct SourceSpike {
  std::uint32_t position, sample, count;

  /// What it adds per weight of 1, in the width of the sums.
  template <typename Sum>
  Sum times(Sum unit) const {
    return static_cast<Sum>(std::int64_t{count} * std::int64_t{unit});
  }
};

/// The size of one sample's ring.
class RingShape {
 public:
  RingShape(std::uint32_t neurons, std::uint32_t longest_delay)
      : stride_(std::bit_ceil(std::size_t{neurons})),
        slots_(std::bit_ceil(std::size_t{longest_delay} + 1)) {}

  std::size_t size() const { return stride_ * slots_; }
  std::size_t mask() const { return size() - 1; }
  std::size_t stride() const { return stride_; }  ///< sums from one slot to the next
  std::size_t slot_of(std::uint32_t step) const { return (step & (slots_ - 1)) * stride_; }

 private:
  std::size_t stride_, slots_;
};

/// The rings of all samples that run side by side.
template <typename Sum>
struct Rings {
  RingShape shape;
  std::vector<Sum> sums;  ///< [sample][slot][position]

  Sum* of_sample(std::uint32_t sample) { return sums.data() + sample * shape.size(); }
  Sum* slot(std::uint32_t sample, std::uint32_t step) {
    return of_sample(sample) + shape.slot_of(step);
  }
};

/// Sums as narrow as their worst case allows.
using AnyRings = std::variant<Rings<std::int16_t>, Rings<std::int32_t>, Rings<std::int64_t>>;

}  // namespace spikeloom::fast
