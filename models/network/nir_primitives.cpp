#include "models/network/nir_primitives.hpp"

#include <functional>
#include <map>

#include "models/base/json_reader.hpp"
#include "models/base/text.hpp"
#include "models/network/neuron_fields.hpp"
#include "models/network/nir_fields.hpp"

namespace spikeloom {
namespace {

// ---- reading ---------------------------------------------------------------------------------

/// NIR's words for padding; any other text is refused.
node::PaddingRule read_padding_rule(NirFields& fields) {
  if (!fields.is_text("padding")) return node::PaddingRule::Explicit;
  const std::string word = fields.text("padding");
  if (word == "same") return node::PaddingRule::Same;
  if (word == "valid") return node::PaddingRule::Valid;
  fields.fail("padding", "is '" + word + "', allowed are numbers, 'same' and 'valid'");
}

Primitive read_input(NirFields& fields) { return node::Input{fields.extents("shape")}; }
Primitive read_output(NirFields& fields) { return node::Output{fields.extents("shape")}; }
Primitive read_affine(NirFields& fields) {
  return node::Affine{fields.matrix("weight"), fields.tensor("bias")};
}
Primitive read_linear(NirFields& fields) { return node::Linear{fields.matrix("weight")}; }
Primitive read_scale(NirFields& fields) { return node::Scale{fields.tensor("scale")}; }

Primitive read_conv1d(NirFields& fields) {
  node::Conv1d conv;
  if (fields.has_value("input_shape")) conv.input_extent = fields.window("input_shape", 1);
  conv.weight = fields.tensor("weight");
  conv.stride = fields.window("stride", 1);
  conv.padding_rule = read_padding_rule(fields);
  if (conv.padding_rule == node::PaddingRule::Explicit) conv.padding = fields.window("padding", 0);
  conv.dilation = fields.window("dilation", 1);
  conv.groups = fields.window("groups", 1);
  conv.bias = fields.tensor("bias");
  return conv;
}

Primitive read_conv2d(NirFields& fields) {
  node::Conv2d conv;
  if (fields.has_value("input_shape")) conv.input_extent = fields.pair("input_shape", 1);
  conv.weight = fields.tensor("weight");
  conv.stride = fields.pair("stride", 1);
  conv.padding_rule = read_padding_rule(fields);
  if (conv.padding_rule == node::PaddingRule::Explicit) conv.padding = fields.pair("padding", 0);
  conv.dilation = fields.pair("dilation", 1);
  conv.groups = fields.window("groups", 1);
  conv.bias = fields.tensor("bias");
  return conv;
}

Primitive read_pool(NirFields& fields, node::PoolKind kind) {
  return node::Pool2d{
      kind, fields.pair("kernel_size", 1), fields.pair("stride", 1), fields.pair("padding", 0)};
}
Primitive read_sum_pool(NirFields& fields) { return read_pool(fields, node::PoolKind::Sum); }
Primitive read_average_pool(NirFields& fields) {
  return read_pool(fields, node::PoolKind::Average);
}

Primitive read_flatten(NirFields& fields) {
  constexpr std::int64_t kMaxDim = 8;
  node::Flatten flatten;
  if (fields.has_value("input_type/input"))  // a dictionary, as NIR has it in memory
    flatten.input_shape = fields.extents("input_type/input");
  else if (fields.has_value("input_type"))
    flatten.input_shape = fields.extents("input_type");
  if (fields.has("start_dim")) flatten.start_dim = fields.integer("start_dim", -kMaxDim, kMaxDim);
  if (fields.has("end_dim")) flatten.end_dim = fields.integer("end_dim", -kMaxDim, kMaxDim);
  return flatten;
}

Primitive read_delay(NirFields& fields) {
  node::Delay delay{fields.tensor("delay")};
  for (const double seconds : delay.delay.data)
    if (seconds < 0) fields.fail("delay", "holds a negative delay");
  return delay;
}
Primitive read_threshold(NirFields& fields) { return node::Threshold{fields.tensor("threshold")}; }

template <node::NeuronKind kind>
Primitive read_neuron(NirFields& fields) {
  node::Neuron neuron{kind, {}, {}, {}, {}, {}, {}, {}, {}};
  for (const NeuronField& field : neuron_fields(kind)) {
    Tensor& tensor = neuron.*field.member;
    if (field.is_time_constant)
      tensor = fields.positive_tensor(field.name);
    else
      tensor =
          field.absent ? fields.tensor_or(field.name, *field.absent) : fields.tensor(field.name);
  }
  return neuron;
}

using ReadPrimitive = Primitive (*)(NirFields&);
const std::map<std::string, ReadPrimitive>& readers() {
  using enum node::NeuronKind;
  static const std::map<std::string, ReadPrimitive> kReaders{{"Affine", read_affine},
                                                             {"AvgPool2d", read_average_pool},
                                                             {"Conv1d", read_conv1d},
                                                             {"Conv2d", read_conv2d},
                                                             {"CubaLI", read_neuron<CubaLI>},
                                                             {"CubaLIF", read_neuron<CubaLIF>},
                                                             {"Delay", read_delay},
                                                             {"Flatten", read_flatten},
                                                             {"I", read_neuron<I>},
                                                             {"IF", read_neuron<IF>},
                                                             {"Input", read_input},
                                                             {"LI", read_neuron<LI>},
                                                             {"LIF", read_neuron<LIF>},
                                                             {"Linear", read_linear},
                                                             {"Output", read_output},
                                                             {"Scale", read_scale},
                                                             {"SumPool2d", read_sum_pool},
                                                             {"Threshold", read_threshold}};
  return kReaders;
}

[[noreturn]] void refuse_type(NirFields& fields, const std::string& type) {
  std::vector<std::string> known;
  for (const auto& [name, reader] : readers()) known.push_back(name);
  const std::string nearest = nearest_word(type, known);
  const std::string hint = nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
  fields.fail(
      "type",
      "unknown primitive '" + type + "'" + hint + " (known are " + comma_separated(known) + ")");
}

// ---- counting --------------------------------------------------------------------------------

std::size_t count(const node::Affine& affine) {
  return affine.weight.data.size() + affine.bias.data.size();
}
std::size_t count(const node::Linear& linear) { return linear.weight.data.size(); }
std::size_t count(const node::Scale& scale) { return scale.scale.data.size(); }
std::size_t count(const node::Conv1d& conv) {
  return conv.weight.data.size() + conv.bias.data.size();
}
std::size_t count(const node::Conv2d& conv) {
  return conv.weight.data.size() + conv.bias.data.size();
}
std::size_t count(const node::Delay& delay) { return delay.delay.data.size(); }
std::size_t count(const node::Threshold& threshold) { return threshold.threshold.data.size(); }
std::size_t count(const node::Neuron& neuron) {
  std::size_t sum = 0;
  for (const NeuronField& field : neuron_fields(neuron.kind))
    sum += (neuron.*field.member).data.size();
  return sum;
}
template <typename WithoutTensors>
std::size_t count(const WithoutTensors&) {
  return 0;
}

// ---- writing ---------------------------------------------------------------------------------

/// Writes the fields of one node group.
class FieldWriter {
 public:
  FieldWriter(Hdf5Writer& file, const std::string& group) : file_(file), group_(group) {}

