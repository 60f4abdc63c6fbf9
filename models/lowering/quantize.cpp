#include "models/lowering/quantize.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/lowering/weight_errors.hpp"
#include "models/lowering/weight_format.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMostProfiles = 65535;

// ---- weights of any form ---------------------------------------------------------------------

// Calls visit(weight, a target neuron it goes to) for every stored weight. All neurons a kernel's
// weight goes to share gain and scale, so one stands for them.
template <typename Visit>
void for_each_weight(const RealDense& dense, Visit visit) {
  for (std::size_t i = 0; i < dense.weight.size(); ++i) visit(dense.weight[i], i / dense.sources);
}
template <typename Visit>
void for_each_weight(const RealConv& conv, Visit visit) {
  const auto [channels, height, width] = conv.geometry.target_shape;
  const std::size_t per_channel = conv.weight.size() / channels;
  for (std::size_t i = 0; i < conv.weight.size(); ++i)
    visit(conv.weight[i], i / per_channel * height * width);
}
template <typename Visit>
void for_each_weight(const RealSparse& sparse, Visit visit) {
  for (std::size_t i = 0; i < sparse.weight.size(); ++i) visit(sparse.weight[i], sparse.target[i]);
}
template <typename Visit>
void for_each_weight(const FoldedChain& chain, Visit visit) {
  std::visit([&](const auto& map) { for_each_weight(map, visit); }, chain.map);
}

Connectivity with_weights(const RealDense& dense,
                          std::uint32_t delay,
                          std::vector<std::int16_t> weights) {
  return DenseConnectivity{dense.sources, dense.targets, std::move(weights), delay};
}
Connectivity with_weights(const RealConv& conv,
                          std::uint32_t delay,
                          std::vector<std::int16_t> weights) {
  const ConvGeometry& geometry = conv.geometry;
  return ConvConnectivity{geometry.source_shape,
                          geometry.target_shape,
                          geometry.kernel,
                          geometry.stride,
                          geometry.padding,
                          geometry.dilation,
                          geometry.groups,
                          std::move(weights),
                          delay};
}
Connectivity with_weights(const RealSparse& sparse,
                          std::uint32_t,
                          std::vector<std::int16_t> weights) {
  return SparseConnectivity{sparse.row, sparse.target, std::move(weights), sparse.delay};
}

// ---- scale groups ----------------------------------------------------------------------------

// Neurons that share a scale: neuron / plane.
struct Groups {
  std::size_t plane, count;
  std::size_t of(std::size_t neuron) const { return neuron / plane; }
};

std::size_t plane_of(const RealConv& conv) {
  return std::size_t{conv.geometry.target_shape[1]} * conv.geometry.target_shape[2];
}

bool one_gain_per_channel(const RealConv& conv, const std::vector<NeuronStep>& steps) {
  const std::size_t plane = plane_of(conv);
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].gain != steps[i / plane * plane].gain) return false;
  return true;
}

// A channel is that of the first kernel into the population, else the first axis of its shape.
Groups groups_of(const RealPopulation& real, ScaleGranularity granularity) {
  const std::size_t neurons = real.steps.size();
  if (granularity == ScaleGranularity::Layer) return {neurons, 1};
  for (const FoldedChain* chain : real.chains)
    if (const auto* conv = std::get_if<RealConv>(&chain->map))
      return {plane_of(*conv), neurons / plane_of(*conv)};
  const Shape& shape = real.node.output_shape;
  const std::size_t channels = shape.empty() ? 1 : shape.front();
  return {neurons / channels, channels};
}

// Kernels whose neurons differ within a channel, or whose channels are not those of the groups.
void expand_uneven_kernels(RealPopulation& real, const FormatSpec& spec) {
  const Groups groups = groups_of(real, spec.quantization.scale);
  for (FoldedChain* chain : real.chains) {
    const auto* conv = std::get_if<RealConv>(&chain->map);
    if (conv == nullptr) continue;
    const bool aligned = groups.plane % plane_of(*conv) == 0;
    if (!aligned || !one_gain_per_channel(*conv, real.steps)) expand(*chain, spec.origin);
  }
}

// ---- quantization ----------------------------------------------------------------------------

