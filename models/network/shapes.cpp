#include "models/network/shapes.hpp"

#include <algorithm>
#include <deque>

#include "models/base/error.hpp"
#include "models/network/leading_extents.hpp"
#include "models/network/neuron_fields.hpp"

namespace spikeloom {
namespace {

/// A node under inspection; the place of its errors.
struct Site {
  const std::string& origin;
  const std::string& name;

  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(origin, nir_path_of(name), sentence);
  }
  [[noreturn]] void fail(const char* field, const std::string& sentence) const {
    throw InputError(origin, nir_path_of(name) + "/" + field, sentence);
  }
};

void require_rank(const Tensor& tensor, std::size_t rank, const Site& site, const char* expected) {
  if (tensor.shape.size() != rank)
    site.fail("weight", "has shape " + to_string(tensor.shape) + ", expected " + expected);
  if (volume_of(tensor.shape) == 0)
    site.fail("weight", "has shape " + to_string(tensor.shape) + ", which is empty");
}

// ---- broadcasting ----------------------------------------------------------------------------

bool broadcasts(const Shape& from, const Shape& to) {
  if (from.size() > to.size()) return false;
  const std::size_t lead = to.size() - from.size();
  for (std::size_t axis = 0; axis < from.size(); ++axis)
    if (from[axis] != 1 && from[axis] != to[lead + axis]) return false;
  return true;
}

/// Row-major index into `from` of element `index` of `to`.
std::size_t source_index(std::size_t index, const Shape& from, const Shape& to) {
  std::size_t result = 0, stride = 1;
  for (std::size_t axis = from.size(); axis-- > 0;) {
    const std::size_t extent = to[to.size() - from.size() + axis];
    if (from[axis] != 1) result += index % extent * stride;
    stride *= from[axis];
    index /= extent;
  }
  return result;
}

/// A list of as many values as there are channels holds per channel, unless numpy would spread it
/// over the last axis.
void read_as_channels(Tensor& tensor, const Shape& shape) {
  const bool is_list = tensor.shape.size() == 1 && shape.size() > 1;
  if (is_list && tensor.shape[0] == shape[0] && !broadcasts(tensor.shape, shape))
    tensor.shape.resize(shape.size(), 1);
}

/// Repeats a parameter over the shape of its node, as numpy does; equal volumes are reshaped.
void spread(Tensor& tensor, const Shape& shape, const Site& site, const char* field) {
  if (tensor.data.size() != volume_of(tensor.shape)) site.fail(field, "is missing");
  const std::size_t volume = volume_of(shape);
  if (tensor.data.size() == volume) {
    tensor.shape = shape;
    return;
  }
  read_as_channels(tensor, shape);
  if (!broadcasts(tensor.shape, shape))
    site.fail(field,
              "has shape " + to_string(tensor.shape) + ", the node's shape is " + to_string(shape));
  Tensor full{shape, std::vector<double>(volume)};
  for (std::size_t i = 0; i < volume; ++i)
    full.data[i] = tensor.data[source_index(i, tensor.shape, shape)];
  tensor = std::move(full);
}

// ---- what a primitive takes by itself --------------------------------------------------------

/// The extents of a weight before (out, in), and `last` behind them.
Shape with_last(const Shape& weight, std::size_t last) {
  Shape shape(weight.begin(), weight.end() - 2);
  shape.push_back(last);
  return shape;
}

Shape taken(const Tensor& weight, const Site& site) {
  require_rank(weight, std::max<std::size_t>(2, weight.shape.size()), site, "(out, in)");
  return with_last(weight.shape, weight.shape.back());
}

std::optional<Shape> own_input(const node::Input& input, const Site&) { return input.shape; }
std::optional<Shape> own_input(const node::Output& output, const Site&) { return output.shape; }
std::optional<Shape> own_input(const node::Affine& affine, const Site& site) {
  return taken(affine.weight, site);
}
std::optional<Shape> own_input(const node::Linear& linear, const Site& site) {
  return taken(linear.weight, site);
}
std::optional<Shape> own_input(const node::Conv1d& conv, const Site& site) {
  require_rank(conv.weight, 3, site, "(out channels, in channels / groups, length)");
  if (!conv.input_extent) return std::nullopt;
  return Shape{conv.weight.shape[1] * conv.groups, *conv.input_extent};
}
std::optional<Shape> own_input(const node::Conv2d& conv, const Site& site) {
  require_rank(conv.weight, 4, site, "(out channels, in channels / groups, height, width)");
  if (!conv.input_extent) return std::nullopt;
  return Shape{
      conv.weight.shape[1] * conv.groups, (*conv.input_extent)[0], (*conv.input_extent)[1]};
}
std::optional<Shape> own_input(const node::Flatten& flatten, const Site&) {
  if (flatten.input_shape.empty()) return std::nullopt;
  return flatten.input_shape;
}
template <typename Elementwise>
std::optional<Shape> own_input(const Elementwise&, const Site&) {
  return std::nullopt;
}

// ---- what a primitive gives for its input ----------------------------------------------------

/// One value per output, or one for all.
void spread_bias(Tensor& bias, std::size_t outputs, const Site& site) {
  if (bias.data.size() != 1 && bias.data.size() != outputs)
    site.fail("bias",
              "has shape " + to_string(bias.shape) + ", expected " + to_string(Shape{outputs}));
  spread(bias, {outputs}, site, "bias");
}

Shape give(node::Input& input, const Shape&, const Site&) { return input.shape; }
Shape give(node::Output&, const Shape& taken, const Site&) { return taken; }
Shape given(const Tensor& weight) {
  return with_last(weight.shape, weight.shape[weight.shape.size() - 2]);
}
Shape give(node::Affine& affine, const Shape&, const Site& site) {
  Shape outputs = given(affine.weight);
  if (outputs.size() == 1)
    spread_bias(affine.bias, outputs[0], site);
  else
    spread(affine.bias, outputs, site, "bias");
  return outputs;
}
Shape give(node::Linear& linear, const Shape&, const Site&) { return given(linear.weight); }

/// One axis of a sliding window.
struct Window {
  std::size_t kernel, stride, padding, dilation;
};

std::size_t slide(std::size_t extent, const Window& window, const Site& site) {
  if (window.kernel == 0 || window.stride == 0 || window.dilation == 0)
    site.fail("kernel, stride and dilation must be 1 or more");
  const std::size_t reach = window.dilation * (window.kernel - 1) + 1;
  const std::size_t padded = extent + 2 * window.padding;
  if (padded < reach)
    site.fail("its kernel reaches over " + std::to_string(reach) + " elements, but the input has " +
              std::to_string(padded) + " with padding");
  return (padded - reach) / window.stride + 1;
}

std::size_t convolve(std::size_t extent, Window window, node::PaddingRule rule, const Site& site) {
  if (rule == node::PaddingRule::Same) {
    if (window.stride != 1) site.fail("padding 'same' needs stride 1");
    return extent;
  }
  if (rule == node::PaddingRule::Valid) window.padding = 0;
  return slide(extent, window, site);
}

void require_groups(std::size_t out_channels, std::size_t groups, const Site& site) {
  if (groups == 0 || out_channels % groups != 0)
    site.fail("groups",
              "is " + std::to_string(groups) + ", which does not divide the " +
                  std::to_string(out_channels) + " output channels");
}

void require_image(const Shape& taken, const Shape& expected, const char* words, const Site& site) {
  const bool channels_fit = taken.size() == expected.size() && taken[0] == expected[0];
  if (!channels_fit)
    site.fail("takes " + std::string(words) + " with " + std::to_string(expected[0]) +
              " channels, but is given " + to_string(taken));
}

Shape give(node::Conv1d& conv, const Shape& taken, const Site& site) {
  const Shape& weight = conv.weight.shape;
  require_groups(weight[0], conv.groups, site);
  spread_bias(conv.bias, weight[0], site);
  require_image(taken, {weight[1] * conv.groups, 0}, "(channels, length)", site);
  conv.input_extent = taken[1];
  const Window window{weight[2], conv.stride, conv.padding, conv.dilation};
  return {weight[0], convolve(taken[1], window, conv.padding_rule, site)};
}

Shape give(node::Conv2d& conv, const Shape& taken, const Site& site) {
  const Shape& weight = conv.weight.shape;
  require_groups(weight[0], conv.groups, site);
  spread_bias(conv.bias, weight[0], site);
  require_image(taken, {weight[1] * conv.groups, 0, 0}, "(channels, height, width)", site);
  conv.input_extent = {taken[1], taken[2]};
  Shape given{weight[0]};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Window window{
        weight[2 + axis], conv.stride[axis], conv.padding[axis], conv.dilation[axis]};
    given.push_back(convolve(taken[1 + axis], window, conv.padding_rule, site));
  }
  return given;
}

