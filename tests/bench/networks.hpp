#pragma once
// The networks that benchmarks run.

#include "models/chip/chip.hpp"
#include "models/lowering/random_network.hpp"
#include "models/network/recording.hpp"

namespace spikeloom::bench {

constexpr std::uint32_t kFanOut = 100;

/// Recurrent, random, 100 synapses a neuron, written out as rows; neurons fire at about 20 Hz in
/// steps of 1 ms.
inline LoweredNetwork network_of(std::uint32_t neurons, std::uint32_t longest_delay = 15) {
  RandomNetworkSpec spec;
  spec.neurons = neurons;
  spec.fan_out = kFanOut;
  spec.delay_max = longest_delay;
  spec.rate_hz = 24.0;
  LoweredNetwork network = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{1});
  for (Projection& projection : network.projections)
    projection.connectivity = rows_of(projection.connectivity, neurons);
  return network;
}

/// A square mesh with a core for every 256 neurons, and room to spare.
inline Chip mesh_of(std::uint32_t neurons) {
  Chip chip;
  chip.name = "benchmark mesh";
  while (chip.topology.width * chip.topology.width * 256 < neurons) ++chip.topology.width;
  chip.topology.height = chip.topology.width;
  chip.core.neurons = 320;
  chip.core.rows = 4 * neurons;
  chip.core.axon_entries = 8 * chip.topology.width * chip.topology.width;
  chip.core.synaptic_words = 65536;
  return chip;
}

/// Layers after each other, out of an input; weights are drawn, leaks are an eighth a step.
class LayerStack {
 public:
  explicit LayerStack(std::array<std::uint32_t, 3> input)
      : weight_(Seed{1}, "bench.weight"), shape_(input) {
    add_population(true, 0);
  }

  /// `kernel` is square, the padding half of it.
  void add_convolution(std::uint32_t channels,
                       std::uint32_t kernel,
                       std::uint32_t stride,
                       std::uint32_t threshold) {
    ConvConnectivity conv;
    conv.source_shape = shape_;
    conv.kernel = {kernel, kernel};
    conv.stride = {stride, stride};
    conv.padding = {kernel / 2, kernel / 2};
    conv.dilation = {1, 1};
    conv.weight = draw(std::size_t{channels} * shape_[0] * kernel * kernel);
    shape_ = {channels, (shape_[1] - 1) / stride + 1, (shape_[2] - 1) / stride + 1};
    conv.target_shape = shape_;
    connect(std::move(conv), threshold);
  }

  void add_dense(std::uint32_t targets, std::uint32_t threshold) {
    const std::uint32_t sources = shape_[0] * shape_[1] * shape_[2];
    shape_ = {targets, 1, 1};
    connect(DenseConnectivity{sources, targets, draw(std::size_t{sources} * targets), 1},
            threshold);
  }

  const LoweredNetwork& network() const { return network_; }

 private:
  std::vector<std::int16_t> draw(std::size_t count) const {
    std::vector<std::int16_t> weights(count);
    for (std::size_t i = 0; i < count; ++i)
      weights[i] = static_cast<std::int16_t>(
          static_cast<std::int32_t>(weight_.below(201, static_cast<std::uint32_t>(i), stage_)) -
          90);
    return weights;
  }

  void add_population(bool is_input, std::uint32_t threshold) {
    LoweredPopulation population;
    population.name = "layer" + std::to_string(stage_++);
    population.size = shape_[0] * shape_[1] * shape_[2];
    population.is_input = is_input;
    NeuronProfile profile;
    profile.decay_u = network_.arithmetic.no_memory();
    profile.decay_v = network_.arithmetic.no_memory() / 8;
    profile.threshold = threshold;
    if (!is_input) population.profiles = {profile};
    network_.populations.push_back(std::move(population));
  }

  void connect(Connectivity connectivity, std::uint32_t threshold) {
    add_population(false, threshold);
    const PopulationId source{stage_ - 2}, target{stage_ - 1};
    network_.projections.push_back({source, target, "", std::move(connectivity), 0});
  }

  RandomStream weight_;
  std::array<std::uint32_t, 3> shape_;
  std::uint32_t stage_ = 0;
  LoweredNetwork network_;
};

/// The layers of a network for event recordings of N-MNIST's size.
inline LoweredNetwork convolutional_network() {
  LayerStack stack({2, 34, 34});
  stack.add_convolution(16, 5, 2, 400);
  stack.add_convolution(32, 3, 2, 1200);
  stack.add_convolution(32, 3, 1, 1200);
  stack.add_dense(256, 1500);
  stack.add_dense(10, 800);
  return stack.network();
}

/// 12 million weights, more than caches hold.
inline LoweredNetwork dense_network() {
  LayerStack stack({1024, 1, 1});
  stack.add_dense(4096, 1500);
  stack.add_dense(2048, 3000);
  return stack.network();
}

/// Of every input element, one event in `rarity` steps, at drawn times.
inline Sample drawn_sample(const LoweredNetwork& network,
                           std::uint32_t number,
                           std::uint32_t steps,
                           std::uint32_t rarity) {
  const RandomStream events(Seed{number}, "bench.events");
  const LoweredPopulation& input = network.populations[PopulationId{0}];
  Sample sample;
  for (std::uint32_t step = 0; step < steps; ++step)
    for (std::uint32_t index = 0; index < input.size; ++index)
      if (events.below(rarity, index, step) == 0) sample.events.push_back({step, index, 1.0});
  return sample;
}

}  // namespace spikeloom::bench
