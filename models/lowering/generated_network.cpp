#include "models/lowering/generated_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kMostFanOut = 1U << 16;
constexpr std::uint64_t kMostSynapses = std::uint64_t{1} << 28;  // 1 GB in the cores of a chip
constexpr std::uint32_t kLongestDelay = 63;
// Rates of single neurons spread evenly over (1 -+ kSpread) x the target, so that they
// desynchronize.
constexpr double kSpread = 0.5;
// A neuron starts at v = 0 and a run ends within an interval, so runs of about 20 intervals lose
// half a spike each. Measured with it, 1 s, fan-out 100, 20 and 26 Hz, steps of 1 and 10 ms, 1,000
// to 100,000 neurons: -5 % to +1 % of the rate asked for.
constexpr double kStartLoss = 1.03;
constexpr double kMostSpikesPerStep = 0.5;
// Of one neuron, in steps: as long as the longest run, so that a slower neuron is a silent one.
constexpr double kLongestPeriod = UINT32_MAX;
// Parts of an interval at which neurons begin: as many profiles.
constexpr std::uint32_t kPhases = 32;
// Recurrent noise over one interval between spikes, relative to the threshold: enough to mix the
// phases, little enough that biases set the rate.
constexpr double kThresholdPerNoise = 10.0;

// What the neurons are like, whatever the formats. The leak is stated per mean interval between
// spikes, so that noise alone rarely reaches a threshold at any rate.
struct ProfileRecipe {
  double kept_u, leak_per_interval, threshold_factor;
  ResetRule reset;
  Comparison comparison;
  bool refractory, bounded;
  BiasTarget bias_target;
};

using enum ResetRule;
using enum Comparison;
using enum BiasTarget;
constexpr std::array<ProfileRecipe, 6> kRecipes = {{
    {0.0, 0.0, 1.0, Subtract, Greater, false, false, Membrane},
    {0.0, 1.2, 1.0, ToValue, Greater, true, false, Membrane},
    {0.0, 0.6, 1.3, Subtract, GreaterOrEqual, false, true, Membrane},
    {0.5, 1.0, 2.0, ToValue, GreaterOrEqual, false, true, Current},
    {0.4, 0.0, 1.8, Subtract, Greater, true, false, Membrane},
    {0.0, 1.5, 0.9, ToValue, Greater, false, false, Membrane},
}};

struct WeightRange {
  std::uint32_t excitatory, inhibitory;  ///< magnitudes are even over 1 .. these
};

// Inhibition balances excitation: (1 - f)(1 + E) = f(1 + I).
WeightRange balanced_weights(const GenerationPlan& plan, const Arithmetic& arithmetic) {
  const double most = static_cast<double>(arithmetic.weight_max());
  const double f = plan.spec.inhibitory_fraction;
  if (plan.saturating || f <= 0.0 || f >= 1.0)
    return {static_cast<std::uint32_t>(most), static_cast<std::uint32_t>(most)};
  const double ratio = (1.0 - f) / f;
  const double scale = std::min(1.0 + most, (1.0 + most) * ratio);  // 1 + I
  const double excitatory = std::max(1.0, std::floor(scale / ratio) - 1.0);
  const double inhibitory = std::round((1.0 + excitatory) * ratio - 1.0);
  return {static_cast<std::uint32_t>(excitatory),
          static_cast<std::uint32_t>(std::clamp(inhibitory, 1.0, most))};
}

class Generator {
 public:
  Generator(const GenerationPlan& plan, Seconds dt, const Arithmetic& arithmetic, Seed seed)
      : plan_(plan),
        spec_(plan.spec),
        arithmetic_(arithmetic),
        spikes_per_step_(plan.spec.rate_hz * dt.value()),
        weights_(balanced_weights(plan, arithmetic)),
        target_(seed, plan.purpose + ".target"),
        synapse_(seed, plan.purpose + ".synapse"),
        neuron_(seed, plan.purpose + ".neuron"),
        bias_(seed, plan.purpose + ".bias") {}