class Quantizer {
 public:
  Quantizer(RealPopulation& real, const FormatSpec& spec)
      : real_(real),
        arithmetic_(spec.arithmetic),
        spec_(spec),
        groups_(groups_of(real, spec.quantization.scale)),
        cuba_(has_synapse(std::get<node::Neuron>(real.node.primitive).kind)),
        spiking_(spikes(std::get<node::Neuron>(real.node.primitive).kind)),
        largest_weight_(groups_.count),
        largest_integer_(groups_.count, 1.0),
        scale_(groups_.count),
        limit_name_(groups_.count) {}

  std::vector<Connectivity> run(LoweredPopulation& population, QuantizationLoss& loss) {
    choose_grids();
    find_scales(loss);
    add_neurons(population, loss);
    std::vector<Connectivity> result;
    WeightErrors errors;
    for (std::size_t i = 0; i < real_.chains.size(); ++i)
      result.push_back(integers_of(*real_.chains[i], grids_[i], errors));
    errors.report(loss);
    return result;
  }

 private:
  [[noreturn]] void refuse(const std::string& sentence) const {
    throw InputError(spec_.origin, real_.node.name, sentence);
  }

  static std::string number(double value) { return Json(value).dump(); }
  static double power_of_two(std::uint32_t exponent) {
    return std::ldexp(1.0, static_cast<int>(exponent));
  }
  double input_unit() const { return power_of_two(arithmetic_.input_shift); }
  double threshold_unit() const { return power_of_two(arithmetic_.threshold_shift); }

  // What one spike through a weight adds to v (or u).
  double effective(double weight, std::size_t target) const {
    return weight * real_.steps[target].gain * real_.spike_value;
  }

  // Constant drive per step: biases take the way of the inputs, the leak acts on the membrane.
  double drive_of(std::size_t i) const {
    const NeuronStep& step = real_.steps[i];
    const double bias = real_.bias[i] * step.gain;
    if (cuba_ && bias != 0.0 && step.leak != 0.0)
      refuse(
          "has both a bias of its input and a v_leak; an integer neuron with a synapse has one "
          "bias, on the current or on the membrane");
    return bias + step.leak;
  }

  // What the synapses of each chain hold: the format may depend on the signs of its weights.
  void choose_grids() {
    for (const FoldedChain* chain : real_.chains) {
      bool positive = false, negative = false;
      for_each_weight(*chain, [&](double weight, std::size_t target) {
        positive = positive || effective(weight, target) > 0;
        negative = negative || effective(weight, target) < 0;
      });
      grids_.push_back(weight_grid(
          arithmetic_, sign_mode_of(positive, negative), spec_.quantization.weight_bits));
    }
  }

  // The largest integer that weights of every sign that occurs may become.
  static double largest_of(const WeightGrid& grid) { return grid.high > 0 ? grid.high : -grid.low; }

  // The weight that, as the largest integer of its chain, leaves the least scale to its group.
  void find_largest_weights() {
    for (std::size_t i = 0; i < real_.chains.size(); ++i)
      for_each_weight(*real_.chains[i], [&](double weight, std::size_t target) {
        const std::size_t group = groups_.of(target);
        const double size = std::abs(effective(weight, target)), limit = largest_of(grids_[i]);
        if (size * largest_integer_[group] <= largest_weight_[group] * limit) return;
        largest_weight_[group] = size;
        largest_integer_[group] = limit;
      });
  }

  void find_scales(QuantizationLoss& loss) {
    find_largest_weights();
    for (std::size_t group = 0; group < groups_.count; ++group)
      scale_[group] = largest_weight_[group] > 0
                          ? largest_integer_[group] / largest_weight_[group] * input_unit()
                          : scale_without_weights(group);
    std::vector<double> wanted = scale_;
    for (std::size_t i = 0; i < real_.steps.size(); ++i) limit_scale(i);
    for (std::size_t group = 0; group < groups_.count; ++group) {
      check_scale(group);
      loss.scale_reduction = std::min(loss.scale_reduction, scale_[group] / wanted[group]);
    }
  }

