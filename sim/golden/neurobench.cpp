#include "sim/golden/neurobench.hpp"

#include <algorithm>

namespace spikeloom {
namespace {

std::uint64_t zeros_in(const std::vector<double>& values) {
  return static_cast<std::uint64_t>(std::count(values.begin(), values.end(), 0.0));
}

// Values that NIR stores per neuron of a kind, as far as they describe it.
std::uint64_t constants_of(node::NeuronKind kind) {
  return 1 + (leaks(kind) ? 2 : 0) + (spikes(kind) ? 2 : 0) + (has_synapse(kind) ? 2 : 0);
}

// Counts values; their width comes later.
struct GraphValues {
  ModelSize size;
  std::uint64_t buffers = 0;

  void weight(const Tensor& tensor) {
    size.parameters += tensor.data.size();
    size.weights += tensor.data.size();
    size.zero_weights += zeros_in(tensor.data);
  }
  void other(const Tensor& tensor) { size.parameters += tensor.data.size(); }

  void operator()(const node::Affine& affine) { weight(affine.weight), other(affine.bias); }
  void operator()(const node::Linear& linear) { weight(linear.weight); }
  void operator()(const node::Conv1d& conv) { weight(conv.weight), other(conv.bias); }
  void operator()(const node::Conv2d& conv) { weight(conv.weight), other(conv.bias); }
  void operator()(const node::Scale& scale) { other(scale.scale); }
  void operator()(const node::Delay& delay) { buffers += delay.delay.data.size(); }
  void operator()(const node::Threshold& node) { buffers += node.threshold.data.size(); }
  void operator()(const node::Neuron& neuron) {
    const std::uint64_t state = has_synapse(neuron.kind) ? 2 : 1;
    buffers += volume_of(neuron.shape) * (constants_of(neuron.kind) + state);
  }
  template <typename Primitive>
  void operator()(const Primitive&) {}
};

struct WeightCount {
  std::uint64_t weights, zeros;
};
WeightCount weights_of(const DrawnConnectivity& drawn) {
  return {std::uint64_t{drawn.grid.neurons()} * drawn.fan_out, 0};
}
WeightCount weights_of(const auto& form) {
  const auto zeros = std::count(form.weight.begin(), form.weight.end(), std::int16_t{0});
  return {form.weight.size(), static_cast<std::uint64_t>(zeros)};
}

std::uint64_t profile_bits(const Arithmetic& arithmetic) {
  constexpr std::uint64_t kRefractoryBits = 6;
  const std::uint64_t decay = arithmetic.decay_bits + 1;
  return 2 * decay + arithmetic.threshold_bits + 2 * arithmetic.v_bits + kRefractoryBits;
}

// Pairs of a source neuron and a weight that it meets, zeros included.
std::uint64_t dense_synapses(const DenseConnectivity& dense) { return dense.weight.size(); }
std::uint64_t dense_synapses(const SparseConnectivity& sparse) { return sparse.weight.size(); }
std::uint64_t dense_synapses(const DrawnConnectivity& drawn) { return weights_of(drawn).weights; }
std::uint64_t dense_synapses(ConvConnectivity conv) {
  std::fill(conv.weight.begin(), conv.weight.end(), std::int16_t{1});
  const auto [channels, height, width] = conv.source_shape;
  return count_synapses(Connectivity(std::move(conv)), channels * height * width);
}

ConnectionMeter meter_of(const LoweredNetwork& network, PopulationId source) {
  std::vector<std::uint32_t> fan_out(network.populations[source].size);
  std::uint64_t dense = 0;
  for (const Projection& projection : network.projections) {
    if (projection.source != source) continue;
    dense +=
        std::visit([](const auto& form) { return dense_synapses(form); }, projection.connectivity);
    for (std::uint32_t n = 0; n < fan_out.size(); ++n)
      fan_out[n] += fan_out_of(projection.connectivity, n);
  }
  return {std::move(fan_out), dense};
}

struct Widths {
  std::uint64_t weight, bias, neuron, profile;
};

Widths widths_of(const LoweredNetwork& network, std::uint32_t weight_bits) {
  // SpiNNaker's program keeps weights in 16 bits, and V, two currents and twelve constants in
  // words.
  if (network.is_spinnaker) return {16, 32, std::uint64_t{3} * 32, std::uint64_t{12} * 32};
  const Arithmetic& arithmetic = network.arithmetic;
  return {weight_bits,
          std::uint64_t{arithmetic.bias_mantissa_bits} + arithmetic.bias_exponent_bits,
          std::uint64_t{arithmetic.u_bits} + arithmetic.v_bits,
          profile_bits(arithmetic)};
}

}  // namespace

double ModelSize::connection_sparsity() const {
  return weights == 0 ? 0.0 : static_cast<double>(zero_weights) / static_cast<double>(weights);
}

ModelSize size_of(const Graph& graph, FloatWidth width) {
  GraphValues values;
  for (const Node& node : graph.nodes) std::visit(values, node.primitive);
  const std::uint64_t bits = width == FloatWidth::Single ? 32 : 64;
  values.size.parameter_bits = values.size.parameters * bits;
  values.size.buffer_bits = values.buffers * bits;
  return values.size;
}

ModelSize size_of(const LoweredNetwork& network, std::uint32_t weight_bits) {
  const Widths bits = widths_of(network, weight_bits);
  ModelSize size;
  for (const Projection& projection : network.projections) {
    const WeightCount count =
        std::visit([](const auto& form) { return weights_of(form); }, projection.connectivity);
    size.weights += count.weights;
    size.zero_weights += count.zeros;
  }
  std::uint64_t biases = 0;
  for (const LoweredPopulation& population : network.populations) {
    if (population.is_input) continue;
    biases += population.bias.size();
    size.buffer_bits += population.size * bits.neuron + population.profiles.size() * bits.profile;
  }
  size.parameters = size.weights + biases;
  size.parameter_bits = size.weights * bits.weight + biases * bits.bias;
  return size;
}

OperationCounts& OperationCounts::operator+=(const OperationCounts& other) {
  dense += other.dense;
  effective_macs += other.effective_macs;
  effective_acs += other.effective_acs;
  return *this;
}

void ConnectionMeter::end_step() {
  counts_.dense += dense_;
  (binary_ ? counts_.effective_acs : counts_.effective_macs) += reached_;
  reached_ = 0;
  binary_ = true;
}

NetworkMeter::NetworkMeter(const LoweredNetwork& network) {
  for (const PopulationId id : ids_of(network.populations))
    meters_.push_back(meter_of(network, id));
}

void NetworkMeter::add(const SampleTrace& trace, std::uint32_t steps) {
  IdVector<PopulationId, std::uint32_t> active(meters_.size());
  for (std::size_t i = 0; i < trace.spikes.size(); ++i) {
    const Spike& spike = trace.spikes[i];
    ConnectionMeter& meter = meters_[spike.population];
    meter.add(spike.neuron, spike.value);
    const bool is_last = i + 1 == trace.spikes.size() || trace.spikes[i + 1].step != spike.step ||
                         trace.spikes[i + 1].population != spike.population;
    if (!is_last) continue;
    meter.end_step();
    ++active[spike.population];
  }
  for (const PopulationId id : ids_of(meters_)) meters_[id].add_idle_steps(steps - active[id]);
}

OperationCounts NetworkMeter::counts() const {
  OperationCounts sum;
  for (const ConnectionMeter& meter : meters_) sum += meter.counts();
  return sum;
}

}  // namespace spikeloom