  LoweredNetwork network() {
    LoweredNetwork result;
    result.arithmetic = arithmetic_;
    const PopulationId id = result.populations.push_back(population());
    result.max_delay = spec_.delay_max;
    if (spec_.fan_out > 0)
      result.projections.push_back({id, id, "neurons -> neurons", synapses(), weight_exponent()});
    return result;
  }

 private:
  std::int32_t weight_exponent() const {
    return plan_.saturating ? static_cast<std::int32_t>(arithmetic_.weight_exponent_max) : 0;
  }

  DrawnConnectivity synapses() const {
    return {plan_.grid,
            plan_.radius,
            plan_.wraps,
            spec_.fan_out,
            spec_.delay_min,
            spec_.delay_max,
            spec_.inhibitory_fraction,
            weights_.excitatory,
            weights_.inhibitory,
            target_,
            synapse_};
  }

  // Standard deviation of the recurrent input summed over one interval between spikes, in v units:
  // fan_out spikes arrive per interval whatever the rate; the mean square of even magnitudes
  // 1 .. M is (M + 1)(2M + 1) / 6.
  double noise() const {
    const auto square = [](double most) { return (most + 1) * (2 * most + 1) / 6; };
    const double f = spec_.inhibitory_fraction;
    const double mean_square =
        (1 - f) * square(weights_.excitatory) + f * square(weights_.inhibitory);
    return std::ldexp(std::sqrt(spec_.fan_out * mean_square),
                      static_cast<int>(arithmetic_.input_shift));
  }

  // Threshold mantissa of factor 1, small enough that every recipe fits all formats.
  double threshold_mantissa() const {
    constexpr double kLargestFactor = 2.0;
    const double unit = std::ldexp(1.0, static_cast<int>(arithmetic_.threshold_shift));
    const double largest_drive = largest_bias() * shortest_interval();
    const double limit =
        std::min(
            {static_cast<double>(arithmetic_.threshold_max()),
             static_cast<double>(std::min(arithmetic_.v_max(), arithmetic_.u_max())) / 4 / unit,
             largest_drive / unit}) /
        kLargestFactor;
    const double wanted = std::max(kThresholdPerNoise * noise() / unit, 1000.0);
    return std::max(1.0, std::floor(std::min(wanted, limit)));
  }

  // Steps for which a bias drives a neuron from reset to threshold, at least.
  double shortest_interval() const {
    if (plan_.start == GeneratedStart::Together) return 1.0;
    return std::max(1.0, std::min(1.0 / ((1 + kSpread) * spikes_per_step_), kLongestPeriod));
  }

  double largest_bias() const {
    double bias = 1;
    while (nearest_bias(arithmetic_, 2 * bias)) bias *= 2;
    return bias;
  }

  std::uint32_t decay(double kept) const {
    return static_cast<std::uint32_t>(std::round((1 - kept) * arithmetic_.no_memory()));
  }

  NeuronProfile profile(const ProfileRecipe& recipe, double mantissa) const {
    NeuronProfile result;
    result.decay_u = decay(recipe.kept_u);
    result.decay_v = decay(std::exp(-recipe.leak_per_interval * std::min(spikes_per_step_, 1.0)));
    result.threshold = static_cast<std::uint32_t>(mantissa * recipe.threshold_factor);
    result.comparison = recipe.comparison;
    result.reset = recipe.reset;
    result.refractory_steps = recipe.refractory ? refractory_steps() : 0;
    if (recipe.bounded) result.v_min = -static_cast<std::int32_t>(threshold(result) / 2);
    result.bias_target = recipe.bias_target;
    if (plan_.saturating) make_saturating(recipe, result);
    return result;
  }

  // Long memories of u and v, so that both reach their bounds.
  void make_saturating(const ProfileRecipe& recipe, NeuronProfile& result) const {
    if (recipe.kept_u > 0) result.decay_u = decay(0.9);
    if (!recipe.bounded) result.decay_v = 0;
  }