  void type(const std::string& name) { file_.write_string(group_ + "/type", name); }
  void tensor(const std::string& field, const Tensor& tensor) {
    file_.write<double>(group_ + "/" + field, tensor.shape, tensor.data);
  }
  void integer(const std::string& field, std::int64_t value) {
    file_.write_scalar<std::int64_t>(group_ + "/" + field, value);
  }
  template <typename Numbers>
  void integers(const std::string& field, const Numbers& numbers) {
    const std::vector<std::int64_t> values(numbers.begin(), numbers.end());
    file_.write<std::int64_t>(group_ + "/" + field, {values.size()}, values);
  }
  /// True if the rule is one of NIR's words, which is then written.
  bool padding_word(node::PaddingRule rule) {
    if (rule == node::PaddingRule::Explicit) return false;
    file_.write_string(group_ + "/padding", rule == node::PaddingRule::Same ? "same" : "valid");
    return true;
  }

 private:
  Hdf5Writer& file_;
  const std::string& group_;
};

void write(FieldWriter& out, const node::Input& input) {
  out.type("Input");
  out.integers("shape", input.shape);
}
void write(FieldWriter& out, const node::Output& output) {
  out.type("Output");
  out.integers("shape", output.shape);
}
void write(FieldWriter& out, const node::Affine& affine) {
  out.type("Affine");
  out.tensor("weight", affine.weight);
  out.tensor("bias", affine.bias);
}
void write(FieldWriter& out, const node::Linear& linear) {
  out.type("Linear");
  out.tensor("weight", linear.weight);
}
void write(FieldWriter& out, const node::Scale& scale) {
  out.type("Scale");
  out.tensor("scale", scale.scale);
}

std::int64_t signed_of(std::size_t value) { return static_cast<std::int64_t>(value); }

void write(FieldWriter& out, const node::Conv1d& conv) {
  out.type("Conv1d");
  if (conv.input_extent) out.integer("input_shape", signed_of(*conv.input_extent));
  out.tensor("weight", conv.weight);
  out.integer("stride", signed_of(conv.stride));
  if (!out.padding_word(conv.padding_rule)) out.integer("padding", signed_of(conv.padding));
  out.integer("dilation", signed_of(conv.dilation));
  out.integer("groups", signed_of(conv.groups));
  out.tensor("bias", conv.bias);
}
void write(FieldWriter& out, const node::Conv2d& conv) {
  out.type("Conv2d");
  if (conv.input_extent) out.integers("input_shape", *conv.input_extent);
  out.tensor("weight", conv.weight);
  out.integers("stride", conv.stride);
  if (!out.padding_word(conv.padding_rule)) out.integers("padding", conv.padding);
  out.integers("dilation", conv.dilation);
  out.integer("groups", signed_of(conv.groups));
  out.tensor("bias", conv.bias);
}
void write(FieldWriter& out, const node::Pool2d& pool) {
  out.type(pool.kind == node::PoolKind::Sum ? "SumPool2d" : "AvgPool2d");
  out.integers("kernel_size", pool.kernel);
  out.integers("stride", pool.stride);
  out.integers("padding", pool.padding);
}
void write(FieldWriter& out, const node::Flatten& flatten) {
  out.type("Flatten");
  if (!flatten.input_shape.empty()) out.integers("input_type", flatten.input_shape);
  out.integer("start_dim", flatten.start_dim);
  out.integer("end_dim", flatten.end_dim);
}
void write(FieldWriter& out, const node::Delay& delay) {
  out.type("Delay");
  out.tensor("delay", delay.delay);
}
void write(FieldWriter& out, const node::Threshold& threshold) {
  out.type("Threshold");
  out.tensor("threshold", threshold.threshold);
}
void write(FieldWriter& out, const node::Neuron& neuron) {
  out.type(name_of(neuron.kind));
  for (const NeuronField& field : neuron_fields(neuron.kind))
    out.tensor(field.name, neuron.*field.member);
}

}  // namespace

Primitive read_primitive(const Hdf5Reader& file, const std::string& path) {
  NirFields fields(file, path);
  const std::string type = fields.text("type");
  const auto reader = readers().find(type);
  if (reader == readers().end()) refuse_type(fields, type);
  Primitive primitive = reader->second(fields);
  fields.finish();
  return primitive;
}

std::size_t parameter_count(const Primitive& primitive) {
  return std::visit([](const auto& alternative) { return count(alternative); }, primitive);
}

void write_primitive(Hdf5Writer& file, const std::string& path, const Primitive& primitive) {
  FieldWriter out(file, path);
  std::visit([&](const auto& alternative) { write(out, alternative); }, primitive);
}

}  // namespace spikeloom