  // Nothing but the thresholds and drives to be fine about: far below all bounds.
  double scale_without_weights(std::size_t group) const {
    double largest = 0.0;
    for (std::size_t i = group * groups_.plane; i < (group + 1) * groups_.plane; ++i)
      largest = std::max({largest, real_.steps[i].threshold, std::abs(drive_of(i))});
    return largest > 0 ? static_cast<double>(arithmetic_.v_max()) / 16 / largest : 1.0;
  }

  void limit_scale(std::size_t i) {
    const NeuronStep& step = real_.steps[i];
    const double v_max = static_cast<double>(arithmetic_.v_max());
    const double threshold_max =
        std::min(static_cast<double>(arithmetic_.threshold_max()) * threshold_unit(), v_max / 2);
    limit(i, step.threshold, threshold_max, "threshold");
    limit(i, drive_of(i), largest_bias(), "bias");
    limit(i, step.reset, v_max, "reset value");
    limit(i, step.v_min.value_or(0.0), v_max, "lower bound");
  }

  void limit(std::size_t i, double value, double bound, const char* name) {
    const std::size_t group = groups_.of(i);
    if (std::abs(value) * scale_[group] <= bound) return;
    scale_[group] = bound / std::abs(value);
    limit_name_[group] =
        std::string(name) + " " + number_text(value) + " must fit " + number_text(bound);
  }

  double largest_bias() const {
    const std::uint32_t exponent = (1U << arithmetic_.bias_exponent_bits) - 1;
    const double mantissa = power_of_two(arithmetic_.bias_mantissa_bits - 1) - 1;
    return std::min(mantissa * power_of_two(exponent), static_cast<double>(INT32_MAX));
  }

  void check_scale(std::size_t group) const {
    const double largest = largest_weight_[group] * scale_[group] / input_unit();
    if (largest_weight_[group] > 0 && largest < 0.5)
      refuse("its " + limit_name_[group] +
             " units of v, which leaves no bit for its weights (the "
             "largest is " +
             number_text(largest_weight_[group]) + ")");
  }

  Connectivity integers_of(const FoldedChain& chain,
                           const WeightGrid& grid,
                           WeightErrors& errors) const {
    std::vector<std::int16_t> weights;
    for_each_weight(chain, [&](double weight, std::size_t target) {
      const double unit = input_unit() / scale_[groups_.of(target)];
      const double exact = effective(weight, target);
      const double integer = grid.nearest(exact / unit);
      errors.add(exact, integer * unit);
      weights.push_back(static_cast<std::int16_t>(integer));
    });
    return std::visit(
        [&](const auto& map) { return with_weights(map, chain.delay, std::move(weights)); },
        chain.map);
  }

  // ---- neurons ----

  void add_neurons(LoweredPopulation& population, QuantizationLoss& loss) {
    bool biased = false;
    for (std::size_t i = 0; i < real_.steps.size(); ++i) {
      population.profile_of.push_back(profile_index(i, population, loss));
      population.bias.push_back(bias_of(i, loss));
      biased = biased || population.bias.back() != 0;
    }
    if (!biased) population.bias.clear();
    if (population.profiles.size() == 1) population.profile_of.clear();
  }

  std::uint16_t profile_index(std::size_t i,
                              LoweredPopulation& population,
                              QuantizationLoss& loss) {
    const NeuronProfile profile = profile_of(i, loss);
    const double scale = scale_[groups_.of(i)];
    const auto [found, is_new] =
        known_.try_emplace(key_of(profile, scale), static_cast<std::uint16_t>(known_.size()));
    if (is_new) {
      if (population.profiles.size() == kMostProfiles)
        refuse("needs more than 65535 neuron profiles; use one scale per layer");
      population.profiles.push_back(profile);
      population.v_scale.push_back(scale);
    }
    return found->second;
  }

  using ProfileKey = std::tuple<std::uint32_t,
                                std::uint32_t,
                                std::uint32_t,
                                std::int32_t,
                                std::int32_t,
                                BiasTarget,
                                double>;
  // What can differ within a population.
  static ProfileKey key_of(const NeuronProfile& p, double scale) {
    return {p.decay_u, p.decay_v, p.threshold, p.reset_value, p.v_min, p.bias_target, scale};
  }

