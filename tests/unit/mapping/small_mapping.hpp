#pragma once
// Three inputs drive four hidden neurons (tile 0), which drive two outputs (tile 1), on 3 x 1
// tiles.

#include "mapper/mapper.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom::test {

struct SmallMapping {
  Chip chip = make_chip(3, 1, 4);
  LoweredNetwork network;
  Mapping mapping;

  SmallMapping() {
    NetworkBuilder build(1);
    const auto input = build.input("input", {3});
    const auto hidden = build.neurons("hidden", {4}), output = build.neurons("output", {2});
    build.dense(input, hidden);
    build.dense(hidden, output);
    build.output(output);
    network = std::move(build.network());
    const MapperOptions options{"sequential", "row_major", "xy_tree", "plain"};
    mapping = map_network(network, chip, options, Seed{1}, "small").mapping;
  }
  CoreImage& core(std::uint32_t id) { return mapping.cores[CoreId{id}]; }
  /// Sets a row of a core again, after `change`.
  template <typename Change>
  void change_row(std::uint32_t id, std::size_t number, Change change) {
    Row row = core(id).rows[number];
    change(row);
    core(id).rows.set(number, row);
  }
  std::vector<RouteEntry>& table(std::uint32_t tile) { return mapping.tables[TileId{tile}]; }
};

}  // namespace spikeloom::test
