#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "models/base/error.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/mapping/check_mapping.hpp"
#include "tests/unit/mapping/small_mapping.hpp"

namespace spikeloom {
namespace {

using test::SmallMapping;

/// A path that is free now and removed afterwards.
struct TemporaryFile {
  std::string path;
  explicit TemporaryFile(const std::string& name)
      : path((std::filesystem::temp_directory_path() /
              ("spikeloom_mapping_" + std::to_string(getpid()) + "_" + name))
                 .string()) {
    std::filesystem::remove(path);
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a mapping survives its file, byte for byte") {
  SmallMapping small;
  small.core(0).profiles[0].neuron.reset_value = -5;
  small.core(0).profiles[0].reset_period = 9;
  small.core(0).profiles[0].reset_offset = 4;
  small.core(1).profiles[0].neuron.reset = ResetRule::Subtract;
  small.core(1).profiles[0].neuron.max_spikes_per_step = 6;
  small.core(1).profiles[0].neuron.synapse_order = SynapseOrder::Old;
  small.core(1).profiles[0].neuron.threshold_test = ThresholdTest::BeforeUpdate;
  small.core(1).profiles[0].neuron.reset_decays = true;
  small.core(0).profiles[0].neuron.reset_time = ResetTime::NextStep;
  small.chip.core.max_spikes_per_step = 6;
  const TemporaryFile first("first.h5"), second("second.h5");
  write_mapping(small.mapping, first.path);
  const Mapping back = read_mapping(first.path, small.chip);
  write_mapping(back, second.path);
  CHECK(bytes_of(first.path) == bytes_of(second.path));
  CHECK(back.cores[CoreId{0}].profiles == small.core(0).profiles);
  CHECK(back.cores[CoreId{1}].profiles == small.core(1).profiles);
  CHECK(back.stages == small.mapping.stages);
  CHECK(back.population_names == small.mapping.population_names);
  CHECK(back.tables[TileId{0}] == small.table(0));
  small.network.populations[PopulationId{1}].profiles[0] = small.core(0).profiles[0].neuron;
  small.network.populations[PopulationId{2}].profiles[0] = small.core(1).profiles[0].neuron;
  small.network.resets = {9, {}};
  small.network.resets.offset.push_back(std::nullopt);
  small.network.resets.offset.push_back(4);
  CHECK_NOTHROW(check_equivalent(back, small.chip, small.network));
}

TEST_CASE("a mapping file cut anywhere is refused") {
  const SmallMapping small;
  const TemporaryFile whole("whole.h5"), cut("cut.h5");
  write_mapping(small.mapping, whole.path);
  const std::string bytes = bytes_of(whole.path);
  REQUIRE(bytes.size() > 1000);
  for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 23) {
    CAPTURE(size);
    std::ofstream(cut.path, std::ios::binary) << bytes.substr(0, size);
    CHECK_THROWS_AS(read_mapping(cut.path, small.chip), InputError);
  }
}

/// Puts a random number into a random field of the mapping.
void damage(SmallMapping& small, const RandomStream& random, std::uint32_t i) {
  CoreImage& core = small.core(random.below(2, i, 0));
  const auto draw = [&](std::uint32_t bound) { return random.below(bound, i, bound); };
  const std::uint32_t bits = random.bits(i, 1);
  switch (draw(8)) {
    case 0:
      core.tile = TileId{bits};
      break;
    case 1:
      core.key_base = bits;
      break;
    case 2:
      core.axons[0] = {bits & 0xFF, random.bits(i, 2), random.bits(i, 3)};
      break;
    case 3:
      core.rows.set(draw(3), {random.bits(i, 2), random.bits(i, 3), bits});
      break;
    case 4:
      core.words[draw(6)] = SynapticWord(bits);
      break;
    case 5:
      small.table(draw(2))[0] = {bits & 0xF, random.bits(i, 2), random.bits(i, 3) & 0x3F};
      break;
    case 6:
      small.mapping.inputs[0] = {PopulationId{bits & 3}, random.bits(i, 2), {bits}};
      break;
    default:
      core.profile_of[draw(2)] = static_cast<std::uint16_t>(bits);
  }
}

TEST_CASE("a mapping file with wild numbers is refused, never loaded half") {
  const TemporaryFile file("wild.h5");
  const RandomStream random(Seed{1}, "test.damage");
  std::uint32_t refused = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    CAPTURE(i);
    SmallMapping small;
    damage(small, random, i);
    write_mapping(small.mapping, file.path);
    try {
      check_legal(read_mapping(file.path, small.chip), small.chip, file.path);
    } catch (const InputError& error) {
      ++refused;
      CHECK(error.file() == file.path);
    }
  }
  CHECK(refused > 150);
}

TEST_CASE("a mapping that does not fit is refused with its HDF5 path") {
  const TemporaryFile file("unfit.h5");
  SmallMapping small;
  const auto message_of = [&] {
    write_mapping(small.mapping, file.path);
    try {
      read_mapping(file.path, small.chip);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  SUBCASE("another grid") {
    small.chip.topology.width = 5;
    CHECK(message_of() == file.path + "#/grid: is not the 5 x 1 tiles of chip \"test\"");
  }
  SUBCASE("a port that does not exist") {
    small.table(0)[0].route = bit_of(Port::South);
    CHECK(message_of() ==
          file.path + "#/tiles/0/routes: entry 0 routes to ports 0x20, the tile has 0xc1");
  }
  SUBCASE("an element of an input that cannot be") {
    small.mapping.inputs[0].elements[1] = 1U << 30;
    CHECK(message_of() ==
          file.path + "#/inputs/0: has element 1073741824, allowed are 0 to 4194303");
  }
  SUBCASE("an index out of range") {
    small.core(1).profile_of[0] = 3;
    CHECK(message_of() ==
          file.path + "#/cores/1/profile_of: neuron 0 has profile 3, the core has 1");
  }
}

TEST_CASE("a file of another format is refused") {
  const TemporaryFile file("format.h5");
  Hdf5Writer out(file.path);
  out.write_attribute("/", "format", "spikeloom-mapping/2");
  out.finish();
  const std::string message =
      file.path + "#/@format: is \"spikeloom-mapping/2\", expected \"spikeloom-mapping/3\"";
  CHECK_THROWS_WITH_AS(
      read_mapping(file.path, test::make_chip(1, 1, 1)), message.c_str(), InputError);
}

}  // namespace
}  // namespace spikeloom