  NeuronProfile profile_of(std::size_t i, QuantizationLoss& loss) const {
    const NeuronStep& step = real_.steps[i];
    const double scale = scale_[groups_.of(i)];
    NeuronProfile profile;
    profile.decay_u = cuba_ ? decay_of(step.kept_u, loss) : arithmetic_.no_memory();
    profile.decay_v = decay_of(step.kept_v, loss);
    profile.spikes = spiking_;
    const node::NeuronKind kind = std::get<node::Neuron>(real_.node.primitive).kind;
    const NeuronRules& rules = rules_of(spec_.semantics, kind);
    if (cuba_) profile.synapse_order = rules.synapse_order;
    profile.bias_target = cuba_ && step.leak == 0.0 ? BiasTarget::Current : BiasTarget::Membrane;
    if (!spiking_) return profile;
    profile.threshold = threshold_of(step.threshold, scale, loss);
    profile.comparison = rules.comparison;
    profile.reset = rules.reset;
    profile.refractory_steps = rules.refractory_steps;
    profile.threshold_test = rules.threshold_test;
    profile.reset_time = rules.reset_time;
    profile.reset_decays = rules.reset_decays;
    profile.max_spikes_per_step = std::min(rules.max_spikes_per_step, spec_.max_spikes_per_step);
    if (step.v_min) profile.v_min = static_cast<std::int32_t>(std::round(*step.v_min * scale));
    profile.reset_value =
        std::max(static_cast<std::int32_t>(std::round(step.reset * scale)), profile.v_min);
    return profile;
  }

  std::uint32_t decay_of(double kept, QuantizationLoss& loss) const {
    const double unit = 1.0 / arithmetic_.no_memory();
    const double decay = std::round((1.0 - kept) / unit);
    loss.decay_max_error = std::max(loss.decay_max_error, std::abs(1.0 - decay * unit - kept));
    return static_cast<std::uint32_t>(decay);
  }

  std::uint32_t threshold_of(double threshold, double scale, QuantizationLoss& loss) const {
    const double unit = threshold_unit() / scale;
    const double mantissa = std::round(threshold / unit);
    SPIKELOOM_CHECK(mantissa <= static_cast<double>(arithmetic_.threshold_max()),
                    "scales leave room for thresholds");
    if (threshold > 0 && mantissa == 0)
      refuse("its threshold " + number(threshold) +
             " rounds to 0, because the unit of thresholds is " + number(unit) +
             " beside its largest weight; use more weight bits than " +
             std::to_string(spec_.quantization.weight_bits) +
             (spec_.quantization.scale == ScaleGranularity::Layer ? ", or the scale \"channel\""
                                                                  : ""));
    if (threshold > 0)
      loss.threshold_max_error =
          std::max(loss.threshold_max_error, std::abs(mantissa * unit - threshold) / threshold);
    return static_cast<std::uint32_t>(mantissa);
  }

  std::int32_t bias_of(std::size_t i, QuantizationLoss& loss) const {
    const double scale = scale_[groups_.of(i)];
    const double drive = drive_of(i);
    const auto bias = nearest_bias(arithmetic_, drive * scale);
    SPIKELOOM_CHECK(bias.has_value(), "scales leave room for biases");
    const double reference = spiking_ ? real_.steps[i].threshold : std::abs(drive);
    if (reference > 0)
      loss.bias_max_error =
          std::max(loss.bias_max_error, std::abs(*bias / scale - drive) / reference);
    return *bias;
  }

  const RealPopulation& real_;
  const Arithmetic& arithmetic_;
  const FormatSpec& spec_;
  Groups groups_;
  bool cuba_, spiking_;
  std::vector<WeightGrid> grids_;        // per chain
  std::vector<double> largest_weight_;   // per group, effective
  std::vector<double> largest_integer_;  // that it becomes
  std::vector<double> scale_;            // per group: S
  std::vector<std::string> limit_name_;
  std::map<ProfileKey, std::uint16_t> known_;
};

}  // namespace

std::vector<Connectivity> quantize(RealPopulation& real,
                                   const FormatSpec& spec,
                                   LoweredPopulation& population,
                                   QuantizationLoss& loss) {
  expand_uneven_kernels(real, spec);
  return Quantizer(real, spec).run(population, loss);
}

}  // namespace spikeloom
