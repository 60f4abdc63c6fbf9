#pragma once
// Networks, inputs and resets drawn at random over everything that a lowered network may hold, and
// the comparison of the fast engine with its oracle.

#include <random>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "sim/golden/integer_counts.hpp"

namespace spikeloom::test {

/// std:: distributions differ between libraries; these do not.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
  std::int32_t between(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(high - low) + 1));
  }
  bool once_in(std::uint32_t times) { return below(times) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// An input and two to five populations of some dozens of neurons: convolutions, dense and sparse
/// projections, forward and back, all formats and profiles, and resets.
LoweredNetwork draw_network(Dice& dice);
/// Counts up to 3, or of any size; some samples are silent, some end early.
Sample draw_sample(Dice& dice, const LoweredNetwork& network, std::uint32_t steps);

/// What a comparison was about, so that a test can see that it was not about silence.
struct Compared {
  std::uint64_t spikes = 0;  ///< of neurons
  IntegerCounts counts;
};

/// Checks that FastIntegerEngine and IntegerEngine give the same traces, with states, and the same
/// counts: sample after sample, and side by side.
Compared check_equal(const LoweredNetwork& drawn,
                     const std::vector<Sample>& samples,
                     std::uint32_t steps);

}  // namespace spikeloom::test
