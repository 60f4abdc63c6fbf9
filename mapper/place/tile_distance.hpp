#pragma once
// What a way between two tiles costs, for placement: dead parts are not regarded.

#include <vector>

#include "models/chip/chip.hpp"

namespace spikeloom {

/// What a packet pays for a link between chips, in links within a chip; at least 1.
double chip_link_cost(const Chip& chip);

/// Links of a shortest way, those between chips at their cost. A table over offsets: quick, and
/// small enough for the largest board.
class TileDistance {
 public:
  explicit TileDistance(const Chip& chip);

  double operator()(TilePosition a, TilePosition b) const {
    const double links = within_.at(a, b);
    if (dearer_ == 0) return links;
    return links + dearer_ * between_.at(chip_of(a), chip_of(b));
  }

 private:
  /// Distances by offset.
  struct Table {
    std::uint32_t width = 0, height = 0;
    std::vector<float> cost;

    explicit Table(const Topology& topology);
    double at(TilePosition a, TilePosition b) const {
      const std::size_t dx = std::size_t{b.x} + width - a.x, dy = std::size_t{b.y} + height - a.y;
      return cost[dy * 2 * width + dx];
    }
  };
  TilePosition chip_of(TilePosition tile) const {
    return {tile.x / chip_width_, tile.y / chip_height_};
  }

  std::uint32_t chip_width_, chip_height_;
  double dearer_;  ///< cost of a link between chips above that of others
  Table within_;   ///< over tiles
  Table between_;  ///< over chips
};

}  // namespace spikeloom
