#include "models/lowering/fold.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

constexpr std::uint64_t kMostFoldedSynapses = std::uint64_t{1} << 26;

[[noreturn]] void refuse(const Graph& graph, const Node& node, const std::string& sentence) {
  throw InputError(graph.origin, node.name, sentence);
}

std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

// ---- windows ---------------------------------------------------------------------------------

// Padding before the first element. PyTorch's 'same' puts the odd element behind the last.
std::uint32_t padding_before(node::PaddingRule rule,
                             std::size_t stated,
                             std::size_t kernel,
                             std::size_t dilation) {
  if (rule == node::PaddingRule::Valid) return 0;
  return narrow(rule == node::PaddingRule::Same ? dilation * (kernel - 1) / 2 : stated);
}

std::array<std::uint32_t, 3> image_of(const Shape& shape) {
  if (shape.size() == 2) return {narrow(shape[0]), 1, narrow(shape[1])};
  return {narrow(shape[0]), narrow(shape[1]), narrow(shape[2])};
}

ConvGeometry geometry_of(const Node& node, const node::Conv1d& conv) {
  const std::size_t kernel = conv.weight.shape[2];
  return {image_of(node.input_shape),
          image_of(node.output_shape),
          {1, narrow(kernel)},
          {1, narrow(conv.stride)},
          {0, padding_before(conv.padding_rule, conv.padding, kernel, conv.dilation)},
          {1, narrow(conv.dilation)},
          narrow(conv.groups)};
}

ConvGeometry geometry_of(const Node& node, const node::Conv2d& conv) {
  ConvGeometry geometry{
      image_of(node.input_shape), image_of(node.output_shape), {}, {}, {}, {}, narrow(conv.groups)};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::size_t kernel = conv.weight.shape[2 + axis];
    geometry.kernel[axis] = narrow(kernel);
    geometry.stride[axis] = narrow(conv.stride[axis]);
    geometry.dilation[axis] = narrow(conv.dilation[axis]);
    geometry.padding[axis] =
        padding_before(conv.padding_rule, conv.padding[axis], kernel, conv.dilation[axis]);
  }
  return geometry;
}

// A pool is a convolution of each channel by itself.
ConvGeometry geometry_of(const Node& node, const node::Pool2d& pool) {
  ConvGeometry geometry{image_of(node.input_shape),
                        image_of(node.output_shape),
                        {},
                        {},
                        {},
                        {1, 1},
                        narrow(node.input_shape[0])};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    geometry.kernel[axis] = narrow(pool.kernel[axis]);
    geometry.stride[axis] = narrow(pool.stride[axis]);
    geometry.padding[axis] = narrow(pool.padding[axis]);
  }
  return geometry;
}

// The target coordinate that sees `at` through tap `tap`, or none.
std::optional<std::uint32_t> seen_by(const ConvGeometry& geometry,
                                     std::size_t axis,
                                     std::uint32_t at,
                                     std::uint32_t tap) {
  const std::int64_t shifted =
      std::int64_t{at} + geometry.padding[axis] - std::int64_t{tap} * geometry.dilation[axis];
  const std::int64_t target = shifted / geometry.stride[axis];
  if (shifted < 0 || shifted % geometry.stride[axis] != 0) return std::nullopt;
  if (target >= geometry.target_shape[1 + axis]) return std::nullopt;
  return static_cast<std::uint32_t>(target);
}

// Calls visit(target, index of the weight) for every tap that sees `source`.
template <typename Visit>
void for_each_tap(const ConvGeometry& geometry, std::uint32_t source, Visit visit) {
  const auto [channels, height, width] = geometry.source_shape;
  const std::uint32_t in_group = channels / geometry.groups;
  const std::uint32_t out_group = geometry.target_shape[0] / geometry.groups;
  const std::uint32_t channel = source / (height * width);
  const std::uint32_t first_out = channel / in_group * out_group;
  for (std::uint32_t ky = 0; ky < geometry.kernel[0]; ++ky) {
    const auto y = seen_by(geometry, 0, source / width % height, ky);
    if (!y) continue;
    for (std::uint32_t kx = 0; kx < geometry.kernel[1]; ++kx) {
      const auto x = seen_by(geometry, 1, source % width, kx);
      if (!x) continue;
      for (std::uint32_t out = first_out; out < first_out + out_group; ++out) {
        const std::size_t plane = std::size_t{out} * in_group + channel % in_group;
        visit((out * geometry.target_shape[1] + *y) * geometry.target_shape[2] + *x,
              (plane * geometry.kernel[0] + ky) * geometry.kernel[1] + kx);
      }
    }
  }
}

