#pragma once
// The network as its author wrote it: a graph of NIR primitives. Convolutions stay kernels. It
// carries no time step, reset rule or integrator: those are semantics (semantics.hpp).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/base/ids.hpp"

namespace spikeloom {

/// Extents of a tensor, slowest first. A scalar has no extents.
using Shape = std::vector<std::size_t>;
std::size_t volume_of(const Shape& shape);
std::string to_string(const Shape& shape);  ///< "(16, 8, 8)"

/// A dense tensor in row-major order; data.size() == volume_of(shape).
struct Tensor {
  Shape shape;
  std::vector<double> data;
};
bool is_zero(const Tensor& tensor);  ///< all elements are

/// The matrices of a weight (..., out, in).
struct MatrixExtents {
  std::size_t matrices, outputs, inputs;  ///< outputs and inputs of each
};
MatrixExtents matrix_extents(const Tensor& weight);

namespace node {

struct Input {
  Shape shape;
};
struct Output {
  Shape shape;
};
/// Extents in front of (out, in) are matrices side by side, each with its own inputs and outputs.
struct Affine {
  Tensor weight;
  Tensor bias;
};  ///< weight (..., out, in), bias (..., out)
struct Linear {
  Tensor weight;
};  ///< weight (..., out, in)
struct Scale {
  Tensor scale;
};

/// Padding per spatial axis, or one of NIR's words.
enum class PaddingRule { Explicit, Same, Valid };
struct Conv1d {
  std::optional<std::size_t> input_extent;
  Tensor weight;  ///< (out channels, in channels / groups, length)
  std::size_t stride = 1, padding = 0, dilation = 1, groups = 1;
  PaddingRule padding_rule = PaddingRule::Explicit;
  Tensor bias;
};
struct Conv2d {
  std::optional<std::array<std::size_t, 2>> input_extent;  ///< (height, width)
  Tensor weight;  ///< (out channels, in channels / groups, height, width)
  std::array<std::size_t, 2> stride{1, 1}, padding{0, 0}, dilation{1, 1};
  std::size_t groups = 1;
  PaddingRule padding_rule = PaddingRule::Explicit;
  Tensor bias;
};
enum class PoolKind { Sum, Average };
struct Pool2d {
  PoolKind kind;
  std::array<std::size_t, 2> kernel, stride, padding;
};
struct Flatten {
  Shape input_shape;
  std::int64_t start_dim = 1, end_dim = -1;  ///< over the shape without a batch dimension
};
struct Delay {
  Tensor delay;
};  ///< seconds, one per element
struct Threshold {
  Tensor threshold;
};

/// The neuron primitives share one record; fields a kind lacks keep these defaults.
/// Leaky: tau v' = (v_leak - v) + r x. Integrators: v' = r x. Cuba: tau_syn i' = -i + w_in x first.
enum class NeuronKind { I, IF, LI, LIF, CubaLI, CubaLIF };
struct Neuron {
  NeuronKind kind;
  Shape shape;
  Tensor tau, tau_syn, r, v_leak, v_threshold, v_reset, w_in;  ///< each of `shape`, in SI units
};

}  // namespace node

bool spikes(node::NeuronKind kind);                 ///< IF, LIF, CubaLIF
bool leaks(node::NeuronKind kind);                  ///< LI, LIF, CubaLI, CubaLIF
bool has_synapse(node::NeuronKind kind);            ///< CubaLI, CubaLIF
const std::string& name_of(node::NeuronKind kind);  ///< the NIR type name

using Primitive = std::variant<node::Input,
                               node::Output,
                               node::Affine,
                               node::Linear,
                               node::Scale,
                               node::Conv1d,
                               node::Conv2d,
                               node::Pool2d,
                               node::Flatten,
                               node::Delay,
                               node::Threshold,
                               node::Neuron>;

struct Node {
  std::string name;  ///< NIR path; nested names are joined by '/'
  Primitive primitive;
  Shape input_shape, output_shape;  ///< filled by infer_shapes
};

struct Edge {
  NodeId from, to;
};

struct Graph {
  IdVector<NodeId, Node> nodes;
  std::vector<Edge> edges;  ///< several edges into a node sum
  std::string origin;       ///< file the graph came from, for errors

  std::optional<NodeId> find(const std::string& name) const;
};

/// Fills every node's shapes from the Input nodes on, and refuses contradictions (InputError with
/// the graph's origin and the node's path). Works through cycles.
void infer_shapes(Graph& graph);

/// An order in which a step can be evaluated: depth first from the Input nodes, in the order of
/// names. Edges that close a cycle are `feedback`: they carry the value of an earlier step.
/// Every node appears; a cycle that passes no neuron is refused (InputError).
struct EvaluationOrder {
  std::vector<NodeId> nodes;
  std::vector<bool> feedback;  ///< parallel to graph.edges
};
EvaluationOrder evaluation_order(const Graph& graph);

}  // namespace spikeloom
