#include <doctest/doctest.h>
#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "models/base/error.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/network/nir.hpp"
#include "tests/hdf5_text.hpp"
#include "tests/unit/network/graph_builder.hpp"
#include "tests/unit/network/temporary_file.hpp"

using namespace spikeloom;
using spikeloom_test::Builder;
using spikeloom_test::filled;
using spikeloom_test::lif;
using spikeloom_test::TemporaryFile;

namespace {

// ---- equality of graphs ----------------------------------------------------------------------

void check_equal(const Tensor& a, const Tensor& b) {
  CHECK(a.shape == b.shape);
  CHECK(a.data == b.data);
}
template <typename Conv>
void check_equal_convolutions(const Conv& a, const Conv& b) {
  CHECK(a.input_extent == b.input_extent);
  check_equal(a.weight, b.weight);
  check_equal(a.bias, b.bias);
  CHECK(a.stride == b.stride);
  CHECK(a.padding == b.padding);
  CHECK(a.dilation == b.dilation);
  CHECK(a.groups == b.groups);
  CHECK(a.padding_rule == b.padding_rule);
}
void check_equal(const node::Input& a, const node::Input& b) { CHECK(a.shape == b.shape); }
void check_equal(const node::Output& a, const node::Output& b) { CHECK(a.shape == b.shape); }
void check_equal(const node::Affine& a, const node::Affine& b) {
  check_equal(a.weight, b.weight);
  check_equal(a.bias, b.bias);
}
void check_equal(const node::Linear& a, const node::Linear& b) { check_equal(a.weight, b.weight); }
void check_equal(const node::Scale& a, const node::Scale& b) { check_equal(a.scale, b.scale); }
void check_equal(const node::Conv1d& a, const node::Conv1d& b) { check_equal_convolutions(a, b); }
void check_equal(const node::Conv2d& a, const node::Conv2d& b) { check_equal_convolutions(a, b); }
void check_equal(const node::Pool2d& a, const node::Pool2d& b) {
  CHECK((a.kind == b.kind && a.kernel == b.kernel && a.stride == b.stride));
  CHECK(a.padding == b.padding);
}
void check_equal(const node::Flatten& a, const node::Flatten& b) {
  CHECK(a.input_shape == b.input_shape);
  CHECK((a.start_dim == b.start_dim && a.end_dim == b.end_dim));
}
void check_equal(const node::Delay& a, const node::Delay& b) { check_equal(a.delay, b.delay); }
void check_equal(const node::Threshold& a, const node::Threshold& b) {
  check_equal(a.threshold, b.threshold);
}
void check_equal(const node::Neuron& a, const node::Neuron& b) {
  CHECK((a.kind == b.kind && a.shape == b.shape));
  for (const auto member : {&node::Neuron::tau,
                            &node::Neuron::tau_syn,
                            &node::Neuron::r,
                            &node::Neuron::v_leak,
                            &node::Neuron::v_threshold,
                            &node::Neuron::v_reset,
                            &node::Neuron::w_in})
    check_equal(a.*member, b.*member);
}

void check_equal(const Graph& a, const Graph& b) {
  REQUIRE(a.nodes.size() == b.nodes.size());
  for (const NodeId id : ids_of(a.nodes)) {
    CAPTURE(a.nodes[id].name);
    CHECK(a.nodes[id].name == b.nodes[id].name);
    CHECK(a.nodes[id].input_shape == b.nodes[id].input_shape);
    CHECK(a.nodes[id].output_shape == b.nodes[id].output_shape);
    REQUIRE(a.nodes[id].primitive.index() == b.nodes[id].primitive.index());
    std::visit(
        [&](const auto& primitive) {
          using Kind = std::decay_t<decltype(primitive)>;
          check_equal(primitive, std::get<Kind>(b.nodes[id].primitive));
        },
        a.nodes[id].primitive);
  }
  REQUIRE(a.edges.size() == b.edges.size());
  for (std::size_t e = 0; e < a.edges.size(); ++e) {
    CHECK(a.edges[e].from == b.edges[e].from);
    CHECK(a.edges[e].to == b.edges[e].to);
  }
}

// ---- graphs and files ------------------------------------------------------------------------

Tensor counting(Shape shape) {
  Tensor tensor = filled(std::move(shape), 0);
  for (std::size_t i = 0; i < tensor.data.size(); ++i)
    tensor.data[i] = 0.1 * static_cast<double>(i) - 1;
  return tensor;
}

node::Neuron neuron(node::NeuronKind kind) {
  node::Neuron result{kind, {}, {}, {}, {}, {}, {}, {}, {}};
  result.r = filled({}, 2);
  if (leaks(kind)) result.tau = filled({}, 0.02), result.v_leak = filled({}, -0.5);
  if (has_synapse(kind)) result.tau_syn = filled({}, 0.005), result.w_in = filled({}, 3);
  if (spikes(kind)) result.v_threshold = filled({}, 1), result.v_reset = filled({}, -1);
  return result;
}

/// Every primitive, in a chain; names sort in the order of the chain.
Graph every_primitive() {
  node::Conv1d line{
      {}, counting({2, 3, 2}), 1, 1, 1, 1, node::PaddingRule::Explicit, counting({2})};
  node::Conv2d image;
  image.weight = counting({4, 1, 3, 2});
  image.bias = counting({4});
  image.stride = {2, 1}, image.padding = {1, 0}, image.groups = 2;
  node::Conv2d same = image;
  same.stride = {1, 1}, same.groups = 4, same.padding = {0, 0};
  same.padding_rule = node::PaddingRule::Same;
  Builder builder;
  builder.add("a", node::Input{{2, 8, 9}}).add("b.0", image).add("b.1", same);
  builder.add("c", node::Pool2d{node::PoolKind::Sum, {2, 2}, {1, 2}, {0, 1}});
  builder.add("d", node::Pool2d{node::PoolKind::Average, {3, 1}, {3, 1}, {0, 0}});
  builder.add("e", node::Flatten{{}, 0, 1}).add("f0", node::Scale{counting({})});
  builder.add("f1", node::Delay{filled({}, 0.001)}).add("f2", node::Threshold{filled({}, 0.5)});
  builder.add("g", node::Flatten{{}, 0, -1})
      .add("h", node::Affine{counting({6, 20}), counting({6})});
  builder.add("i0", neuron(node::NeuronKind::I)).add("i1", neuron(node::NeuronKind::IF));
  builder.add("i2", neuron(node::NeuronKind::LI)).add("i3", neuron(node::NeuronKind::LIF));
  builder.add("i4", neuron(node::NeuronKind::CubaLI)).add("i5", neuron(node::NeuronKind::CubaLIF));
  builder.add("j", node::Linear{counting({6, 6})}).add("k", node::Output{{6}});
  return builder.chain().edge("i5", "i1").graph;
}

/// input (2) -> fc (3) -> lif -> output, written field by field; `spoil` adds what is wrong.
void write_raw(const std::string& path, const std::function<void(Hdf5Writer&)>& spoil = {}) {
  Hdf5Writer file(path);
  file.write_string("/version", "0.2.0");
  if (spoil) spoil(file);
  file.finish();
}

/// The graph of write_raw, without the fields named in `without`.
void write_small(Hdf5Writer& file, const std::vector<std::string>& without = {}) {
  const auto wanted = [&](const std::string& path) {
    return std::find(without.begin(), without.end(), path) == without.end();
  };
  const auto text = [&](const std::string& path, const std::string& value) {
    if (wanted(path)) file.write_string("/node/" + path, value);
  };
  const auto floats = [&](const std::string& path, const Shape& shape) {
    if (wanted(path))
      file.write<float>("/node/" + path, shape, std::vector<float>(volume_of(shape), 0.5f));
  };
  text("type", "NIRGraph");
  text("nodes/input/type", "Input");
  file.write<std::int64_t>("/node/nodes/input/shape", {1}, std::vector<std::int64_t>{2});
  text("nodes/fc/type", "Linear");
  floats("nodes/fc/weight", {3, 2});
  text("nodes/lif/type", "CubaLIF");
  for (const char* path : {"nodes/lif/tau_mem",
                           "nodes/lif/tau_syn",
                           "nodes/lif/r",
                           "nodes/lif/v_leak",
                           "nodes/lif/v_threshold"})
    floats(path, {});
  text("nodes/output/type", "Output");
  file.write<std::int32_t>("/node/nodes/output/shape", {1}, std::vector<std::int32_t>{3});
  if (wanted("edges"))
    file.write_strings("/node/edges", {3, 2}, {"lif", "output", "input", "fc", "fc", "lif"});
}

std::string refusal(const TemporaryFile& file) {
  return spikeloom_test::refusal_after<InputError>(file.path(), [&] { read_nir(file.path()); });
}

/// What the small graph is refused with when `without` is left out and `spoil` added.
std::string refusal_of(const std::vector<std::string>& without,
                       const std::function<void(Hdf5Writer&)>& spoil = {}) {
  const TemporaryFile file("bad.nir");
  write_raw(file.path(), [&](Hdf5Writer& writer) {
    write_small(writer, without);
    if (spoil) spoil(writer);
  });
  return refusal(file);
}

const node::Neuron& neuron_of(const Graph& graph, const std::string& name) {
  return std::get<node::Neuron>(graph.nodes[graph.find(name).value()].primitive);
}

}  // namespace

