#include <doctest/doctest.h>

#include <set>

#include "mapper/place/placer.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

/// Half of the cores take packets from the first port and send to the other half, which answers
/// there.
PlacementProblem two_layers(const Chip& chip, const UsableCores& usable, std::uint32_t cores) {
  PlacementProblem problem(chip, usable, cores);
  for (std::uint32_t a = 0; a < cores / 2; ++a) {
    problem.add_traffic(problem.end_of_port(0), a, 1);
    problem.add_traffic(problem.nearest_port(), cores / 2 + a, 1);
    for (std::uint32_t b = cores / 2; b < cores; ++b) problem.add_traffic(a, b, 1);
  }
  return problem;
}

PlacementProblem chain_of(const Chip& chip, const UsableCores& usable, std::uint32_t cores) {
  PlacementProblem problem(chip, usable, cores);
  for (std::uint32_t core = 0; core + 1 < cores; ++core) problem.add_traffic(core, core + 1, 1);
  return problem;
}

double cost_with_io_at(Chip chip, std::uint32_t cores, TilePosition io, std::unique_ptr<Placer> p) {
  chip.io.ports.front() = io;
  const UsableCores usable(chip);
  const PlacementProblem problem = two_layers(chip, usable, cores);
  return placement_cost(problem, p->place(problem, Seed{1}));
}

Chip chip_of(TopologyKind kind, std::uint32_t width, std::uint32_t height, std::uint32_t cores) {
  Chip chip = test::make_chip(width, height, 1);
  chip.topology.kind = kind;
  chip.topology.cores_per_tile = cores;
  return chip;
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
  const UsableCores usable(chip);
  const PlacementProblem chain = chain_of(chip, usable, 20);
  CHECK(placement_cost(chain, make_annealing_placer()->place(chain, Seed{1})) == 19);
}

TEST_CASE("annealing of few cores on a huge mesh packs them as on a small one") {
  const Chip small = test::make_chip(4, 4, 1), huge = test::make_chip(256, 256, 1);
  const double on_small = cost_with_io_at(small, 16, {0, 0}, make_annealing_placer());
  CHECK(cost_with_io_at(huge, 16, {0, 0}, make_annealing_placer()) <= 1.05 * on_small);
}

TEST_CASE("a ring of cores costs a link each on a torus, over the wrap-around links too") {
  const Chip chip = chip_of(TopologyKind::Torus, 5, 1, 1);
  const UsableCores usable(chip);
  PlacementProblem ring = chain_of(chip, usable, 5);
  ring.add_traffic(4, 0, 1);
  CHECK(placement_cost(ring, make_row_major_placer()->place(ring, Seed{1})) == 5);
}

TEST_CASE("cores that talk to each other share a tile where it has several") {
  const Chip chip = chip_of(TopologyKind::TriangularTorus, 4, 4, 3);
  const UsableCores usable(chip);
  PlacementProblem problem(chip, usable, 12);
  for (std::uint32_t core = 0; core < 12; ++core)
    for (std::uint32_t other = core + 4; other < 12; other += 4)
      problem.add_traffic(core, other, 1);
  CHECK(placement_cost(problem, make_row_major_placer()->place(problem, Seed{1})) > 0);
  CHECK(placement_cost(problem, make_annealing_placer()->place(problem, Seed{1})) == 0);
}

TEST_CASE("two groups that hardly talk are placed on a chip each where links between cost more") {
  Chip chip = test::make_chip(4, 2, 1);
  chip.topology.chip_width = 2;
  chip.topology.chip_height = 2;
  chip.chip_link.latency_cycles = 40;
  const UsableCores usable(chip);
  PlacementProblem problem(chip, usable, 8);
  for (std::uint32_t a = 0; a < 8; ++a)
    for (std::uint32_t b = a + 2; b < 8; b += 2) problem.add_traffic(a, b, 1);
  problem.add_traffic(0, 1, 1);
  const auto places = make_annealing_placer()->place(problem, Seed{1});
  const auto chip_of_core = [&](std::uint32_t core) {
    return chip.position_of(places[core].tile).x / 2;
  };
  for (std::uint32_t core = 2; core < 8; ++core) {
    CAPTURE(core);
    CHECK(chip_of_core(core) == chip_of_core(core % 2));
  }
}

TEST_CASE("no core is placed where there is none that works") {
  Chip chip = chip_of(TopologyKind::Mesh, 4, 3, 2);
  chip.topology.dead_tiles = {{1, 0}};
  chip.topology.dead_cores = {{{2, 0}, 0}};
  chip.topology.dead_links = {{{3, 2}, Port::West}, {{3, 2}, Port::South}};
  const UsableCores usable(chip);
  CHECK(usable.count() == 24 - 2 - 1 - 2);
  CHECK(usable.sentence() ==
        "chip \"test\" has 19 (dead or cut off: tile (1, 0), core 0 of tile (2, 0), tile (3, 2))");
  const PlacementProblem problem = two_layers(chip, usable, 19);
  for (const auto& [name, make] : placers()) {
    CAPTURE(name);
    std::set<std::pair<std::uint32_t, std::uint32_t>> taken;
    for (const CorePlace place : make()->place(problem, Seed{1})) {
      const TilePosition at = chip.position_of(place.tile);
      CAPTURE(at.x);
      CAPTURE(at.y);
      CHECK_FALSE(at == TilePosition{1, 0});
      CHECK_FALSE(at == TilePosition{3, 2});
      CHECK_FALSE((at == TilePosition{2, 0} && place.slot == 0));
      taken.insert({static_cast<std::uint32_t>(place.tile), place.slot});
    }
    CHECK(taken.size() == 19);
  }
}

TEST_CASE("of the parts of a broken board the one with the most cores at a port is used") {
  Chip chip = test::make_chip(5, 1, 1);
  chip.topology.dead_links = {{{1, 0}, Port::East}};
  chip.io.ports = {{0, 0}, {4, 0}};
  const UsableCores usable(chip);
  CHECK(usable.count() == 3);
  CHECK(usable.ports() == std::vector<std::uint32_t>{1});
  CHECK(usable.sentence() == "chip \"test\" has 3 (dead or cut off: tile (0, 0), tile (1, 0))");
}

}  // namespace spikeloom
