// Faulty NIR files: each is a sound one with some lines changed, and is refused in one sentence
// with its HDF5 path.

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "models/base/error.hpp"
#include "models/network/nir.hpp"
#include "tests/hdf5_text.hpp"
#include "tests/unit/network/temporary_file.hpp"

using namespace spikeloom;
using spikeloom_test::TemporaryFile;

namespace {

/// in (1, 6, 6) -> conv (2, 4, 4) -> lif -> pool (2, 2, 2) -> flat (8) -> fc (3) -> sub{ i -> li ->
/// o } -> out (3); rec from li to li would be a cycle.
constexpr const char* kSound = R"(
/version text () 1.0
/node/type text () NIRGraph
/node/nodes/in/type text () Input
/node/nodes/in/shape i8 (3) 1 6 6
/node/nodes/conv/type text () Conv2d
/node/nodes/conv/weight f4 (2,1,3,3) 1
/node/nodes/conv/bias f4 (2) 0
/node/nodes/conv/stride i8 (2) 1
/node/nodes/conv/padding i8 (2) 0
/node/nodes/conv/dilation i8 (2) 1
/node/nodes/conv/groups i8 () 1
/node/nodes/lif/type text () LIF
/node/nodes/lif/tau f4 () 0.02
/node/nodes/lif/r f4 () 1
/node/nodes/lif/v_leak f4 () 0
/node/nodes/lif/v_threshold f4 () 1
/node/nodes/pool/type text () SumPool2d
/node/nodes/pool/kernel_size i8 () 2
/node/nodes/pool/stride i8 () 2
/node/nodes/pool/padding i8 () 0
/node/nodes/flat/type text () Flatten
/node/nodes/flat/start_dim i8 () 0
/node/nodes/flat/end_dim i8 () -1
/node/nodes/fc/type text () Affine
/node/nodes/fc/weight f4 (3,8) 1
/node/nodes/fc/bias f4 (3) 0
/node/nodes/sub/type text () NIRGraph
/node/nodes/sub/nodes/i/type text () Input
/node/nodes/sub/nodes/i/shape i8 (1) 3
/node/nodes/sub/nodes/li/type text () LI
/node/nodes/sub/nodes/li/tau f4 (3) 0.02
/node/nodes/sub/nodes/li/r f4 (3) 1
/node/nodes/sub/nodes/li/v_leak f4 (3) 0
/node/nodes/sub/nodes/o/type text () Output
/node/nodes/sub/nodes/o/shape i8 (1) 3
/node/nodes/sub/edges text (2,2) i li li o
/node/nodes/out/type text () Output
/node/nodes/out/shape i8 (1) 3
/node/edges text (7,2) in conv conv lif lif pool pool flat flat fc fc sub sub out
)";

/// The sound text, where each line of `changes` replaces the line of the same path or is added; a
/// path alone removes all lines that begin with it.
std::string changed(const std::string& changes) {
  std::vector<std::string> lines;
  std::istringstream sound(kSound);
  for (std::string line; std::getline(sound, line);) lines.push_back(line);
  std::istringstream stream(changes);
  for (std::string change; std::getline(stream, change);) {
    const bool removes = change.find(' ') == std::string::npos;
    const std::string start = change.substr(0, change.find(' ')) + (removes ? "" : " ");
    std::erase_if(lines, [&](const std::string& line) { return line.starts_with(start); });
    if (!removes) lines.push_back(change);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string refusal_of(const std::string& changes) {
  const TemporaryFile file("fault.nir");
  REQUIRE(spikeloom_test::write_hdf5_text(changed(changes), file.path()) == 0);
  return spikeloom_test::refusal_after<InputError>(file.path(), [&] { read_nir(file.path()); });
}

struct Fault {
  const char *changes, *sentence;
};

void check(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    CAPTURE(fault.changes);
    CHECK(refusal_of(fault.changes) == fault.sentence);
  }
}

}  // namespace

TEST_CASE("the network that the faults are planted in is sound") {
  CHECK(refusal_of("") == "no error");
}

TEST_CASE("NIR: fields of a wrong kind are refused") {
  check({
      {"/node/nodes/conv/weight text (2) 1 2",
       "#/node/nodes/conv/weight: holds text, expected numbers"},
      {"/node/nodes/conv/weight record (2,1,3,3) 1",
       "#/node/nodes/conv/weight: holds records, expected numbers"},
      {"/node/nodes/conv/weight rows (2) 1 3",
       "#/node/nodes/conv/weight: holds variable-length arrays, expected numbers"},
      {"/node/nodes/conv/weight group", "#/node/nodes/conv/weight: is a group, expected a dataset"},
      {"/node/nodes/conv/weight null ()", "#/node/nodes/conv/weight: has no value"},
      {"/node/nodes/fc\n/node/nodes/fc f4 (3,8) 1",
       "#/node/nodes/fc: is a dataset, expected a group"},
      {"/node/nodes/fc/type i8 () 1", "#/node/nodes/fc/type: holds integers, expected text"},
      {"/node/nodes/fc/type text (2) Affine", "#/node/nodes/fc/type: has 2 elements, expected one"},
      {"/node/edges i8 (7,2) 1", "#/node/edges: holds integers, expected text"},
      {"/node/edges group", "#/node/edges: is a group, expected a dataset"},
      {"/node/edges text (14) in conv", "#/node/edges: has shape (14), expected (edges, 2)"},
      {"/node/edges text (2,3) in conv lif", "#/node/edges: has shape (2, 3), expected (edges, 2)"},
  });
}