  std::uint32_t refractory_steps() const {
    return static_cast<std::uint32_t>(std::clamp(0.1 / spikes_per_step_, 1.0, 63.0));
  }

  double threshold(const NeuronProfile& profile) const {
    return std::ldexp(profile.threshold, static_cast<int>(arithmetic_.threshold_shift));
  }

  LoweredPopulation population() const {
    LoweredPopulation result;
    result.name = "neurons";
    result.shape = plan_.shape;
    result.size = plan_.grid.neurons();
    result.is_output = true;
    result.profiles = profiles();
    for (const NeuronProfile& profile : result.profiles)
      result.v_scale.push_back(std::max(1.0, rise(profile)));  // float threshold 1
    for (std::uint32_t neuron = 0; neuron < result.size; ++neuron) add_neuron(neuron, result);
    return result;
  }

  std::vector<NeuronProfile> profiles() const {
    std::vector<NeuronProfile> result;
    const double mantissa = threshold_mantissa();
    if (plan_.start == GeneratedStart::Together)
      for (const ProfileRecipe& recipe : kRecipes) result.push_back(profile(recipe, mantissa));
    else
      for (std::uint32_t part = 0; part < kPhases; ++part)
        result.push_back(phase_profile((part + 0.5) / kPhases, mantissa));
    return result;
  }

  // A neuron that begins with `left` of its interval before it. Neurons start at v = 0, so what
  // moves is its threshold and, by as much, the value to which it is reset.
  NeuronProfile phase_profile(double left, double mantissa) const {
    NeuronProfile result;
    result.decay_u = arithmetic_.no_memory();
    result.threshold = static_cast<std::uint32_t>(std::max(1.0, std::round(left * mantissa)));
    const auto whole = static_cast<std::uint32_t>(mantissa);
    result.reset_value =
        static_cast<std::int32_t>(result.threshold << arithmetic_.threshold_shift) -
        static_cast<std::int32_t>(whole << arithmetic_.threshold_shift);
    return result;
  }

  // From a reset to the next spike.
  double rise(const NeuronProfile& profile) const {
    return threshold(profile) - profile.reset_value;
  }

  void add_neuron(std::uint32_t neuron, LoweredPopulation& population) const {
    const std::uint32_t period = draw_period(neuron);
    std::uint32_t chosen =
        neuron_.below(static_cast<std::uint32_t>(population.profiles.size()), neuron, 0);
    if (population.profiles[chosen].refractory_steps >= period) chosen = 0;
    population.profile_of.push_back(static_cast<std::uint16_t>(chosen));
    const double drive = plan_.saturating ? largest_bias() * (2 * bias_.unit(neuron, 2) - 1)
                                          : drive_for(population.profiles[chosen], period);
    const auto bias = nearest_bias(arithmetic_, drive);
    SPIKELOOM_CHECK(bias.has_value(), "drives of random networks fit the bias format");
    population.bias.push_back(*bias);
  }

  // A whole number of steps between spikes such that the mean rate is exactly the drawn one: T
  // lies between floor(T) and floor(T) + 1, and 1 / T is the mean of their rates.
  std::uint32_t draw_period(std::uint32_t neuron) const {
    const double aim = plan_.start == GeneratedStart::Together ? kStartLoss : 1.0;
    const double rate = aim * spikes_per_step_ * (1 + kSpread * (2 * bias_.unit(neuron, 0) - 1));
    if (rate * kLongestPeriod < 1) return UINT32_MAX;
    const double low = std::clamp(std::floor(1 / rate), 1.0, kLongestPeriod - 1);
    const double share_low = (rate - 1 / (low + 1)) / (1 / low - 1 / (low + 1));
    return static_cast<std::uint32_t>(bias_.unit(neuron, 1) < share_low ? low : low + 1);
  }

