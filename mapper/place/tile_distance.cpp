#include "mapper/place/tile_distance.hpp"

#include <algorithm>

#include "models/chip/grid.hpp"

namespace spikeloom {
namespace {

Topology whole(const Topology& topology, std::uint32_t width, std::uint32_t height) {
  Topology bare;
  bare.kind = topology.kind;
  bare.width = width;
  bare.height = height;
  return bare;
}

std::uint32_t side_of_chip(std::uint32_t tiles, std::uint32_t board) {
  return tiles == 0 ? board : tiles;
}

}  // namespace

double chip_link_cost(const Chip& chip) {
  if (chip.topology.chips() == 1) return 1;
  const auto cycles = [&](const LinkSpec& link) {
    return static_cast<double>(chip.router.pipeline_cycles) + link.latency_cycles +
           link.cycles_per_packet;
  };
  return std::max(1.0, cycles(chip.chip_link) / cycles(chip.link));
}

TileDistance::Table::Table(const Topology& topology)
    : width(topology.width), height(topology.height) {
  const Grid grid(topology);
  cost.resize(std::size_t{4} * width * height);
  for (std::uint32_t y = 1; y < 2 * height; ++y)
    for (std::uint32_t x = 1; x < 2 * width; ++x) {
      const auto ends = [](std::uint32_t offset, std::uint32_t side) {
        return offset < side ? std::pair(side - offset, 0U) : std::pair(0U, offset - side);
      };
      const auto [ax, bx] = ends(x, width);
      const auto [ay, by] = ends(y, height);
      cost[std::size_t{y} * 2 * width + x] = static_cast<float>(grid.distance({ax, ay}, {bx, by}));
    }
}

TileDistance::TileDistance(const Chip& chip)
    : chip_width_(side_of_chip(chip.topology.chip_width, chip.topology.width)),
      chip_height_(side_of_chip(chip.topology.chip_height, chip.topology.height)),
      dearer_(chip_link_cost(chip) - 1),
      within_(whole(chip.topology, chip.topology.width, chip.topology.height)),
      between_(whole(
          chip.topology, chip.topology.width / chip_width_, chip.topology.height / chip_height_)) {}

}  // namespace spikeloom