Shape give(node::Pool2d& pool, const Shape& taken, const Site& site) {
  if (taken.size() != 3)
    site.fail("takes (channels, height, width), but is given " + to_string(taken));
  Shape given{taken[0]};
  for (std::size_t axis = 0; axis < 2; ++axis)
    given.push_back(slide(
        taken[1 + axis], {pool.kernel[axis], pool.stride[axis], pool.padding[axis], 1}, site));
  return given;
}

Shape give(node::Flatten& flatten, const Shape& taken, const Site& site) {
  const std::optional<Shape> given = flattened(taken, flatten.start_dim, flatten.end_dim);
  if (!given)
    site.fail("cannot flatten dimensions " + std::to_string(flatten.start_dim) + " to " +
              std::to_string(flatten.end_dim) + " of " + to_string(taken));
  flatten.input_shape = taken;
  return *given;
}

Shape give(node::Scale& scale, const Shape& taken, const Site& site) {
  return spread(scale.scale, taken, site, "scale"), taken;
}
Shape give(node::Delay& delay, const Shape& taken, const Site& site) {
  return spread(delay.delay, taken, site, "delay"), taken;
}
Shape give(node::Threshold& threshold, const Shape& taken, const Site& site) {
  return spread(threshold.threshold, taken, site, "threshold"), taken;
}
Shape give(node::Neuron& neuron, const Shape& taken, const Site& site) {
  for (const NeuronField& field : neuron_fields(neuron.kind))
    spread(neuron.*field.member, taken, site, field.name);
  return neuron.shape = taken;
}

