#include "tests/unit/golden_fast/drawn_network.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"

namespace spikeloom::test {
namespace {

using Volume = std::array<std::uint32_t, 3>;
constexpr PopulationId kInput{0};
constexpr std::uint32_t kLongestDelay = 63;

std::uint32_t size_of(const Volume& volume) { return volume[0] * volume[1] * volume[2]; }

class NetworkDrawer {
 public:
  explicit NetworkDrawer(Dice& dice) : dice_(dice) {}

  LoweredNetwork draw() {
    draw_arithmetic();
    largest_weight_ = dice_.once_in(3) ? 1 : dice_.once_in(4) ? 32767 : 127;
    add_population({unsigned_between(1, 4), unsigned_between(1, 7), unsigned_between(1, 7)}, true);
    const std::uint32_t populations = unsigned_between(2, 5);
    for (std::uint32_t i = 0; i < populations; ++i) add_layer();
    const std::uint32_t further = dice_.below(4);
    for (std::uint32_t i = 0; i < further; ++i) add_further();
    draw_resets();
    return std::move(network_);
  }

 private:
  std::uint32_t unsigned_between(std::uint32_t low, std::uint32_t high) {
    return low + dice_.below(high - low + 1);
  }

  void draw_arithmetic() {
    Arithmetic& arithmetic = network_.arithmetic;
    if (dice_.once_in(4)) return;  // the usual one
    arithmetic.sum_bits = unsigned_between(8, 32);
    arithmetic.input_shift = dice_.below(9);
    arithmetic.u_bits = unsigned_between(8, 32);
    arithmetic.u_overflow = dice_.once_in(2) ? Overflow::Wrap : Overflow::Saturate;
    arithmetic.v_bits = unsigned_between(8, 32);
    arithmetic.decay_bits = unsigned_between(4, 15);
    arithmetic.threshold_shift = dice_.below(9);
  }

  PopulationId add_population(const Volume& volume, bool is_input) {
    LoweredPopulation population;
    population.name = "p" + std::to_string(network_.populations.size());
    population.size = size_of(volume);
    population.is_input = is_input;
    if (!is_input) draw_neurons(population);
    volumes_.push_back(volume);
    network_.deepest_start = std::max(network_.deepest_start, population.start);
    return network_.populations.push_back(std::move(population));
  }

  void draw_neurons(LoweredPopulation& population) {
    population.start = dice_.once_in(2) ? 0 : dice_.below(6);
    const std::uint32_t profiles = dice_.once_in(2)   ? 1
                                   : dice_.once_in(2) ? population.size
                                                      : unsigned_between(2, 3);
    for (std::uint32_t i = 0; i < profiles; ++i) population.profiles.push_back(draw_profile());
    const bool in_runs = dice_.once_in(2);
    for (std::uint32_t i = 0; profiles > 1 && i < population.size; ++i)
      population.profile_of.push_back(static_cast<std::uint16_t>(
          in_runs ? i * profiles / population.size : dice_.below(profiles)));
    const std::int32_t largest_bias = dice_.once_in(3) ? 1 << 20 : 2000;
    const bool biased = dice_.once_in(2);
    for (std::uint32_t i = 0; biased && i < population.size; ++i)
      population.bias.push_back(dice_.between(-largest_bias, largest_bias));
  }

  std::uint32_t draw_decay() {
    const std::uint32_t all = network_.arithmetic.no_memory();
    return dice_.once_in(3) ? 0 : dice_.once_in(3) ? all : dice_.below(all + 1);
  }

  NeuronProfile draw_profile() {
    NeuronProfile profile;
    profile.decay_u = draw_decay();
    profile.decay_v = draw_decay();
    profile.threshold = dice_.below(dice_.once_in(3) ? 1U << 17 : 50);
    profile.spikes = !dice_.once_in(6);
    profile.comparison = dice_.once_in(2) ? Comparison::Greater : Comparison::GreaterOrEqual;
    profile.reset = dice_.once_in(2) ? ResetRule::ToValue : ResetRule::Subtract;
    profile.reset_value = dice_.once_in(2) ? 0 : dice_.between(-500, 500);
    if (dice_.once_in(3)) profile.v_min = profile.reset_value - dice_.between(0, 3000);
    if (dice_.once_in(3)) profile.refractory_steps = dice_.below(6);
    profile.bias_target = dice_.once_in(2) ? BiasTarget::Current : BiasTarget::Membrane;
    if (dice_.once_in(3)) let_spike_severally(profile);
    if (dice_.once_in(4)) profile.synapse_order = SynapseOrder::Old;
    if (dice_.once_in(3)) put_reset_into_update(profile);
    return profile;
  }

