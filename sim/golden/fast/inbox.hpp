#pragma once
// Where spikes arrive: the rings of one population, and how a step's sum is read from them.

#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "sim/golden/fast/rings.hpp"

namespace spikeloom::fast {

/// The largest |sum| that can arrive at one neuron in one step. Inputs count separately, because
/// only a run knows how many spikes an input element sends at once. Doubles, for they do not
/// overflow; below 2^53, all that matters, they are exact.
struct SumBound {
  double from_neurons = 0;
  double from_inputs = 0;  ///< per count of the input's events

  double with(std::uint32_t largest_count) const {
    return from_neurons + from_inputs * largest_count;
  }
  SumBound& operator+=(const SumBound& other);
};

/// An upper bound of what one spike of every source adds up to at a target, before the exponent.
/// Convolutions are bounded by whole kernels, as if there were no borders.
double largest_sum(const Connectivity& connectivity, std::uint32_t targets);

/// The smallest number of bits, two's complement, that holds every weight.
std::int32_t weight_bits(const SparseConnectivity& sparse);

/// Rings of one population for the projections of one kind: sums are kept in units of 2^shift;
/// below 0, a step's sum is wrapped and then shifted right.
struct Inbox {
  RingShape shape;
  std::int32_t shift;
  SumBound bound;  ///< in units of 2^max(shift, 0)
  AnyRings rings;
};

/// All that arrives at one population. Projections with exponents from 0 on share an inbox, whose
/// unit is that of the smallest exponent; every other has its own.
class Inboxes {
 public:
  Inboxes(const LoweredNetwork& network, PopulationId population);

  /// The inbox of a projection into this population.
  std::size_t inbox_of(const Projection& projection) const;
  Inbox& operator[](std::size_t inbox) { return inboxes_[inbox]; }
  const Inbox& operator[](std::size_t inbox) const { return inboxes_[inbox]; }

  /// Empties the rings, for so many samples and for events of at most `largest_count`.
  void prepare(std::uint32_t samples, std::uint32_t largest_count);

  /// Takes the sums of step `now` of the neurons [first, first + sums.size()) out of a sample's
  /// rings, kept modulo 2^sum_bits; the number of sums that did not fit.
  std::uint64_t take(std::uint32_t sample,
                     std::uint32_t now,
                     std::uint32_t first,
                     std::span<std::int32_t> sums);
  /// Drops the sums of step `now`.
  void clear_slots(std::uint32_t samples, std::uint32_t now);

 private:
  enum class Reading { Silence, Narrow, NarrowWrapping, Wide };

  Inbox inbox_for(const LoweredNetwork& network, const std::vector<const Projection*>& sharing);
  std::uint64_t take_wide(std::uint32_t sample,
                          std::uint32_t now,
                          std::uint32_t first,
                          std::span<std::int32_t> sums);
  std::int64_t take_shifted(Inbox& inbox,
                            std::uint32_t sample,
                            std::uint32_t now,
                            std::uint32_t position,
                            std::uint64_t& overflows) const;

  std::uint32_t sum_bits_, neurons_;
  std::vector<const Projection*> projections_;
  std::vector<std::size_t> inbox_of_;  // as projections_
  std::vector<Inbox> inboxes_;
  Reading reading_ = Reading::Silence;
};

}  // namespace spikeloom::fast