// ---- propagation -----------------------------------------------------------------------------

/// Shape of the element-wise parameters of a node that no edge gives a shape: the largest.
Shape largest_parameter(const Primitive& primitive) {
  Shape largest;
  const auto consider = [&](const Tensor& tensor) {
    if (tensor.shape.size() > largest.size() || volume_of(tensor.shape) > volume_of(largest))
      largest = tensor.shape;
  };
  if (const auto* scale = std::get_if<node::Scale>(&primitive)) consider(scale->scale);
  if (const auto* delay = std::get_if<node::Delay>(&primitive)) consider(delay->delay);
  if (const auto* test = std::get_if<node::Threshold>(&primitive)) consider(test->threshold);
  if (const auto* neuron = std::get_if<node::Neuron>(&primitive))
    for (const NeuronField& field : neuron_fields(neuron->kind)) consider(neuron->*field.member);
  return largest;
}

class Inference {
 public:
  explicit Inference(Graph& graph)
      : graph_(graph), known_(graph.nodes.size(), 0), leaving_(graph.nodes.size()) {
    for (const Edge& edge : graph.edges) leaving_[edge.from].push_back(edge.to);
    for (const NodeId id : ids_of(graph.nodes)) by_name_.push_back(id);
    std::sort(by_name_.begin(), by_name_.end(), [&](NodeId a, NodeId b) {
      return graph.nodes[a].name < graph.nodes[b].name;
    });
  }