  void let_spike_severally(NeuronProfile& profile) {
    profile.reset = ResetRule::Subtract;
    profile.refractory_steps = 0;
    profile.threshold = std::max(profile.threshold, 1U);
    profile.max_spikes_per_step =
        dice_.once_in(3) ? kMostSpikesPerStep : unsigned_between(2, dice_.once_in(2) ? 4 : 300);
  }

  void put_reset_into_update(NeuronProfile& profile) {
    profile.reset_decays = dice_.once_in(2);
    if (dice_.once_in(2)) {
      profile.threshold_test = ThresholdTest::BeforeUpdate;
      profile.reset = ResetRule::Subtract;
    } else {
      profile.reset_time = ResetTime::NextStep;
      profile.refractory_steps = 0;
      profile.threshold = std::max(profile.threshold, 1U);
    }
  }

  // A population and what drives it, out of any population before it.
  void add_layer() {
    const PopulationId source{dice_.below(static_cast<std::uint32_t>(volumes_.size()))};
    if (dice_.once_in(2)) {
      ConvConnectivity conv = draw_convolution(volumes_[index_of(source)]);
      const PopulationId target = add_population(conv.target_shape, false);
      add_projection(source, target, std::move(conv));
    } else {
      const Volume flat{unsigned_between(1, 300), 1, 1};
      add_between(source, add_population(flat, false));
    }
  }

  // Forward, back or onto itself.
  void add_further() {
    const auto populations = static_cast<std::uint32_t>(volumes_.size());
    const PopulationId source{dice_.below(populations)}, target{1 + dice_.below(populations - 1)};
    const Volume& volume = volumes_[index_of(target)];
    if (source == target && dice_.once_in(2))
      add_projection(source, target, draw_same(volume));
    else if (source == target && dice_.once_in(2))  // the same neurons, seen as another volume
      add_projection(source, target, draw_same({volume[2], volume[0], volume[1]}));
    else
      add_between(source, target);
  }

  void add_between(PopulationId source, PopulationId target) {
    const std::uint32_t sources = network_.populations[source].size;
    const std::uint32_t targets = network_.populations[target].size;
    if (dice_.once_in(2))
      add_projection(source, target, draw_dense(sources, targets));
    else
      add_projection(source, target, draw_sparse(sources, targets));
  }

  void add_projection(PopulationId source, PopulationId target, Connectivity connectivity) {
    const std::int32_t exponent = dice_.once_in(2) ? 0 : dice_.between(-8, 7);
    network_.projections.push_back({source, target, "", std::move(connectivity), exponent});
  }

  std::uint32_t draw_delay() {
    const std::uint32_t delay = dice_.once_in(2) ? 1 : unsigned_between(1, kLongestDelay);
    network_.max_delay = std::max(network_.max_delay, delay);
    return delay;
  }

  std::vector<std::int16_t> draw_weights(std::size_t count) {
    const std::uint32_t zeros = dice_.once_in(3) ? 9 : dice_.below(5);  // in ten
    std::vector<std::int16_t> weights(count);
    for (std::int16_t& weight : weights)
      if (dice_.below(10) >= zeros)
        weight = static_cast<std::int16_t>(dice_.between(-largest_weight_ - 1, largest_weight_));
    return weights;
  }

  DenseConnectivity draw_dense(std::uint32_t sources, std::uint32_t targets) {
    return {sources, targets, draw_weights(std::size_t{sources} * targets), draw_delay()};
  }

  SparseConnectivity draw_sparse(std::uint32_t sources, std::uint32_t targets) {
    SparseConnectivity sparse;
    const bool one_delay = dice_.once_in(2);
    const std::uint32_t delay = draw_delay();
    sparse.row.push_back(0);
    for (std::uint32_t source = 0; source < sources; ++source) {
      const std::uint32_t fan_out = dice_.below(12);
      for (std::uint32_t i = 0; i < fan_out; ++i) {
        sparse.target.push_back(dice_.below(targets));
        sparse.delay.push_back(static_cast<std::uint8_t>(one_delay ? delay : draw_delay()));
      }
      sparse.row.push_back(sparse.target.size());
    }
    sparse.weight = draw_weights(sparse.target.size());
    return sparse;
  }