// ---- impulses --------------------------------------------------------------------------------

// A value on its way: at an element of the present node, `delay` steps late.
struct Term {
  std::uint32_t delay, element;
  double value;
};
using Terms = std::vector<Term>;

// Sorts by delay and element, adds what coincides, drops zeros.
void merge(Terms& terms) {
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    return std::pair(a.delay, a.element) < std::pair(b.delay, b.element);
  });
  Terms merged;
  for (const Term& term : terms) {
    const bool same = !merged.empty() && merged.back().delay == term.delay &&
                      merged.back().element == term.element;
    if (same)
      merged.back().value += term.value;
    else
      merged.push_back(term);
  }
  std::erase_if(merged, [](const Term& term) { return term.value == 0.0; });
  terms = std::move(merged);
}

void append(const std::vector<double>& values, std::uint32_t delay, Terms& terms) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0.0) terms.push_back({delay, narrow(i), values[i]});
}

Terms through_matrix(const Tensor& weight, const Terms& terms) {
  const auto [matrices, outputs, inputs] = matrix_extents(weight);
  Terms result;
  std::vector<double> sums(matrices * outputs);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::size_t first = terms[i].element / inputs * outputs;  // row of its matrix
    for (std::size_t row = first; row < first + outputs; ++row)
      sums[row] += weight.data[row * inputs + terms[i].element % inputs] * terms[i].value;
    const bool last = i + 1 == terms.size() || terms[i + 1].delay != terms[i].delay;
    if (!last) continue;
    append(sums, terms[i].delay, result);
    sums.assign(sums.size(), 0.0);
  }
  return result;
}

template <typename WeightAt>
Terms through_window(const ConvGeometry& geometry, const WeightAt& weight_at, const Terms& terms) {
  Terms result;
  for (const Term& term : terms)
    for_each_tap(geometry, term.element, [&](std::uint32_t target, std::size_t index) {
      result.push_back({term.delay, target, term.value * weight_at(index)});
    });
  merge(result);
  return result;
}

std::uint32_t steps_of(double seconds, Seconds dt, const Graph& graph, const Node& node) {
  constexpr double kTolerance = 1e-3;  // of a step: delays may be stored in single precision
  const double steps = seconds / dt.value();
  const bool whole = std::abs(steps - std::round(steps)) <= kTolerance;
  if (!whole || !(steps > -kTolerance) || steps > kLongestLoweredDelay + kTolerance)
    refuse(graph,
           node,
           "delay of " + number_text(seconds) + " s is " + number_text(steps) +
               " steps, allowed is a whole number from 0 to " +
               std::to_string(kLongestLoweredDelay));
  return static_cast<std::uint32_t>(std::max(0.0, std::round(steps)));
}

double element_of(const Tensor& tensor, std::size_t element) {
  return tensor.data[tensor.data.size() == 1 ? 0 : element];
}

// Sends terms through one node; a bias is not part of it.
class Passage {
 public:
  Passage(const Graph& graph, Seconds dt) : graph_(graph), dt_(dt) {}

  Terms send(const Node& node, Terms terms) const {
    return std::visit(
        [&](const auto& primitive) { return through(primitive, node, std::move(terms)); },
        node.primitive);
  }