  /// What the edges say comes first; nodes that no Input reaches follow with what they say.
  void run() {
    dropped_ = drop_leading_extents(graph_);
    for (const NodeId id : by_name_)
      if (std::holds_alternative<node::Input>(graph_.nodes[id].primitive)) settle_by_itself(id);
    propagate();
    for (const NodeId id : by_name_) settle_if_stated(id);
    for (const NodeId id : by_name_) settle_by_parameters(id);
  }

 private:
  Site site_of(NodeId id) const { return {graph_.origin, graph_.nodes[id].name}; }

  std::optional<Shape> stated_input(NodeId id) const {
    return std::visit([&](const auto& primitive) { return own_input(primitive, site_of(id)); },
                      graph_.nodes[id].primitive);
  }

  void settle_by_itself(NodeId id) { settle(id, *stated_input(id)); }
  void settle_if_stated(NodeId id) {
    if (known_[id]) return;
    if (const std::optional<Shape> stated = stated_input(id)) settle(id, *stated);
    propagate();
  }
  void settle_by_parameters(NodeId id) {
    if (known_[id]) return;
    const Shape shape = largest_parameter(graph_.nodes[id].primitive);
    if (shape.empty()) site_of(id).fail("its shape is unknown: no edge leads to it");
    settle(id, shape);
    propagate();
  }

  void settle(NodeId id, const Shape& taken) {
    Node& node = graph_.nodes[id];
    count(id, taken);
    node.input_shape = taken;
    if (auto* flatten = std::get_if<node::Flatten>(&node.primitive)) drop_batch(*flatten, id);
    node.output_shape = std::visit(
        [&](auto& primitive) { return give(primitive, taken, site_of(id)); }, node.primitive);
    count(id, node.output_shape);
    known_[id] = 1;
    waiting_.push_back(id);
  }

  /// NIR's reference counts no batch dimension; exporters that pass PyTorch's dimensions on do. The
  /// rule of the reference holds unless it contradicts a weight matrix that takes all elements.
  void drop_batch(node::Flatten& flatten, NodeId id) const {
    const Shape& taken = graph_.nodes[id].input_shape;
    const Shape all{volume_of(taken)};
    if (flatten.start_dim < 1 || !feeds_matrix_of(id, all)) return;
    if (flattened(taken, flatten.start_dim, flatten.end_dim) == all) return;
    const std::int64_t end = flatten.end_dim < 0 ? flatten.end_dim : flatten.end_dim - 1;
    if (flattened(taken, flatten.start_dim - 1, end) != all) return;
    flatten.start_dim -= 1;
    flatten.end_dim = end;
  }
  bool feeds_matrix_of(NodeId id, const Shape& all) const {
    const auto& targets = leaving_[id];
    return std::any_of(targets.begin(), targets.end(), [&](NodeId to) {
      const Primitive& primitive = graph_.nodes[to].primitive;
      const bool is_matrix = std::holds_alternative<node::Affine>(primitive) ||
                             std::holds_alternative<node::Linear>(primitive);
      return is_matrix && stated_input(to) == all;
    });
  }

  /// Refuses what would take absurd memory, before it is taken.
  void count(NodeId id, const Shape& shape) {
    std::size_t volume = 1;
    for (const std::size_t extent : shape) {
      if (extent == 0) site_of(id).fail("has the empty shape " + to_string(shape));
      if (extent > kMaxGraphElements / volume) refuse_size(id);
      volume *= extent;
    }
    elements_ += volume;
    if (elements_ > 2 * kMaxGraphElements) refuse_size(id);
  }
  [[noreturn]] void refuse_size(NodeId id) const {
    site_of(id).fail("makes the network larger than " + std::to_string(kMaxGraphElements) +
                     " elements");
  }