  ConvConnectivity draw_convolution(const Volume& source) {
    ConvConnectivity conv;
    conv.source_shape = source;
    conv.groups = dice_.once_in(2) ? 1 : divisor_of(source[0]);
    conv.target_shape[0] = conv.groups * unsigned_between(1, 4);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      conv.stride[axis] = unsigned_between(1, 3);
      conv.padding[axis] = dice_.below(4);
      conv.dilation[axis] = unsigned_between(1, 3);
      const std::uint32_t padded = source[axis + 1] + 2 * conv.padding[axis];
      conv.kernel[axis] = unsigned_between(1, std::min(4U, (padded - 1) / conv.dilation[axis] + 1));
      const std::uint32_t reach = conv.dilation[axis] * (conv.kernel[axis] - 1) + 1;
      conv.target_shape[axis + 1] = (padded - reach) / conv.stride[axis] + 1;
    }
    return with_weights(conv);
  }

  ConvConnectivity draw_same(const Volume& volume) {
    ConvConnectivity conv;
    conv.source_shape = conv.target_shape = volume;
    conv.kernel = {3, 3};
    conv.stride = conv.padding = conv.dilation = {1, 1};
    conv.groups = dice_.once_in(2) ? 1 : divisor_of(volume[0]);
    return with_weights(conv);
  }

  ConvConnectivity with_weights(ConvConnectivity conv) {
    conv.weight =
        draw_weights(std::size_t{conv.target_shape[0]} * (conv.source_shape[0] / conv.groups) *
                     conv.kernel[0] * conv.kernel[1]);
    conv.delay = draw_delay();
    return conv;
  }

  std::uint32_t divisor_of(std::uint32_t number) {
    const std::uint32_t drawn = unsigned_between(1, number);
    return number % drawn == 0 ? drawn : number;
  }

  void draw_resets() {
    StateResets& resets = network_.resets;
    if (!dice_.once_in(3)) return;
    resets.period = unsigned_between(1, 12);
    for (std::size_t i = 0; i + 1 < volumes_.size(); ++i)
      resets.offset.push_back(dice_.once_in(3) ? std::nullopt
                                               : std::optional(dice_.below(resets.period)));
  }

  Dice& dice_;
  LoweredNetwork network_;
  std::vector<Volume> volumes_;  // of the populations
  std::int32_t largest_weight_ = 0;
};

void check_same(const SampleTrace& fast, const SampleTrace& oracle) {
  CHECK(fast.spikes == oracle.spikes);
  REQUIRE(fast.states.size() == oracle.states.size());
  for (std::size_t i = 0; i < oracle.states.size(); ++i) {
    CAPTURE(i);
    CHECK(fast.states[i].step == oracle.states[i].step);
    CHECK(fast.states[i].population == oracle.states[i].population);
    CHECK(fast.states[i].u == oracle.states[i].u);
    CHECK(fast.states[i].v == oracle.states[i].v);
  }
}

std::uint64_t spikes_of_neurons(const LoweredNetwork& network, const SampleTrace& trace) {
  return static_cast<std::uint64_t>(
      std::count_if(trace.spikes.begin(), trace.spikes.end(), [&](const Spike& spike) {
        return !network.populations[spike.population].is_input;
      }));
}

}  // namespace

LoweredNetwork draw_network(Dice& dice) { return NetworkDrawer(dice).draw(); }

Sample draw_sample(Dice& dice, const LoweredNetwork& network, std::uint32_t steps) {
  Sample sample;
  if (dice.once_in(8)) return sample;
  const std::uint32_t last = dice.once_in(2) ? steps : 1 + dice.below(steps);
  const std::int32_t largest = dice.once_in(4) ? 65535 : 3;
  const std::uint32_t rarity = 1 + dice.below(8);
  for (std::uint32_t step = 0; step < last; ++step)
    for (std::uint32_t index = 0; index < network.populations[kInput].size; ++index)
      if (dice.once_in(rarity))
        sample.events.push_back({step, index, static_cast<double>(dice.between(0, largest))});
  return sample;
}

Compared check_equal(const LoweredNetwork& drawn,
                     const std::vector<Sample>& samples,
                     std::uint32_t steps) {
  IntegerEngine oracle(drawn);
  FastIntegerEngine fast(drawn), batch(drawn);
  const std::vector<SampleTrace> side_by_side = batch.run(samples, steps, true);
  REQUIRE(side_by_side.size() == samples.size());
  Compared compared;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    CAPTURE(s);
    const SampleTrace expected = oracle.run(samples[s], steps, true);
    check_same(fast.run(samples[s], steps, true), expected);
    check_same(side_by_side[s], expected);
    CHECK(fast.counts() == oracle.counts());
    compared.spikes += spikes_of_neurons(drawn, expected);
  }
  CHECK(batch.counts() == oracle.counts());
  compared.counts = oracle.counts();
  return compared;
}

}  // namespace spikeloom::test
