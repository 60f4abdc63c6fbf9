#include <doctest/doctest.h>

#include <numeric>

#include "models/base/error.hpp"
#include "models/base/hdf5_probe.hpp"
#include "models/base/hdf5_reader.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/base/random.hpp"
#include "models/mapping/mapping.hpp"
#include "models/network/nir.hpp"
#include "tests/unit/mapping/small_mapping.hpp"
#include "tests/unit/network/graph_builder.hpp"
#include "tests/unit/network/temporary_file.hpp"

// Files with random bytes changed are read or refused. A crash or a hang ends the test's process.

using namespace spikeloom;
using spikeloom_test::TemporaryFile;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One to eight bytes changed, half of the time next to each other.
std::string damaged(std::string bytes, const RandomStream& random, std::uint32_t mutation) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t changes = 1 + random.below(8, mutation, 0);
  const bool together = random.below(2, mutation, 1) == 0;
  const std::uint32_t first = random.below(size, mutation, 2);
  for (std::uint32_t i = 0; i < changes; ++i) {
    const std::uint32_t at = together ? (first + i) % size : random.below(size, mutation, 3 + i);
    bytes[at] = static_cast<char>(random.below(256, mutation, 20 + i));
  }
  return bytes;
}

struct Outcomes {
  std::uint32_t read = 0, refused = 0;
};

/// Reads mutations of the file at `whole`; anything thrown but InputError ends the test.
template <typename Read>
Outcomes outcomes_of(const TemporaryFile& whole, std::uint32_t mutations, const Read& read) {
  const RandomStream random(Seed{1}, "damaged_files");
  const TemporaryFile file("mutation.h5");
  const std::string bytes = bytes_of(whole.path());
  Outcomes outcomes;
  for (std::uint32_t mutation = 0; mutation < mutations; ++mutation) {
    CAPTURE(mutation);
    file.write(damaged(bytes, random, mutation));
    try {
      read(file.path());
      ++outcomes.read;
    } catch (const InputError& error) {
      CHECK(error.file() == file.path());
      ++outcomes.refused;
    }
  }
  return outcomes;
}

constexpr std::uint32_t kMutations = 300;

}  // namespace

TEST_CASE("a damaged NIR file is read or refused") {
  using namespace spikeloom_test;
  const TemporaryFile whole("net.nir");
  write_nir(Builder()
                .add("input", node::Input{{3}})
                .add("weights", node::Linear{filled({2, 3}, 0.5)})
                .add("hidden", lif({2}))
                .add("output", node::Output{{2}})
                .chain()
                .graph,
            whole.path());
  const Outcomes outcomes = outcomes_of(whole, kMutations, read_nir);
  CHECK(outcomes.read > 0);
  CHECK(outcomes.refused > kMutations / 10);
}

TEST_CASE("a damaged file of texts, arrays and attributes is read or refused") {
  const TemporaryFile whole("texts.h5");
  std::vector<std::uint16_t> keys(5000);
  std::iota(keys.begin(), keys.end(), std::uint16_t{0});
  Hdf5Writer writer(whole.path());
  writer.write_strings("/names", {3}, {"input", "hidden", "output"});
  writer.write_string("/node/type", "LIF");
  writer.write_rows<float>("/rows", {{0.5f, 1.5f}, {}, {2.0f}});
  writer.write<std::uint16_t>("/keys", {50, 100}, keys);  // compressed
  writer.write_attribute("/node", "dt", 1e-3);
  writer.write_attribute("/", "kind", "a test");
  writer.finish();
  const Outcomes outcomes = outcomes_of(whole, kMutations, [](const std::string& path) {
    const Hdf5Reader reader(path);
    reader.read_strings("/names");
    reader.read_string("/node/type");
    for (const std::size_t row : {0, 1, 2}) reader.read_row("/rows", row);
    reader.read<std::uint16_t>("/keys");
    reader.read_number_attribute("/node", "dt");
    reader.read_string_attribute("/", "kind");
    reader.members("/node");
  });
  CHECK(outcomes.read > 0);
  CHECK(outcomes.refused > kMutations / 10);
}

TEST_CASE("a damaged mapping is read or refused") {
  const spikeloom::test::SmallMapping small;
  const TemporaryFile whole("mapping.h5");
  write_mapping(small.mapping, whole.path());
  const Outcomes outcomes = outcomes_of(
      whole, kMutations, [&](const std::string& path) { read_mapping(path, small.chip); });
  CHECK(outcomes.read > 0);
  CHECK(outcomes.refused > kMutations / 10);
}

TEST_CASE("a file that is read for ever is refused within seconds of processor time") {
  const auto read_for_ever = [] {
    for (volatile bool more = true; more;) continue;
  };
  CHECK_THROWS_WITH_AS(require_survival("x.h5", read_for_ever),
                       "x.h5: is damaged: the HDF5 library cannot read it",
                       InputError);
}