  // The constant drive with which v, starting at 0, passes the threshold between step n - 1 and n:
  // v(n) = drive (1 - kept^n) / (1 - kept), taken at n - 1/2. Reset by subtraction keeps the rest,
  // so there v(n) at n itself is meant, exact without leak.
  double drive_for(const NeuronProfile& profile, std::uint32_t period) const {
    const double memory_v = 1.0 - static_cast<double>(profile.decay_v) / arithmetic_.no_memory();
    const double memory_u = 1.0 - static_cast<double>(profile.decay_u) / arithmetic_.no_memory();
    const double steps =
        period - profile.refractory_steps - (profile.reset == ResetRule::ToValue ? 0.5 : 0.0);
    const double gain = memory_v < 1 ? (1 - std::pow(memory_v, steps)) / (1 - memory_v) : steps;
    const double drive = rise(profile) / gain;
    const bool through_u = profile.bias_target == BiasTarget::Current;
    return std::min(through_u ? drive * (1 - memory_u) : drive, largest_bias());
  }

  const GenerationPlan& plan_;
  const GeneratedNetworkSpec& spec_;
  const Arithmetic& arithmetic_;
  double spikes_per_step_;
  WeightRange weights_;
  RandomStream target_, synapse_, neuron_, bias_;
};

void check_rate(const GeneratedNetworkSpec& spec, Seconds dt, const JsonPlace& place) {
  if (spec.rate_hz * dt.value() > kMostSpikesPerStep)
    (place / "rate_hz")
        .fail("is " + Json(spec.rate_hz).dump() + ", allowed are 0 to " +
              Json(kMostSpikesPerStep / dt.value()).dump() + ", half a spike per step of " +
              Json(dt.value()).dump() + " s");
}

void read_delays(ObjectReader& reader, GeneratedNetworkSpec& spec) {
  std::vector<std::uint32_t> bounds;
  reader.array("delay_steps", [&](const Json& value, const JsonPlace& at) {
    if (!value.is_number_integer() || value < 1 || value > kLongestDelay)
      at.fail("is " + value.dump() + ", allowed is an integer from 1 to 63");
    bounds.push_back(value.get<std::uint32_t>());
  });
  if (bounds.size() != 2 || bounds[0] > bounds[1])
    reader.fail("delay_steps", "expected [shortest, longest]");
  spec.delay_min = bounds[0];
  spec.delay_max = bounds[1];
}

}  // namespace

void read_generated_network(ObjectReader& reader,
                            std::uint32_t neurons,
                            GeneratedNetworkSpec& spec) {
  spec.fan_out = static_cast<std::uint32_t>(reader.unsigned_integer("fan_out", 0, kMostFanOut));
  if (std::uint64_t{neurons} * spec.fan_out > kMostSynapses)
    reader.fail("fan_out",
                "makes " + std::to_string(std::uint64_t{neurons} * spec.fan_out) +
                    " synapses, allowed are " + std::to_string(kMostSynapses));
  if (reader.has("delay_steps")) read_delays(reader, spec);
  spec.rate_hz = reader.number("rate_hz", 0.0, 1e6, spec.rate_hz);
  spec.inhibitory_fraction =
      reader.number("inhibitory_fraction", 0.0, 1.0, spec.inhibitory_fraction);
}

Json to_json(const GeneratedNetworkSpec& spec) {
  return Json{{"fan_out", spec.fan_out},
              {"delay_steps", {spec.delay_min, spec.delay_max}},
              {"rate_hz", spec.rate_hz},
              {"inhibitory_fraction", spec.inhibitory_fraction}};
}

LoweredNetwork generate_network(const GenerationPlan& plan,
                                Seconds dt,
                                const Arithmetic& arithmetic,
                                Seed seed,
                                const JsonPlace& place) {
  check_rate(plan.spec, dt, place);
  return Generator(plan, dt, arithmetic, seed).network();
}

}  // namespace spikeloom