TEST_CASE("NIR: missing parts are refused") {
  check({
      {"/node/type", "#/node/type: is missing"},
      {"/node/edges", "#/node/edges: is missing"},
      {"/node/nodes", "#/node/nodes: is missing"},
      {"/node", "#/node: is missing: not a NIR file"},
      {"/node/nodes/fc/type", "#/node/nodes/fc/type: is missing"},
      {"/node/nodes/fc/bias", "#/node/nodes/fc/bias: is missing"},
      {"/node/nodes/conv/stride", "#/node/nodes/conv/stride: is missing"},
      {"/node/nodes/lif/v_threshold", "#/node/nodes/lif/v_threshold: is missing"},
      {"/node/nodes/in/shape", "#/node/nodes/in/shape: is missing"},
      {"/node/nodes/sub/edges", "#/node/nodes/sub/edges: is missing"},
      {"/node/nodes/in/type text () Output", "#/node/nodes: has no Input node"},
  });
}

TEST_CASE("NIR: edges that lead nowhere are refused by name") {
  check({
      {"/node/edges text (1,2) in con",
       "#/node/edges: edge 'in' -> 'con': there is no node 'con'; did you mean 'conv'?"},
      {"/node/edges text (1,2) nobody conv",
       "#/node/edges: edge 'nobody' -> 'conv': there is no node 'nobody'"},
      {"/node/nodes/sub/edges text (2,2) i li fc o",
       "#/node/nodes/sub/edges: edge 'fc' -> 'o': there is no node 'fc'"},
      {"/node/edges text (2,2) in conv in conv", "#/node/edges: edge 'in' -> 'conv' appears twice"},
      {"/node/nodes/sub/nodes/p/type text () Output\n/node/nodes/sub/nodes/p/shape i8 (1) 3",
       "#/node/edges: edge 'sub' -> 'out': the graph 'sub' has 2 Output nodes, expected one"},
      {"/node/nodes/sub/nodes/i/type text () Output",
       "#/node/edges: edge 'fc' -> 'sub': the graph 'sub' has 0 Input nodes, expected one"},
  });
}

TEST_CASE("NIR: shapes that contradict are refused") {
  check({
      {"/node/nodes/fc/weight f4 (3,9) 1", "#/node/nodes/fc: takes (9), but 'flat' gives (8)"},
      {"/node/nodes/fc/bias f4 (4) 1", "#/node/nodes/fc/bias: has shape (4), expected (3)"},
      {"/node/nodes/fc/weight f4 (24) 1",
       "#/node/nodes/fc/weight: has shape (24), expected (out, in)"},
      {"/node/nodes/fc/weight f4 (0,8)",
       "#/node/nodes/fc/weight: has shape (0, 8), which is empty"},
      {"/node/nodes/lif/tau f4 (3) 1",
       "#/node/nodes/lif/tau: has shape (3), the node's shape is (2, 4, 4)"},
      {"/node/nodes/sub/nodes/li/r f4 (2) 1",
       "#/node/nodes/sub/nodes/li/r: has shape (2), the node's shape is (3)"},
      {"/node/nodes/conv/weight f4 (2,2,3,3) 1",
       "#/node/nodes/conv: takes (channels, height, width) with 2 channels, but is given (1, 6, "
       "6)"},
      {"/node/nodes/conv/weight f4 (2,3,3) 1",
       "#/node/nodes/conv/weight: has shape (2, 3, 3), expected (out channels, in channels / "
       "groups, height, width)"},
      {"/node/nodes/conv/weight f4 (2,1,7,3) 1",
       "#/node/nodes/conv: its kernel reaches over 7 elements, but the input has 6 with padding"},
      {"/node/nodes/conv/input_shape i8 (2) 5 6",
       "#/node/nodes/conv: takes (1, 5, 6), but 'in' gives (1, 6, 6)"},
      {"/node/nodes/out/shape i8 (1) 4", "#/node/nodes/out: takes (4), but 'sub/li' gives (3)"},
      {"/node/nodes/flat/start_dim i8 () 3",
       "#/node/nodes/flat: cannot flatten dimensions 3 to -1 of (2, 2, 2)"},
      {"/node/nodes/flat/input_type i8 (3) 2 2 3",
       "#/node/nodes/flat: takes (2, 2, 3), but 'pool' gives (2, 2, 2)"},
      {"/node/nodes/in/shape i8 (1) 36",
       "#/node/nodes/conv: takes (channels, height, width) with 1 channels, but is given (36)"},
  });
}

