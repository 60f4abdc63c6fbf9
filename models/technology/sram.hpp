#pragma once
// The energy of an SRAM access of any size, from the few sizes that a publication gives.

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"
#include "models/technology/memories.hpp"

namespace spikeloom {

/// A published access: of a memory of `capacity_bytes`, moving `width_bits`.
struct SramPoint {
  std::uint64_t capacity_bytes;
  std::uint32_t width_bits;
  Picojoules access;
};

/// Energy per bit is a straight line between neighbouring points in log(capacity) and log(energy);
/// an access costs that times its width. Below the smallest point the smallest point's energy per
/// bit holds (decoders and sense amplifiers do not shrink on); above the largest, the line through
/// the last two points goes on.
class SramPrices {
 public:
  /// `points`: at least one, of ascending capacity, all numbers positive.
  explicit SramPrices(std::vector<SramPoint> points);
  Picojoules access(const Memory& memory) const;

 private:
  double per_bit(std::uint64_t capacity_bytes) const;
  std::vector<SramPoint> points_;
};

}  // namespace spikeloom
