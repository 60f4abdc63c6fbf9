#include <doctest/doctest.h>

#include "mapper/place/placer.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

/// Half of the cores take packets from the io tile and send to the other half, which answers there.
PlacementProblem two_layers(const Chip& chip, std::uint32_t cores) {
  PlacementProblem problem{chip, cores, std::vector<std::vector<TrafficEdge>>(cores + 1)};
  const auto connect = [&](std::uint32_t a, std::uint32_t b) {
    problem.traffic[a].push_back({b, 1.0});
    problem.traffic[b].push_back({a, 1.0});
  };
  for (std::uint32_t a = 0; a < cores / 2; ++a) {
    connect(cores, a);
    connect(cores, cores / 2 + a);
    for (std::uint32_t b = cores / 2; b < cores; ++b) connect(a, b);
  }
  return problem;
}

double cost_with_io_at(Chip chip, std::uint32_t cores, TilePosition io, std::unique_ptr<Placer> p) {
  chip.io.ports.front() = io;
  const PlacementProblem problem = two_layers(chip, cores);
  return placement_cost(problem, p->place(problem, Seed{1}));
}

}  // namespace

TEST_CASE("annealing finds the io tile of a large mesh wherever it is") {
  const Chip chip = test::make_chip(128, 128, 1);
  const double near = cost_with_io_at(chip, 20, {0, 0}, make_annealing_placer());
  for (const TilePosition io : {TilePosition{127, 127}, {0, 127}, {127, 0}, {64, 70}, {127, 33}}) {
    CAPTURE(io.x);
    CAPTURE(io.y);
    CHECK(cost_with_io_at(chip, 20, io, make_annealing_placer()) <= 1.2 * near);
  }
}

TEST_CASE("annealing never gives a placement costlier than the baseline's") {
  for (const std::uint32_t cores : {1U, 6U, 30U, 36U})
    for (const TilePosition io : {TilePosition{0, 0}, {8, 3}, {4, 2}, {0, 3}}) {
      CAPTURE(cores);
      CAPTURE(io.x);
      CAPTURE(io.y);
      const Chip chip = test::make_chip(9, 4, 1);
      CHECK(cost_with_io_at(chip, cores, io, make_annealing_placer()) <=
            cost_with_io_at(chip, cores, io, make_row_major_placer()));
    }
}

TEST_CASE("annealing keeps the baseline where the neighbourhood of the io tile is no better") {
  Chip chip = test::make_chip(128, 128, 1);
  chip.io.ports.front() = {64, 70};
  PlacementProblem chain{chip, 20, std::vector<std::vector<TrafficEdge>>(21)};
  for (std::uint32_t core = 0; core + 1 < chain.cores; ++core) {
    chain.traffic[core].push_back({core + 1, 1.0});
    chain.traffic[core + 1].push_back({core, 1.0});
  }
  CHECK(placement_cost(chain, make_annealing_placer()->place(chain, Seed{1})) == 19);
}

}  // namespace spikeloom
