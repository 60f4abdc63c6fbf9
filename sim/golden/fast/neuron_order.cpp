#include "sim/golden/fast/neuron_order.hpp"

#include <algorithm>
#include <numeric>

namespace spikeloom::fast {
namespace {

// Below so many neurons per profile, runs of equal neurons are too short to pay.
constexpr std::size_t kNeuronsPerProfile = 64;

using VolumeShape = std::array<std::uint32_t, 3>;

std::uint32_t channels_last(const VolumeShape& shape, std::uint32_t neuron) {
  const std::uint32_t pixels = shape[1] * shape[2];
  return neuron % pixels * shape[0] + neuron / pixels;
}

NeuronOrder order_by(std::uint32_t size, auto position_of) {
  NeuronOrder order;
  order.position_of.resize(size);
  order.neuron_at.resize(size);
  for (std::uint32_t neuron = 0; neuron < size; ++neuron) {
    const std::uint32_t position = position_of(neuron);
    order.position_of[neuron] = position;
    order.neuron_at[position] = neuron;
    order.natural = order.natural && position == neuron;
  }
  return order;
}

NeuronOrder order_by_profile(const LoweredPopulation& population) {
  std::vector<std::uint32_t> next(population.profiles.size() + 1);
  for (const std::uint16_t profile : population.profile_of) ++next[profile + std::size_t{1}];
  std::partial_sum(next.begin(), next.end(), next.begin());
  return order_by(population.size,
                  [&](std::uint32_t neuron) { return next[population.profile_of[neuron]]++; });
}

const ConvConnectivity* first_convolution_into(const LoweredNetwork& network, PopulationId id) {
  for (const Projection& projection : network.projections)
    if (const auto* conv = std::get_if<ConvConnectivity>(&projection.connectivity);
        conv != nullptr && projection.target == id)
      return conv;
  return nullptr;
}

NeuronOrder choose_order(const LoweredNetwork& network, PopulationId id) {
  const LoweredPopulation& population = network.populations[id];
  if (const ConvConnectivity* conv = first_convolution_into(network, id))
    return order_by(population.size, [&](std::uint32_t neuron) {
      return channels_last(conv->target_shape, neuron);
    });
  if (!population.profile_of.empty() &&
      population.profiles.size() * kNeuronsPerProfile <= population.size)
    return order_by_profile(population);
  return order_by(population.size, [](std::uint32_t neuron) { return neuron; });
}

}  // namespace

IdVector<PopulationId, NeuronOrder> choose_orders(const LoweredNetwork& network) {
  IdVector<PopulationId, NeuronOrder> orders;
  for (const PopulationId id : ids_of(network.populations))
    orders.push_back(choose_order(network, id));
  return orders;
}

bool is_channels_last(const NeuronOrder& order, const VolumeShape& shape) {
  for (std::uint32_t neuron = 0; neuron < order.position_of.size(); ++neuron)
    if (order.position_of[neuron] != channels_last(shape, neuron)) return false;
  return true;
}

}  // namespace spikeloom::fast
