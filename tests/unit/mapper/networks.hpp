#pragma once
// Small lowered networks and chips for the tests of the mapper.

#include <string>
#include <utility>

#include "models/base/random.hpp"
#include "models/chip/chip.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom::test {

inline Chip make_chip(std::uint32_t width, std::uint32_t height, std::uint32_t neurons) {
  Chip chip;
  chip.name = "test";
  chip.topology.width = width;
  chip.topology.height = height;
  chip.core.neurons = neurons;
  return chip;
}

/// Builds a network population by population; weights are random and never zero.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(std::uint32_t seed) : random_(Seed{seed}, "test.network") {}

  PopulationId input(const std::string& name, Shape shape) {
    const PopulationId id = add(name, std::move(shape));
    network_.populations[id].is_input = true;
    return id;
  }
  PopulationId neurons(const std::string& name, Shape shape) {
    const PopulationId id = add(name, std::move(shape));
    NeuronProfile profile;
    profile.threshold = 100 + static_cast<std::uint32_t>(index_of(id));
    network_.populations[id].profiles = {profile};
    network_.populations[id].v_scale = {1.0};
    network_.populations[id].start = static_cast<std::uint32_t>(index_of(id));
    return id;
  }
  void output(PopulationId id) { network_.populations[id].is_output = true; }

  void dense(PopulationId from, PopulationId to, std::int32_t exponent = 0) {
    DenseConnectivity form{size(from), size(to), {}, 1};
    for (std::size_t i = 0; i < std::size_t{form.sources} * form.targets; ++i)
      form.weight.push_back(weight());
    connect(from, to, std::move(form), exponent);
  }
  void conv(PopulationId from, PopulationId to, std::uint32_t stride) {
    const auto shape3 = [&](PopulationId id) {
      const Shape& s = network_.populations[id].shape;
      return std::array{static_cast<std::uint32_t>(s[0]),
                        static_cast<std::uint32_t>(s[1]),
                        static_cast<std::uint32_t>(s[2])};
    };
    ConvConnectivity form{
        shape3(from), shape3(to), {3, 3}, {stride, stride}, {1, 1}, {1, 1}, 1, {}, 1};
    for (std::size_t i = 0; i < form.target_shape[0] * form.source_shape[0] * std::size_t{9}; ++i)
      form.weight.push_back(weight());
    connect(from, to, std::move(form), 0);
  }
  void sparse(PopulationId from, PopulationId to, std::uint32_t fan_out, std::uint32_t max_delay) {
    SparseConnectivity form;
    form.row.push_back(0);
    for (std::uint32_t source = 0; source < size(from); ++source) {
      for (std::uint32_t i = 0; i < fan_out; ++i) {
        form.target.push_back(draw(size(to)));
        form.weight.push_back(weight());
        form.delay.push_back(static_cast<std::uint8_t>(1 + draw(max_delay)));
      }
      form.row.push_back(form.target.size());
    }
    network_.max_delay = std::max(network_.max_delay, max_delay);
    connect(from, to, std::move(form), 0);
  }
  LoweredNetwork& network() { return network_; }
  std::uint32_t draw(std::uint32_t bound) { return random_.below(bound, ++draws_, 0); }

 private:
  PopulationId add(const std::string& name, Shape shape) {
    LoweredPopulation population;
    population.name = name;
    population.size = static_cast<std::uint32_t>(volume_of(shape));
    population.shape = std::move(shape);
    return network_.populations.push_back(std::move(population));
  }
  std::uint32_t size(PopulationId id) const { return network_.populations[id].size; }
  std::int16_t weight() {
    const auto magnitude = static_cast<std::int16_t>(1 + draw(127));
    return draw(2) == 0 ? magnitude : static_cast<std::int16_t>(-magnitude);
  }
  void connect(PopulationId from, PopulationId to, Connectivity form, std::int32_t exponent) {
    network_.projections.push_back(
        {from,
         to,
         network_.populations[from].name + " -> " + network_.populations[to].name,
         std::move(form),
         exponent});
  }

  RandomStream random_;
  std::uint32_t draws_ = 0;
  LoweredNetwork network_;
};

/// Input 2x16x16 -> 16x8x8 -> 32x4x4 -> 128 -> 10.
inline LoweredNetwork convolutional_network(std::uint32_t seed) {
  NetworkBuilder build(seed);
  const auto input = build.input("input", {2, 16, 16});
  const auto conv1 = build.neurons("conv1", {16, 8, 8}), conv2 = build.neurons("conv2", {32, 4, 4});
  const auto hidden = build.neurons("hidden", {128}), output = build.neurons("output", {10});
  build.conv(input, conv1, 2);
  build.conv(conv1, conv2, 2);
  build.dense(conv2, hidden);
  build.dense(hidden, output);
  build.output(output);
  return std::move(build.network());
}

}  // namespace spikeloom::test