  void propagate() {
    while (!waiting_.empty()) {
      const NodeId from = waiting_.front();
      waiting_.pop_front();
      for (const NodeId to : leaving_[from]) join(from, to);
    }
  }

  void join(NodeId from, NodeId to) {
    const Shape given = graph_.nodes[from].output_shape;
    if (std::holds_alternative<node::Input>(graph_.nodes[to].primitive))
      site_of(to).fail("is an Input, but an edge leads to it from '" + graph_.nodes[from].name +
                       "'");
    const std::optional<Shape> stated =
        known_[to] ? graph_.nodes[to].input_shape : stated_input(to);
    if (stated && !alike(*stated, given) && !states_samples(to, *stated, given))
      site_of(to).fail("takes " + to_string(*stated) + ", but '" + graph_.nodes[from].name +
                       "' gives " + to_string(given));
    if (!known_[to]) settle(to, shape_for(to, stated, given));
  }

  /// Whether an Output or a Flatten states the batch and time in front that an Input had.
  bool states_samples(NodeId id, const Shape& stated, const Shape& given) const {
    const Primitive& primitive = graph_.nodes[id].primitive;
    if (!std::holds_alternative<node::Output>(primitive) &&
        !std::holds_alternative<node::Flatten>(primitive))
      return false;
    if (stated.size() <= given.size()) return false;
    const auto lead = stated.end() - static_cast<std::ptrdiff_t>(given.size());
    return std::equal(lead, stated.end(), given.begin()) &&
           std::binary_search(
               dropped_.begin(), dropped_.end(), volume_of(Shape(stated.begin(), lead)));
  }

  /// What a node takes from its first edge.
  Shape shape_for(NodeId id, const std::optional<Shape>& stated, const Shape& given) {
    Primitive& primitive = graph_.nodes[id].primitive;
    if (auto* output = std::get_if<node::Output>(&primitive)) return output->shape = given;
    if (stated && alike(*stated, given)) return *stated;
    const bool is_line = std::holds_alternative<node::Conv1d>(primitive);
    const bool is_image = std::holds_alternative<node::Conv2d>(primitive) ||
                          std::holds_alternative<node::Pool2d>(primitive);
    const std::size_t rank = is_line ? 2 : is_image ? 3 : given.size();
    const std::size_t surplus = given.size() - std::min(rank, given.size());
    const bool droppable = std::all_of(given.begin(),
                                       given.begin() + static_cast<std::ptrdiff_t>(surplus),
                                       [](auto n) { return n == 1; });
    return droppable ? Shape(given.begin() + static_cast<std::ptrdiff_t>(surplus), given.end())
                     : given;
  }

  Graph& graph_;
  IdVector<NodeId, char> known_;
  IdVector<NodeId, std::vector<NodeId>> leaving_;
  std::vector<NodeId> by_name_;
  std::deque<NodeId> waiting_;
  std::vector<std::size_t> dropped_;  ///< volumes of batch and time in front of Inputs
  std::size_t elements_ = 0;          ///< taken and given
};

}  // namespace

std::string nir_path_of(const std::string& node_name) {
  std::string path = "/node/nodes/";
  for (const char c : node_name) path += c == '/' ? std::string("/nodes/") : std::string(1, c);
  return path;
}

std::optional<Shape> flattened(const Shape& shape, std::int64_t start_dim, std::int64_t end_dim) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t first = start_dim < 0 ? start_dim + rank : start_dim;
  const std::int64_t last = end_dim < 0 ? end_dim + rank : end_dim;
  if (first < 0 || first > last || last >= rank) return std::nullopt;
  Shape result(shape.begin(), shape.begin() + first);
  result.push_back(volume_of(Shape(shape.begin() + first, shape.begin() + last + 1)));
  result.insert(result.end(), shape.begin() + last + 1, shape.end());
  return result;
}

void infer_shapes(Graph& graph) { Inference(graph).run(); }

}  // namespace spikeloom