TEST_CASE("a written network is read back equal, whatever its primitives") {
  const TemporaryFile file("every.nir");
  Graph graph = every_primitive();
  infer_shapes(graph);
  write_nir(graph, file.path());
  const Graph read = read_nir(file.path());
  CHECK(read.origin == file.path());
  std::sort(graph.edges.begin(), graph.edges.end(), [](const Edge& a, const Edge& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  check_equal(graph, read);
  CHECK(read.edges.size() == graph.nodes.size());
  CHECK_FALSE(std::filesystem::exists(file.path() + ".part"));
}

TEST_CASE("absent fields take NIR's defaults and scalars hold for all elements") {
  const TemporaryFile file("small.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) { write_small(writer); });
  const Graph graph = read_nir(file.path());
  const node::Neuron& lif_node = neuron_of(graph, "lif");
  CHECK(lif_node.shape == Shape{3});
  CHECK(lif_node.v_reset.data == std::vector<double>{0, 0, 0});
  CHECK(lif_node.w_in.data == std::vector<double>{1, 1, 1});
  CHECK(lif_node.tau.data == std::vector<double>{0.5, 0.5, 0.5});
}

TEST_CASE("lone numbers stand for both axes, and text for a padding rule") {
  const TemporaryFile file("conv.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) {
    writer.write_string("/node/type", "NIRGraph");
    writer.write_strings("/node/edges", {1, 2}, {"0", "1"});
    writer.write_string("/node/nodes/0/type", "Input");
    writer.write<std::int16_t>("/node/nodes/0/shape", {3}, std::vector<std::int16_t>{1, 7, 9});
    const std::string conv = "/node/nodes/1/";
    writer.write_string(conv + "type", "Conv2d");
    writer.write<double>(conv + "weight", {2, 1, 3, 3}, std::vector<double>(18, 1));
    writer.write<double>(conv + "bias", {2}, std::vector<double>(2, 1));
    writer.write_scalar<std::int64_t>(conv + "stride", 2);
    writer.write_scalar<double>(conv + "dilation", 1);
    writer.write_scalar<std::int64_t>(conv + "groups", 1);
    writer.write_string(conv + "padding", "valid");
    writer.write_string(conv + "metadata/exporter", "anything");
  });
  const Graph graph = read_nir(file.path());
  const auto& conv = std::get<node::Conv2d>(graph.nodes[graph.find("1").value()].primitive);
  CHECK(conv.stride == std::array<std::size_t, 2>{2, 2});
  CHECK(conv.padding_rule == node::PaddingRule::Valid);
  CHECK(conv.input_extent == std::array<std::size_t, 2>{7, 9});
  CHECK(graph.nodes[graph.find("1").value()].output_shape == Shape{2, 3, 4});
}

TEST_CASE("a file that is no network is refused") {
  const TemporaryFile file("none.nir");
  CHECK(refusal(file) == ": file does not exist");
  file.write("{}");
  CHECK(refusal(file) == ": is not an HDF5 file");
  write_raw(file.path());
  CHECK(refusal(file) == "#/node: is missing: not a NIR file");
  write_raw(file.path(), [](Hdf5Writer& writer) { writer.write_string("/node/type", "LIF"); });
  CHECK(refusal(file) == "#/node/type: is 'LIF', expected 'NIRGraph'");
}

TEST_CASE("missing parts are refused by path") {
  CHECK(refusal_of({"edges"}) == "#/node/edges: is missing");
  CHECK(refusal_of({"nodes/fc/weight"}) == "#/node/nodes/fc/weight: is missing");
  CHECK(refusal_of({"nodes/fc/type"}) == "#/node/nodes/fc/type: is missing");
  CHECK(refusal_of({"nodes/lif/tau_mem"}) == "#/node/nodes/lif/tau_mem: is missing");
  CHECK(refusal_of({"nodes/input/type"}, [](Hdf5Writer& file) {
          file.write_string("/node/nodes/input/type", "Output");
        }) == "#/node/nodes: has no Input node");
}

TEST_CASE("unknown primitives and fields are refused with the nearest known") {
  CHECK(refusal_of({"nodes/fc/type"},
                   [](Hdf5Writer& file) { file.write_string("/node/nodes/fc/type", "Linaer"); }) ==
        "#/node/nodes/fc/type: unknown primitive 'Linaer'; did you mean 'Linear'? (known are "
        "Affine, AvgPool2d, Conv1d, Conv2d, CubaLI, CubaLIF, Delay, Flatten, I, IF, Input, LI, "
        "LIF, Linear, Output, Scale, SumPool2d, Threshold)");
  CHECK(refusal_of({}, [](Hdf5Writer& file) {
          file.write_scalar<double>("/node/nodes/lif/v_treshold", 1);
        }) == "#/node/nodes/lif/v_treshold: unknown field; did you mean 'v_threshold'?");
}

TEST_CASE("edges that lead nowhere or appear twice are refused by name") {
  const auto with_edges = [](const std::vector<std::string>& names) {
    return refusal_of({"edges"}, [&](Hdf5Writer& file) {
      file.write_strings("/node/edges", {names.size() / 2, 2}, names);
    });
  };
  CHECK(with_edges({"input", "fc", "fc", "lif1"}) ==
        "#/node/edges: edge 'fc' -> 'lif1': there is no node 'lif1'; did you mean 'lif'?");
  CHECK(with_edges({"input", "fc", "fc", "lif", "input", "fc"}) ==
        "#/node/edges: edge 'input' -> 'fc' appears twice");
  CHECK(refusal_of({"edges"}, [](Hdf5Writer& file) {
          file.write_strings("/node/edges", {2}, {"input", "fc"});
        }) == "#/node/edges: has shape (2), expected (edges, 2)");
}

TEST_CASE("names that hold control characters are refused, and shown without them") {
  CHECK(refusal_of({}, [](Hdf5Writer& file) {
          file.write_string("/node/nodes/a\x1b[2J/type", "Output");
        }) == "#/node/nodes: holds the name 'a\\x1b[2J', which has a control character");
  CHECK(refusal_of({}, [](Hdf5Writer& file) {
          file.write_string("/node/nodes/g/type", "NIRGraph");
          file.write_string("/node/nodes/g/nodes/b\x7f/type", "Output");
        }) == "#/node/nodes/g/nodes: holds the name 'b\\x7f', which has a control character");
  CHECK(refusal_of({"edges"}, [](Hdf5Writer& file) {
          file.write_strings("/node/edges", {1, 2}, {"input", "fc\n"});
        }) == "#/node/edges: holds the name 'fc\\x0a', which has a control character");
}
TEST_CASE("shapes that contradict are refused with node and shapes") {
  CHECK(refusal_of({"nodes/fc/weight"}, [](Hdf5Writer& file) {
          file.write<double>("/node/nodes/fc/weight", {3, 4}, std::vector<double>(12, 1));
        }) == "#/node/nodes/fc: takes (4), but 'input' gives (2)");
  CHECK(refusal_of({"nodes/fc/weight"}, [](Hdf5Writer& file) {
          file.write<double>("/node/nodes/fc/weight", {6}, std::vector<double>(6, 1));
        }) == "#/node/nodes/fc/weight: has shape (6), expected (out, in)");
  CHECK(refusal_of({"nodes/lif/r"}, [](Hdf5Writer& file) {
          file.write<double>("/node/nodes/lif/r", {2}, std::vector<double>(2, 1));
        }) == "#/node/nodes/lif/r: has shape (2), the node's shape is (3)");
}

TEST_CASE("values that are not finite, tau at or below 0, and text for numbers are refused") {
  const auto with_tau = [](double value) {
    return refusal_of({"nodes/lif/tau_mem"}, [&](Hdf5Writer& file) {
      file.write<double>("/node/nodes/lif/tau_mem", {3}, std::vector<double>{1, 1, value});
    });
  };
  CHECK(with_tau(std::nan("")) ==
        "#/node/nodes/lif/tau_mem: holds nan at element 2, expected finite numbers");
  CHECK(with_tau(std::numeric_limits<double>::infinity()) ==
        "#/node/nodes/lif/tau_mem: holds inf at element 2, expected finite numbers");
  CHECK(with_tau(0) ==
        "#/node/nodes/lif/tau_mem: holds 0 at element 2, expected a time constant above 0");
  CHECK(with_tau(-0.01) ==
        "#/node/nodes/lif/tau_mem: holds -0.01 at element 2, expected a time constant above 0");
  CHECK(refusal_of({"nodes/lif/r"}, [](Hdf5Writer& file) {
          file.write_string("/node/nodes/lif/r", "1");
        }) == "#/node/nodes/lif/r: holds text, expected numbers");
}

TEST_CASE("wrong window numbers are refused") {
  const auto with_stride = [](double value, const std::string& padding) {
    const TemporaryFile file("window.nir");
    write_raw(file.path(), [&](Hdf5Writer& writer) {
      writer.write_string("/node/type", "NIRGraph");
      writer.write_strings("/node/edges", {1, 2}, {"0", "1"});
      writer.write_string("/node/nodes/0/type", "Input");
      writer.write<std::int64_t>("/node/nodes/0/shape", {2}, std::vector<std::int64_t>{1, 7});
      writer.write_string("/node/nodes/1/type", "Conv1d");
      writer.write<double>("/node/nodes/1/weight", {2, 1, 3}, std::vector<double>(6, 1));
      writer.write_scalar<double>("/node/nodes/1/stride", value);
      writer.write_string("/node/nodes/1/padding", padding);
    });
    return refusal(file);
  };
  CHECK(with_stride(0, "same") ==
        "#/node/nodes/1/stride: is 0, allowed are whole numbers from 1 to 65535");
  CHECK(with_stride(1.5, "same") ==
        "#/node/nodes/1/stride: is 1.5, allowed are whole numbers from 1 to 65535");
  CHECK(with_stride(1e300, "same") ==
        "#/node/nodes/1/stride: is 1e+300, allowed are whole numbers from 1 to 65535");
  CHECK(with_stride(1, "full") ==
        "#/node/nodes/1/padding: is 'full', allowed are numbers, 'same' and 'valid'");
}

TEST_CASE("absurd sizes are refused before memory is taken") {
  const TemporaryFile file("absurd.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) { write_small(writer, {"nodes/fc/weight"}); });
  const hid_t raw = H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hsize_t extents[] = {hsize_t{1} << 30, hsize_t{1} << 30};
  const hid_t space = H5Screate_simple(2, extents, nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[] = {16, 16};
  H5Pset_chunk(layout, 2, chunk);
  H5Dclose(H5Dcreate2(
      raw, "/node/nodes/fc/weight", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, layout, H5P_DEFAULT));
  H5Pclose(layout), H5Sclose(space), H5Fclose(raw);
  CHECK(refusal(file) == "#/node/nodes/fc/weight: has more than 268435456 elements");

  write_raw(file.path(), [](Hdf5Writer& writer) {
    writer.write_string("/node/type", "NIRGraph");
    writer.write_string("/node/nodes/in/type", "Input");
    writer.write<std::int64_t>(
        "/node/nodes/in/shape", {2}, std::vector<std::int64_t>{1 << 20, 1 << 20});
    writer.write_strings("/node/edges", {0, 2}, {});
  });
  CHECK(refusal(file) == "#/node/nodes/in: makes the network larger than 33554432 elements");
}

namespace {

/// in -> sub{ i -> lif -> o, lif -> rec -> lif } -> out
void write_nested(Hdf5Writer& writer, const std::vector<std::string>& inner_edges) {
  const auto lif_at = [&](const std::string& path) {
    writer.write_string(path + "/type", "IF");
    writer.write_scalar<double>(path + "/r", 1);
    writer.write_scalar<double>(path + "/v_threshold", 1);
  };
  const auto port_at = [&](const std::string& path, const std::string& type) {
    writer.write_string(path + "/type", type);
    writer.write<std::int64_t>(path + "/shape", {1}, std::vector<std::int64_t>{2});
  };
  writer.write_string("/node/type", "NIRGraph");
  port_at("/node/nodes/in", "Input");
  port_at("/node/nodes/out", "Output");
  writer.write_string("/node/nodes/sub/type", "NIRGraph");
  port_at("/node/nodes/sub/nodes/i", "Input");
  port_at("/node/nodes/sub/nodes/o", "Output");
  lif_at("/node/nodes/sub/nodes/lif");
  writer.write_string("/node/nodes/sub/nodes/rec/type", "Linear");
  writer.write<double>("/node/nodes/sub/nodes/rec/weight", {2, 2}, std::vector<double>(4, 1));
  writer.write_strings("/node/nodes/sub/edges", {inner_edges.size() / 2, 2}, inner_edges);
  writer.write_strings("/node/edges", {2, 2}, {"in", "sub", "sub", "out"});
}

}  // namespace

TEST_CASE("a nested graph is flattened, its ports replaced by edges") {
  const TemporaryFile file("nested.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) {
    write_nested(writer, {"i", "lif", "lif", "o", "lif", "rec", "rec", "lif"});
  });
  const Graph graph = read_nir(file.path());
  std::vector<std::string> edges;
  for (const Edge& edge : graph.edges)
    edges.push_back(graph.nodes[edge.from].name + ">" + graph.nodes[edge.to].name);
  CHECK(graph.nodes.size() == 4);
  CHECK(edges == std::vector<std::string>{
                     "in>sub/lif", "sub/lif>out", "sub/lif>sub/rec", "sub/rec>sub/lif"});

  const TemporaryFile copy("flat.nir");
  write_nir(graph, copy.path());
  CHECK(read_nir(copy.path()).find("sub.lif").has_value());
}

TEST_CASE("a nested graph with dangling edges or without a port is refused") {
  const TemporaryFile file("nested_bad.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) { write_nested(writer, {"i", "lif1"}); });
  CHECK(refusal(file) ==
        "#/node/nodes/sub/edges: edge 'i' -> 'lif1': there is no node 'lif1'; did you mean 'lif'?");
  write_raw(file.path(), [](Hdf5Writer& writer) {
    writer.write_string("/node/type", "NIRGraph");
    writer.write_string("/node/nodes/in/type", "Input");
    writer.write<std::int64_t>("/node/nodes/in/shape", {1}, std::vector<std::int64_t>{2});
    writer.write_string("/node/nodes/sub/type", "NIRGraph");
    writer.group("/node/nodes/sub/nodes");
    writer.write_strings("/node/nodes/sub/edges", {0, 2}, {});
    writer.write_strings("/node/edges", {1, 2}, {"in", "sub"});
  });
  CHECK(refusal(file) ==
        "#/node/edges: edge 'in' -> 'sub': the graph 'sub' has 0 Input nodes, expected one");
}

TEST_CASE("a group that holds itself is refused") {
  const TemporaryFile file("loop.nir");
  write_raw(file.path(), [](Hdf5Writer& writer) { write_small(writer); });
  const hid_t raw = H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Lcreate_hard(raw, "/node", raw, "/node/nodes/again", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(raw);
  CHECK(refusal(file).ends_with("again: is nested deeper than 16 graphs"));
}

TEST_CASE("a cycle without a neuron is refused when the file is read") {
  CHECK(refusal_of({"edges", "nodes/fc/weight"}, [](Hdf5Writer& file) {
          file.write<double>("/node/nodes/fc/weight", {2, 2}, std::vector<double>(4, 1));
          file.write_strings("/node/edges", {3, 2}, {"input", "fc", "fc", "fc", "fc", "lif"});
        }) == "#/node/nodes/fc: is on a cycle without a neuron: 'fc' -> 'fc'");
}

TEST_CASE("names that cannot be written are refused, and nothing is left") {
  const TemporaryFile file("names.nir");
  const auto writing = [&](const char* first, const char* second) {
    Builder builder;
    builder.add(first, node::Input{{1}}).add(second, lif({1}));
    return spikeloom_test::refusal_after<InputError>(
        file.path(), [&] { write_nir(builder.graph, file.path()); });
  };
  CHECK(writing("a/b", "a.b") == "#/node/nodes/a.b: is the name of two nodes");
  CHECK(writing("", "b") == "#/node/nodes: a node cannot be named ''");
  CHECK_FALSE(std::filesystem::exists(file.path()));
}

namespace {

/// The graph of a file written down as text (tests/hdf5_text.hpp), with this network's head.
Graph read_text(const std::string& text) {
  const TemporaryFile file("text.nir");
  REQUIRE(spikeloom_test::write_hdf5_text("/node/type text () NIRGraph\n" + text, file.path()) ==
          0);
  return read_nir(file.path());
}

const Shape& shape_at(const Graph& graph, const std::string& name) {
  return graph.nodes[graph.find(name).value()].output_shape;
}

}  // namespace

TEST_CASE("numbers of every type are read, whatever their order of bytes and their storage") {
  for (const std::string kind : {"f2",
                                 "f4",
                                 "f8",
                                 "f4>",
                                 "f8>/gzip",
                                 "i1",
                                 "i2>",
                                 "i4/chunk",
                                 "i8/gzip",
                                 "u1/compact",
                                 "u2",
                                 "u4>",
                                 "u8",
                                 "bool"}) {
    CAPTURE(kind);
    const Graph graph =
        read_text("/node/nodes/0/type fixed () Input\n/node/nodes/0/shape " +
                  (kind == "bool" ? "u1" : kind.substr(0, 2)) +
                  " (1) 2\n/node/nodes/1/type text () Linear\n/node/nodes/1/weight " + kind +
                  " (3,2) 1 0 1 1\n/node/edges fixed (1,2) 0 1\n");
    CHECK(std::get<node::Linear>(graph.nodes[graph.find("1").value()].primitive).weight.data ==
          std::vector<double>{1, 0, 1, 1, 1, 0});
  }
}

TEST_CASE("names may hold dots, digits, spaces and letters of any script") {
  const Graph graph = read_text(
      "/node/nodes/a.b/type text () Input\n/node/nodes/a.b/shape i8 (1) 2\n"
      "/node/nodes/1\\x20x/type text () IF\n/node/nodes/1\\x20x/r f4 () 1\n"
      "/node/nodes/1\\x20x/v_threshold f4 () 1\n"
      "/node/nodes/sortie-é/type text () Output\n/node/nodes/sortie-é/shape i8 (1) 2\n"
      "/node/edges text (2,2) a.b 1\\x20x 1\\x20x sortie-é\n");
  CHECK(shape_at(graph, "1 x") == Shape{2});
  CHECK(shape_at(graph, "sortie-é") == Shape{2});
}

TEST_CASE("graphs are nested twice, with ports of the same names") {
  const auto graph_at = [](const std::string& path, const std::string& middle) {
    return path + "/type text () NIRGraph\n" + path + "/nodes/input/type text () Input\n" + path +
           "/nodes/input/shape i8 (1) 2\n" + path + "/nodes/output/type text () Output\n" + path +
           "/nodes/output/shape i8 (1) 2\n" + path + "/edges text (2,2) input " + middle + " " +
           middle + " output\n";
  };
  const Graph graph =
      read_text(graph_at("/node", "a").substr(std::string("/node/type text () NIRGraph\n").size()) +
                graph_at("/node/nodes/a", "b") + graph_at("/node/nodes/a/nodes/b", "if") +
                "/node/nodes/a/nodes/b/nodes/if/type text () IF\n"
                "/node/nodes/a/nodes/b/nodes/if/r f4 () 1\n"
                "/node/nodes/a/nodes/b/nodes/if/v_threshold f4 () 1\n");
  CHECK(graph.nodes.size() == 3);
  CHECK(graph.edges.size() == 2);
  CHECK(shape_at(graph, "a/b/if") == Shape{2});
}

TEST_CASE("a Flatten lacks or has its input's shape in each way that files have it") {
  const std::string head =
      "/node/nodes/0/type text () Input\n/node/nodes/0/shape i8 (3) 2 3 4\n"
      "/node/nodes/1/type text () Flatten\n/node/edges text (1,2) 0 1\n";
  CHECK(shape_at(read_text(head), "1") == Shape{2, 12});  // start_dim 1, end_dim -1
  CHECK(shape_at(read_text(head + "/node/nodes/1/input_type i8 (3) 2 3 4\n"), "1") == Shape{2, 12});
  CHECK(shape_at(read_text(head + "/node/nodes/1/input_type/input i8 (3) 2 3 4\n"), "1") ==
        Shape{2, 12});
  CHECK(shape_at(read_text(head + "/node/nodes/1/input_type null ()\n"), "1") == Shape{2, 12});
  CHECK(shape_at(read_text(head + "/node/nodes/1/start_dim i8 () 0\n"), "1") == Shape{24});
}

TEST_CASE("batch and time in front of an Input are no part of the network") {
  const auto linear = [](const std::string& input, const std::string& output) {
    return read_text("/node/nodes/in/type text () Input\n/node/nodes/in/shape i8 " + input +
                     "\n/node/nodes/fc/type text () Linear\n/node/nodes/fc/weight f4 (3,8) 1\n"
                     "/node/nodes/lif/type text () IF\n/node/nodes/lif/r f4 () 1\n"
                     "/node/nodes/lif/v_threshold f4 () 1\n/node/nodes/out/type text () Output\n"
                     "/node/nodes/out/shape i8 " +
                     output + "\n/node/edges text (3,2) in fc fc lif lif out\n");
  };
  for (const auto& [input, output] : {std::pair("(1) 8", "(1) 3"),
                                      std::pair("(2) 1 8", "(2) 1 3"),
                                      std::pair("(2) 1 8", "(3) 1 1 3"),
                                      std::pair("(2) 10 8", "(2) 10 3"),
                                      std::pair("(3) 4 100 8", "(3) 4 100 3")}) {
    CAPTURE(input);
    const Graph graph = linear(input, output);
    CHECK(shape_at(graph, "in") == Shape{8});
    CHECK(shape_at(graph, "out") == Shape{3});
  }
  CHECK_THROWS_WITH_AS(linear("(2) 10 8", "(2) 9 3"),
                       doctest::Contains("#/node/nodes/out: takes (9, 3), but 'lif' gives (3)"),
                       InputError);
  CHECK_THROWS_WITH_AS(linear("(2) 8 2", "(1) 3"),
                       doctest::Contains("#/node/nodes/fc: takes (8), but 'in' gives (8, 2)"),
                       InputError);
}

TEST_CASE("an exported network of several matrices side by side is read back equal") {
  const TemporaryFile file("batched.nir");
  Builder builder;
  builder.add("a", node::Input{{2, 4}}).add("b", node::Affine{counting({2, 3, 4}), counting({3})});
  builder.add("c", neuron(node::NeuronKind::IF)).add("d", node::Linear{counting({2, 1, 3})});
  builder.add("e", node::Output{{2, 1}});
  Graph graph = builder.chain().graph;
  infer_shapes(graph);
  write_nir(graph, file.path());
  check_equal(graph, read_nir(file.path()));
  CHECK(shape_at(graph, "c") == Shape{2, 3});
}