 private:
  Terms through(const node::Affine& affine, const Node&, Terms terms) const {
    return through_matrix(affine.weight, terms);
  }
  Terms through(const node::Linear& linear, const Node&, Terms terms) const {
    return through_matrix(linear.weight, terms);
  }
  Terms through(const node::Scale& scale, const Node&, Terms terms) const {
    for (Term& term : terms) term.value *= element_of(scale.scale, term.element);
    return terms;
  }
  Terms through(const node::Conv1d& conv, const Node& node, Terms terms) const {
    return through_window(
        geometry_of(node, conv), [&](std::size_t i) { return conv.weight.data[i]; }, terms);
  }
  Terms through(const node::Conv2d& conv, const Node& node, Terms terms) const {
    return through_window(
        geometry_of(node, conv), [&](std::size_t i) { return conv.weight.data[i]; }, terms);
  }
  Terms through(const node::Pool2d& pool, const Node& node, Terms terms) const {
    // An average counts the padding, as PyTorch's default does.
    const double area = static_cast<double>(pool.kernel[0] * pool.kernel[1]);
    const double weight = pool.kind == node::PoolKind::Average ? 1.0 / area : 1.0;
    return through_window(
        geometry_of(node, pool), [&](std::size_t) { return weight; }, terms);
  }
  Terms through(const node::Flatten&, const Node&, Terms terms) const { return terms; }
  Terms through(const node::Delay& delay, const Node& node, Terms terms) const {
    for (Term& term : terms)
      term.delay += steps_of(element_of(delay.delay, term.element), dt_, graph_, node);
    merge(terms);
    return terms;
  }
  Terms through(const node::Threshold&, const Node& node, Terms) const {
    refuse(graph_, node, "is a Threshold node, which integer engines do not support");
  }
  template <typename Other>
  Terms through(const Other&, const Node& node, Terms) const {
    refuse(graph_, node, "cannot lie between two populations");
  }

  const Graph& graph_;
  Seconds dt_;
};

// ---- chains ----------------------------------------------------------------------------------

// Steps of a Delay node whose elements all have the same delay.
std::optional<std::uint32_t> uniform_delay(const Node& node, const Graph& graph, Seconds dt) {
  const auto* delay = std::get_if<node::Delay>(&node.primitive);
  if (delay == nullptr || delay->delay.data.empty()) return std::nullopt;
  const std::vector<double>& values = delay->delay.data;
  if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end())
    return std::nullopt;
  return steps_of(values.front(), dt, graph, node);
}

// The place of refusals that concern a whole chain.
struct ChainSite {
  const std::string& origin;
  const std::string& name;

  void check_delay(std::uint64_t steps) const {
    if (steps > kLongestLoweredDelay)
      throw InputError(origin,
                       name,
                       "has a delay of " + std::to_string(steps) + " steps, allowed are " +
                           std::to_string(kLongestLoweredDelay));
  }
  void check_size(std::uint64_t synapses) const {
    if (synapses > kMostFoldedSynapses)
      throw InputError(origin,
                       name,
                       "folds into more than " + std::to_string(kMostFoldedSynapses) + " synapses");
  }
};

RealSparse rows_of(const std::vector<const Node*>& nodes,
                   std::size_t sources,
                   std::uint32_t delay,
                   const Passage& passage,
                   const ChainSite& site) {
  RealSparse rows;
  rows.row.push_back(0);
  for (std::uint32_t source = 0; source < sources; ++source) {
    Terms terms{{delay, source, 1.0}};
    for (const Node* node : nodes) terms = passage.send(*node, std::move(terms));
    for (const Term& term : terms) {
      site.check_delay(term.delay);
      rows.target.push_back(term.element);
      rows.weight.push_back(term.value);
      rows.delay.push_back(static_cast<std::uint8_t>(term.delay));
    }
    rows.row.push_back(rows.target.size());
    site.check_size(rows.target.size());
  }
  return rows;
}

// The weight of a lone matrix; several side by side become rows.
const Tensor* matrix_of(const Primitive& primitive) {
  const auto* affine = std::get_if<node::Affine>(&primitive);
  const auto* linear = std::get_if<node::Linear>(&primitive);
  const Tensor* weight = affine ? &affine->weight : linear ? &linear->weight : nullptr;
  return weight != nullptr && matrix_extents(*weight).matrices == 1 ? weight : nullptr;
}

RealDense dense_of(const Tensor& weight) {
  const MatrixExtents extents = matrix_extents(weight);
  return {narrow(extents.inputs), narrow(extents.outputs), weight.data};
}