TEST_CASE("NIR: values that no primitive can have are refused") {
  check({
      {"/node/nodes/fc/weight f4 (3,8) 1 nan",
       "#/node/nodes/fc/weight: holds nan at element 1, expected finite numbers"},
      {"/node/nodes/fc/bias f4 (3) 0 0 -inf",
       "#/node/nodes/fc/bias: holds -inf at element 2, expected finite numbers"},
      {"/node/nodes/lif/tau f4 () 0",
       "#/node/nodes/lif/tau: holds 0 at element 0, expected a time constant above 0"},
      {"/node/nodes/conv/stride i8 (2) 1 -1",
       "#/node/nodes/conv/stride: holds -1, allowed are whole numbers from 1 to 65535"},
      {"/node/nodes/conv/stride i8 (3) 1",
       "#/node/nodes/conv/stride: has 3 numbers, expected one or two"},
      {"/node/nodes/conv/padding f4 (2) 0.5",
       "#/node/nodes/conv/padding: holds 0.5, allowed are whole numbers from 0 to 65535"},
      {"/node/nodes/conv/padding text () full",
       "#/node/nodes/conv/padding: is 'full', allowed are numbers, 'same' and 'valid'"},
      {"/node/nodes/conv/padding text () same\n/node/nodes/conv/stride i8 () 2",
       "#/node/nodes/conv: padding 'same' needs stride 1"},
      {"/node/nodes/conv/dilation i8 (2) 0",
       "#/node/nodes/conv/dilation: holds 0, allowed are whole numbers from 1 to 65535"},
      {"/node/nodes/conv/groups i8 () 3",
       "#/node/nodes/conv/groups: is 3, which does not divide the 2 output channels"},
      {"/node/nodes/pool/kernel_size i8 () 0",
       "#/node/nodes/pool/kernel_size: holds 0, allowed are whole numbers from 1 to 65535"},
      {"/node/nodes/in/shape i8 (3) 1 0 6",
       "#/node/nodes/in/shape: holds 0, allowed are whole numbers from 1 to 33554432"},
      {"/node/nodes/in/shape i8 ()",
       "#/node/nodes/in/shape: holds 0, allowed are whole numbers from 1 to 33554432"},
      {"/node/nodes/in/shape i8 (9) 1", "#/node/nodes/in/shape: has 9 extents, allowed are 1 to 8"},
  });
}

TEST_CASE("NIR: what nobody knows is refused by its path") {
  check({
      {"/node/nodes/sub/type text () SRM",
       "#/node/nodes/sub/type: unknown primitive 'SRM' (known are Affine, AvgPool2d, Conv1d, "
       "Conv2d, CubaLI, CubaLIF, Delay, Flatten, I, IF, Input, LI, LIF, Linear, Output, Scale, "
       "SumPool2d, Threshold)"},
      {"/node/nodes/lif/v_treshold f4 () 1",
       "#/node/nodes/lif/v_treshold: unknown field; did you mean 'v_threshold'?"},
      {"/node/nodes/fc/dt f4 () 1", "#/node/nodes/fc/dt: unknown field"},
      {"/node/dt f4 () 1", "#/node/dt: unknown field of a graph"},
      {"/node/nodes/fc/weight f4/filter (3,8) 1",
       "#/node/nodes/fc/weight: is compressed by filter 32123 (), which the HDF5 library does not "
       "have"},
      {"/node/nodes/a\\xff/type text () Output",
       "#/node/nodes: holds the name 'a\\xff', which is not UTF-8"},
      {"/node/nodes/a\\x1b/type text () Output",
       "#/node/nodes: holds the name 'a\\x1b', which has a control character"},
  });
}

TEST_CASE("NIR: links that lead nowhere or back are refused") {
  check({
      {"/node/nodes/fc/weight soft /nowhere",
       "#/node/nodes/fc/weight: is a link that leads to nothing in this file"},
      {"/node/nodes/fc/weight external other.nir /weight",
       "#/node/nodes/fc/weight: is a link that leads to nothing in this file"},
      {"/node/nodes/fc/weight soft /node/nodes/fc/weight",
       "#/node/nodes/fc/weight: is a link that leads to nothing in this file"},
      {"/node/nodes/x external other.nir /node",
       "#/node/nodes/x: is a link that leads to nothing in this file"},
      {"/node/nodes/sub/nodes/a hard /node/nodes/sub",
       "#/node/nodes/sub/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/"
       "nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a/nodes/a: is nested deeper than 16 graphs"},
  });
}

TEST_CASE("NIR: absurd sizes are refused before they take memory or time") {
  check({
      {"/node/nodes/fc/weight f4/unwritten (1000000,1000000)",
       "#/node/nodes/fc/weight: has more than 268435456 elements"},
      {"/node/nodes/fc/weight f4/unwritten (16384,16384)",
       "#/node/nodes/fc/weight: declares 268435456 elements but stores only 0 bytes"},
      {"/node/nodes/in/shape i8 (3) 1 65536 65536",
       "#/node/nodes/in: makes the network larger than 33554432 elements"},
      {"/node/edges text/unwritten (2000000,2)", "#/node/edges: has more than 1048576 edges"},
  });
}
