#pragma once
// Draws small networks in which projections of every form meet, and input for them.

#include <string>
#include <utility>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/recording.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::test {

class NetworkDrawer {
 public:
  explicit NetworkDrawer(Draw& draw) : draw_(draw) {}

  /// input -> first -> second -> output, with a second convolution past `first`, or a way back.
  LoweredNetwork network() {
    const auto input = add({draw_.between(1, 4), draw_.between(3, 9), draw_.between(3, 9)}, true);
    const auto first = add_convolved(input);
    const auto second = add_convolved(first);
    const auto output = add({1, 1, draw_.between(2, 12)}, false);
    network_.populations[output].is_output = true;
    add_dense(second, output);
    if (draw_.one_in(3)) add_same(first);
    if (draw_.one_in(3)) add_sparse(output, first);
    if (draw_.one_in(4)) add_sparse(input, second);
    network_.max_delay = 4;
    return std::move(network_);
  }

  Sample sample(std::uint32_t steps) {
    Sample sample;
    for (std::uint32_t step = 0; step < steps; ++step)
      for (std::uint32_t n = 0; n < network_size_; ++n)
        if (draw_.one_in(6)) sample.events.push_back({step, n, 1.0 + draw_.between(0, 1)});
    return sample;
  }

 private:
  using Volume = std::array<std::uint32_t, 3>;

  PopulationId add(const Volume& shape, bool is_input) {
    LoweredPopulation population;
    const std::size_t number = network_.populations.size();
    population.name = "p" + std::to_string(number);
    population.shape = {shape[0], shape[1], shape[2]};
    population.size = shape[0] * shape[1] * shape[2];
    population.is_input = is_input;
    if (is_input) network_size_ = population.size;
    if (!is_input) {
      NeuronProfile profile;
      profile.decay_u = 4096, profile.decay_v = draw_.between(0, 2000);
      profile.threshold = draw_.between(1, 40);
      population.profiles = {profile};
      population.v_scale = {1.0};
    }
    return network_.populations.push_back(std::move(population));
  }

  void connect(PopulationId from, PopulationId to, Connectivity form) {
    network_.projections.push_back(
        {from,
         to,
         network_.populations[from].name + " -> " + network_.populations[to].name,
         std::move(form),
         static_cast<std::int32_t>(draw_.between(0, 2))});
  }

  std::vector<std::int16_t> weights(std::size_t count) {
    std::vector<std::int16_t> weights(count);
    for (std::int16_t& weight : weights)
      weight = static_cast<std::int16_t>(static_cast<std::int32_t>(draw_.between(0, 120)) - 50);
    for (std::int16_t& weight : weights)
      if (draw_.one_in(8)) weight = 0;
    return weights;
  }

  Volume shape_of(PopulationId id) const {
    const Shape& shape = network_.populations[id].shape;
    return {static_cast<std::uint32_t>(shape[0]),
            static_cast<std::uint32_t>(shape[1]),
            static_cast<std::uint32_t>(shape[2])};
  }

  PopulationId add_convolved(PopulationId from) {
    ConvConnectivity conv{};
    conv.source_shape = shape_of(from);
    conv.groups = draw_.one_in(3) ? conv.source_shape[0] : 1;
    conv.target_shape[0] = conv.groups * draw_.between(1, conv.groups == 1 ? 6 : 2);
    for (std::size_t axis = 0; axis < 2; ++axis) draw_axis(conv, axis);
    conv.delay = draw_.between(1, 3);
    const PopulationId to = add(conv.target_shape, false);
    conv.weight = weights(std::size_t{conv.target_shape[0]} * (conv.source_shape[0] / conv.groups) *
                          conv.kernel[0] * conv.kernel[1]);
    connect(from, to, std::move(conv));
    return to;
  }

  void draw_axis(ConvConnectivity& conv, std::size_t axis) {
    const std::uint32_t extent = conv.source_shape[1 + axis];
    conv.kernel[axis] = draw_.between(1, 4);
    conv.stride[axis] = draw_.between(1, 3);
    conv.dilation[axis] = draw_.between(1, 3);
    const std::uint32_t reach = (conv.kernel[axis] - 1) * conv.dilation[axis];
    const std::uint32_t least = reach + 1 > extent ? (reach + 2 - extent) / 2 : 0;
    conv.padding[axis] = least + draw_.between(0, 2);
    conv.target_shape[1 + axis] =
        (extent + 2 * conv.padding[axis] - reach - 1) / conv.stride[axis] + 1;
  }

  /// A recurrent convolution of a population onto itself.
  void add_same(PopulationId id) {
    ConvConnectivity conv{shape_of(id), shape_of(id), {3, 3}, {1, 1}, {1, 1}, {1, 1}, 1, {}, 2};
    conv.weight = weights(std::size_t{9} * conv.source_shape[0] * conv.source_shape[0]);
    connect(id, id, std::move(conv));
  }

  void add_dense(PopulationId from, PopulationId to) {
    DenseConnectivity dense{network_.populations[from].size, network_.populations[to].size, {}, 1};
    dense.weight = weights(std::size_t{dense.sources} * dense.targets);
    connect(from, to, std::move(dense));
  }

  void add_sparse(PopulationId from, PopulationId to) {
    SparseConnectivity sparse;
    sparse.row = {0};
    for (std::uint32_t source = 0; source < network_.populations[from].size; ++source) {
      for (std::uint32_t i = draw_.between(0, 4); i > 0; --i) {
        sparse.target.push_back(draw_.between(0, network_.populations[to].size - 1));
        sparse.delay.push_back(static_cast<std::uint8_t>(draw_.between(1, 4)));
      }
      sparse.row.push_back(sparse.target.size());
    }
    sparse.weight = weights(sparse.target.size());
    connect(from, to, std::move(sparse));
  }

  Draw& draw_;
  LoweredNetwork network_;
  std::uint32_t network_size_ = 0;
};

}  // namespace spikeloom::test