RealConnectivity connectivity_of(const std::vector<const Node*>& nodes,
                                 std::size_t sources,
                                 std::uint32_t delay,
                                 const Passage& passage,
                                 const ChainSite& site) {
  if (nodes.size() == 1) {
    const Node& node = *nodes.front();
    if (const Tensor* weight = matrix_of(node.primitive)) return dense_of(*weight);
    if (const auto* conv = std::get_if<node::Conv1d>(&node.primitive))
      return RealConv{geometry_of(node, *conv), conv->weight.data};
    if (const auto* conv = std::get_if<node::Conv2d>(&node.primitive))
      return RealConv{geometry_of(node, *conv), conv->weight.data};
  }
  return rows_of(nodes, sources, delay, passage, site);
}

const Tensor& bias_of(const Primitive& primitive) {
  if (const auto* affine = std::get_if<node::Affine>(&primitive)) return affine->bias;
  if (const auto* conv = std::get_if<node::Conv1d>(&primitive)) return conv->bias;
  return std::get<node::Conv2d>(primitive).bias;
}

}  // namespace

FoldedChain fold_chain(const Chain& chain,
                       const Graph& graph,
                       const PopulationTable& populations,
                       const Semantics& semantics,
                       Seconds dt) {
  FoldedChain folded{chain.source, chain.target, name_of(chain, graph, populations), {}, 0};
  std::uint64_t delay = semantics.synaptic_delay_steps +
                        std::uint64_t{chain.feedback_edges} * semantics.recurrent_delay_steps;
  std::vector<const Node*> nodes;
  for (const NodeId id : chain.nodes) {
    const Node& node = graph.nodes[id];
    if (std::holds_alternative<node::Flatten>(node.primitive)) continue;
    if (const auto steps = uniform_delay(node, graph, dt))
      delay += *steps;
    else
      nodes.push_back(&node);
  }
  const ChainSite site{graph.origin, folded.name};
  site.check_delay(delay);
  folded.delay = static_cast<std::uint32_t>(delay);
  folded.map = connectivity_of(
      nodes, populations[chain.source].size(), folded.delay, Passage(graph, dt), site);
  return folded;
}

std::vector<double> fold_bias(const BiasChain& chain, const Graph& graph, std::size_t targets) {
  const Node& first = graph.nodes[chain.nodes.front()];
  const Tensor& bias = bias_of(first.primitive);
  const std::size_t outputs = volume_of(first.output_shape);
  const std::size_t per_bias = bias.data.empty() ? 1 : outputs / bias.data.size();
  std::vector<double> values(outputs);
  for (std::size_t i = 0; i < outputs && !bias.data.empty(); ++i)
    values[i] = bias.data[i / per_bias];
  Terms terms;
  append(values, 0, terms);
  for (std::size_t i = 1; i < chain.nodes.size(); ++i) {
    const Node& node = graph.nodes[chain.nodes[i]];
    // A constant is the same however late.
    if (std::holds_alternative<node::Delay>(node.primitive)) continue;
    terms = Passage(graph, Seconds(1.0)).send(node, std::move(terms));
  }
  std::vector<double> result(targets);
  for (const Term& term : terms) result[term.element] += term.value;
  return result;
}

void expand(FoldedChain& chain, const std::string& origin) {
  const RealConv conv = std::get<RealConv>(std::move(chain.map));
  const ChainSite site{origin, chain.name};
  const auto [channels, height, width] = conv.geometry.source_shape;
  RealSparse rows;
  rows.row.push_back(0);
  for (std::uint32_t source = 0; source < channels * height * width; ++source) {
    for_each_tap(conv.geometry, source, [&](std::uint32_t target, std::size_t index) {
      if (conv.weight[index] == 0.0) return;
      rows.target.push_back(target);
      rows.weight.push_back(conv.weight[index]);
    });
    rows.row.push_back(rows.target.size());
    site.check_size(rows.target.size());
  }
  rows.delay.assign(rows.target.size(), static_cast<std::uint8_t>(chain.delay));
  chain.map = std::move(rows);
}

}  // namespace spikeloom
