#include "models/mapping/configuration.hpp"

#include <doctest/doctest.h>

namespace spikeloom {
namespace {

/// A row of four tiles of which the last holds a core.
struct Loaded {
  Loaded() {
    chip.topology.width = 4;
    chip.core.synapses_per_word = 4;
    mapping.tables.resize(4);
    mapping.tables[TileId{0}].resize(5);
    mapping.tables[TileId{3}].resize(7);
    CoreImage core;
    core.tile = TileId{3};
    core.profiles.resize(2);
    core.profile_of.resize(10);
    core.axons.resize(3);
    core.rows.resize(20);
    core.words.resize(40);  // ten wide words
    mapping.cores.push_back(core);
  }
  Chip chip;
  Mapping mapping;
};

TEST_CASE("every memory is loaded word by word") {
  Loaded loaded;
  const Configuration configuration = configuration_of(loaded.mapping, loaded.chip);
  CHECK(configuration.words == 5 + 7 + 2 + 10 + 3 + 20 + 10);
  CHECK(configuration.cycles == 57);
}

TEST_CASE("dense rows, convolutions and kernels are memories too") {
  Loaded loaded;
  CoreImage& core = loaded.mapping.cores[CoreId{0}];
  core.dense.resize(3 * dense_weights_per_word(loaded.chip.core));
  core.convolutions.resize(2);
  core.kernels.resize(18);
  CHECK(configuration_of(loaded.mapping, loaded.chip).words == 57 + 3 + 2 * 8 + 18);
}

TEST_CASE("a word takes the cycles of the ports, which load the tiles nearest to them") {
  Loaded loaded;
  loaded.chip.io.configuration_cycles_per_word = 3;
  CHECK(configuration_of(loaded.mapping, loaded.chip).cycles == 3 * 57);
  loaded.chip.io.ports = {{0, 0}, {2, 0}};
  CHECK(configuration_of(loaded.mapping, loaded.chip).cycles == 3 * 52);
  loaded.chip.io.ports = {{1, 0}, {0, 0}};
  loaded.mapping.tables[TileId{0}].resize(60);
  CHECK(configuration_of(loaded.mapping, loaded.chip).cycles == 3 * 60);
  CHECK(configuration_of(loaded.mapping, loaded.chip).words == 60 + 52);
}

}  // namespace
}  // namespace spikeloom
