#include "models/technology/sram.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

double per_bit_of(const SramPoint& point) { return point.access.value() / point.width_bits; }

bool smaller(const SramPoint& a, const SramPoint& b) { return a.capacity_bytes < b.capacity_bytes; }

// The value at `capacity` of the line through both points, in logarithms.
double on_line(const SramPoint& a, const SramPoint& b, std::uint64_t capacity) {
  const auto log_of = [](std::uint64_t bytes) { return std::log(static_cast<double>(bytes)); };
  const double base = log_of(a.capacity_bytes);
  const double along = (log_of(capacity) - base) / (log_of(b.capacity_bytes) - base);
  return per_bit_of(a) * std::pow(per_bit_of(b) / per_bit_of(a), along);
}

}  // namespace

SramPrices::SramPrices(std::vector<SramPoint> points) : points_(std::move(points)) {
  SPIKELOOM_CHECK(!points_.empty(), "an SRAM price has a point");
  SPIKELOOM_CHECK(std::is_sorted(points_.begin(), points_.end(), smaller),
                  "points of an SRAM price ascend");
}

double SramPrices::per_bit(std::uint64_t capacity_bytes) const {
  if (capacity_bytes <= points_.front().capacity_bytes || points_.size() == 1)
    return per_bit_of(points_.front());
  const SramPoint wanted{capacity_bytes, 1, Picojoules(1)};
  auto above = std::lower_bound(points_.begin(), points_.end(), wanted, smaller);
  if (above == points_.end()) --above;
  if (above->capacity_bytes == capacity_bytes) return per_bit_of(*above);
  return on_line(*(above - 1), *above, capacity_bytes);
}

Picojoules SramPrices::access(const Memory& memory) const {
  return Picojoules(per_bit(memory.capacity_bytes) * memory.width_bits);
}

}  // namespace spikeloom
