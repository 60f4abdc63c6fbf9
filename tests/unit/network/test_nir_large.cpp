// Files of a few kilobytes whose links stand for far more.

#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/network/nir.hpp"
#include "tests/hdf5_text.hpp"
#include "tests/unit/network/temporary_file.hpp"

using namespace spikeloom;

namespace {

std::string refusal_of(const std::string& text) {
  const spikeloom_test::TemporaryFile file("links.nir");
  REQUIRE(spikeloom_test::write_hdf5_text(text, file.path()) == 0);
  return spikeloom_test::refusal_after<InputError>(file.path(), [&] { read_nir(file.path()); });
}

}  // namespace

TEST_CASE("ten groups that each hold the next twelve times, 12^10 graphs, are refused") {
  std::string text;
  for (int level = 0; level < 10; ++level) {
    const std::string group = "/level" + std::to_string(level);
    text += group + "/type text () NIRGraph\n" + group + "/edges text (0,2)\n" + group +
            "/nodes group\n";
  }
  for (int level = 0; level < 9; ++level)
    for (int i = 0; i < 12; ++i)
      text += "/level" + std::to_string(level) + "/nodes/" + std::to_string(i) + " hard /level" +
              std::to_string(level + 1) + "\n";
  CHECK(refusal_of(text + "/node hard /level0\n")
            .ends_with(": is one node too many: allowed are 65536"));
}

TEST_CASE("one weight under many names counts for each") {
  std::string text = "/node/type text () NIRGraph\n/node/edges text (0,2)\n/big f4 (512,512) 1\n";
  for (int i = 0; i < 520; ++i) {
    const std::string node = "/node/nodes/" + std::to_string(1000 + i);
    text += node + "/type text () Linear\n" + node + "/weight hard /big\n";
  }
  CHECK(refusal_of(text) ==
        "#/node/nodes/1512: makes the network larger than 134217728 parameters");
}
