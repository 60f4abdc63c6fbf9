#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>

#include "models/base/error.hpp"
#include "sim/report/trace_files.hpp"

using namespace spikeloom;
namespace fs = std::filesystem;

namespace {

// Begins the traces of two populations of these names, the first perhaps an input.
void prepare(const std::string& first, const std::string& second, bool first_is_input) {
  const fs::path path =
      fs::temp_directory_path() / ("spikeloom_traces_" + std::to_string(getpid()));
  OutputDirectory output(path.string(), "spikeloom-result/1");
  TraceFiles(output,
             {{first, second}, {first_is_input, false}, {true, true}, {1, 1}, Seconds(1e-3), 1},
             false);
}

}  // namespace

TEST_CASE("populations that would share a group of state.h5 are refused before the run") {
  CHECK_THROWS_WITH_AS(prepare("a/b", "a.b", false),
                       "state.h5: populations 'a/b' and 'a.b' would both be group 'a.b' of it",
                       InputError);
  CHECK_NOTHROW(prepare("a/b", "a.b", true));
  CHECK_NOTHROW(prepare("a/b", "a.c", false));
}
