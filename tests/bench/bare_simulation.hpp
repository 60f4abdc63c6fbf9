#pragma once
// What a good programmer writes in an hour for one random network: compressed rows, a ring of
// sums, one loop over the neurons. The yardstick of golden_fast; docs/developer/benchmarks.md says
// what it leaves out.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/lowering/lowered_network.hpp"

namespace spikeloom::bench {

/// One population of Arithmetic's default formats, driven by biases, with one sparse projection of
/// exponent 0 onto itself. Sums are 32 bits wide and assumed to fit; overflows are not counted.
class BareSimulation {
 public:
  explicit BareSimulation(const LoweredNetwork& network)
      : arithmetic_(network.arithmetic),
        rows_(std::get<SparseConnectivity>(network.projections.front().connectivity)) {
    const LoweredPopulation& population = *network.populations.begin();
    for (std::uint32_t i = 0; i < population.size; ++i)
      add_neuron(population.profile(i), population.bias[i]);
    while (slots_ <= network.max_delay) slots_ *= 2;
  }

  /// Runs from the initial state; the spikes, by step and neuron.
  const std::vector<std::uint32_t>& run(std::uint32_t steps) {
    for (Neuron& neuron : neurons_) neuron.u = neuron.v = neuron.refractory_left = 0;
    ring_.assign(slots_ * neurons_.size(), 0);
    spikes_.clear();
    for (std::uint32_t now = 0; now < steps; ++now) {
      const std::size_t first = spikes_.size();
      update(now);
      for (std::size_t i = first; i < spikes_.size(); ++i) send(spikes_[i], now);
    }
    return spikes_;
  }

  /// Adds one row: the least that any simulator does for a spike.
  void send(std::uint32_t source, std::uint32_t now) {
    std::int32_t* ring = ring_.data();
    const std::uint32_t* target = rows_.target.data();
    const std::int16_t* weight = rows_.weight.data();
    const std::uint8_t* delay = rows_.delay.data();
    const std::size_t mask = slots_ - 1, neurons = neurons_.size();
    const std::uint64_t last = rows_.row[source + std::size_t{1}];
    for (std::uint64_t i = rows_.row[source]; i < last; ++i)
      ring[((now + delay[i]) & mask) * neurons + target[i]] += weight[i];
  }

 private:
  struct Neuron {
    std::int32_t u, v, refractory_left;
    std::int32_t kept_u, kept_v, bias_u, bias_v, quiet, threshold, reset_value, v_min;
    bool subtracts;
    std::uint8_t refractory_steps;
  };

  void add_neuron(const NeuronProfile& profile, std::int32_t bias) {
    const auto no_memory = static_cast<std::int32_t>(arithmetic_.no_memory());
    const auto threshold =
        static_cast<std::int32_t>(profile.threshold << arithmetic_.threshold_shift);
    const bool into_u = profile.bias_target == BiasTarget::Current;
    neurons_.push_back({0,
                        0,
                        0,
                        no_memory - static_cast<std::int32_t>(profile.decay_u),
                        no_memory - static_cast<std::int32_t>(profile.decay_v),
                        into_u ? bias : 0,
                        into_u ? 0 : bias,
                        profile.comparison == Comparison::Greater ? threshold : threshold - 1,
                        threshold,
                        profile.reset_value,
                        profile.v_min,
                        profile.reset == ResetRule::Subtract,
                        static_cast<std::uint8_t>(profile.refractory_steps)});
  }

  void update(std::uint32_t now) {
    std::int32_t* sums = &ring_[(now & (slots_ - 1)) * neurons_.size()];
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
      if (update(neurons_[i], sums[i])) spikes_.push_back(i);
      sums[i] = 0;
    }
  }

  bool update(Neuron& n, std::int32_t sum) const {
    const auto u_max = static_cast<std::int32_t>(arithmetic_.u_max());
    const auto v_max = static_cast<std::int32_t>(arithmetic_.v_max());
    n.u = std::clamp(
        decayed(n.u, n.kept_u) + (sum << arithmetic_.input_shift) + n.bias_u, -u_max, u_max);
    if (n.refractory_left > 0) {
      --n.refractory_left;
      n.v = n.reset_value;
      return false;
    }
    const std::int32_t v = std::clamp(decayed(n.v, n.kept_v) + n.u + n.bias_v, -v_max, v_max);
    n.v = std::max(v, n.v_min);
    if (v <= n.quiet) return false;
    n.v = std::max(n.subtracts ? v - n.threshold : n.reset_value, n.v_min);
    n.refractory_left = n.refractory_steps;
    return true;
  }

  // Towards zero.
  std::int32_t decayed(std::int32_t x, std::int32_t kept) const {
    const std::int64_t product = std::int64_t{x} * kept;
    const std::int64_t round_up = product >> 63 & ((std::int64_t{1} << arithmetic_.decay_bits) - 1);
    return static_cast<std::int32_t>((product + round_up) >> arithmetic_.decay_bits);
  }

  const Arithmetic& arithmetic_;
  const SparseConnectivity& rows_;
  std::size_t slots_ = 2;
  std::vector<Neuron> neurons_;
  std::vector<std::int32_t> ring_;
  std::vector<std::uint32_t> spikes_;
};

}  // namespace spikeloom::bench
