#pragma once
// What rounding did to the weights of a population.

#include <algorithm>
#include <cmath>

#include "models/lowering/lower.hpp"

namespace spikeloom {

struct WeightErrors {
  double square_error = 0, square = 0, worst = 0, largest = 0;
  std::uint64_t zeroed = 0, count = 0;

  /// A weight and what is stored for it, in the same unit.
  void add(double exact, double stored) {
    square_error += (stored - exact) * (stored - exact);
    square += exact * exact;
    worst = std::max(worst, std::abs(stored - exact));
    largest = std::max(largest, std::abs(exact));
    zeroed += exact != 0.0 && stored == 0.0;
    ++count;
  }

  void report(QuantizationLoss& loss) const {
    loss.weight_rms_error = square > 0 ? std::sqrt(square_error / square) : 0.0;
    loss.weight_max_error = largest > 0 ? worst / largest : 0.0;
    loss.weights_zeroed = zeroed;
    loss.weights = count;
  }
};

}  // namespace spikeloom
