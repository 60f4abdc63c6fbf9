#include "models/lowering/spinnaker.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/lowering/weight_errors.hpp"

namespace spikeloom {
namespace {

constexpr double kOne = 32768.0;         // 1 in s16.15
constexpr double kOneFraction = 0x1p32;  // 1 in u0.32
constexpr double kRingMax = 65535.0;     // of a ring-buffer slot
constexpr std::uint32_t kLargestShift = 15;
constexpr std::size_t kMostProfiles = 65535;

// Synapse types.
constexpr std::size_t kExcitatory = 0, kInhibitory = 1, kSynapseTypes = 2;

// Calls visit(weight, source, target) for every synapse.
template <typename Visit>
void for_each_synapse(const RealDense& dense, Visit visit) {
  for (std::size_t i = 0; i < dense.weight.size(); ++i) visit(dense.weight[i], i / dense.sources);
}
template <typename Visit>
void for_each_synapse(const RealSparse& sparse, Visit visit) {
  for (std::size_t i = 0; i < sparse.weight.size(); ++i) visit(sparse.weight[i], sparse.target[i]);
}
template <typename Visit>
void for_each_synapse(const RealConv&, Visit) {
  SPIKELOOM_CHECK(false, "kernels have become rows");
}

Connectivity with_weights(const RealDense& dense,
                          std::uint32_t delay,
                          std::vector<std::int16_t> weights) {
  return DenseConnectivity{dense.sources, dense.targets, std::move(weights), delay};
}
Connectivity with_weights(const RealSparse& sparse,
                          std::uint32_t,
                          std::vector<std::int16_t> weights) {
  return SparseConnectivity{sparse.row, sparse.target, std::move(weights), sparse.delay};
}
Connectivity with_weights(const RealConv&, std::uint32_t, const std::vector<std::int16_t>&) {
  SPIKELOOM_CHECK(false, "kernels have become rows");
  return {};
}

std::uint32_t fraction_of(double value) {
  return static_cast<std::uint32_t>(
      std::clamp(std::round(value * kOneFraction), 0.0, kOneFraction - 1.0));
}

class SpinnakerQuantizer {
 public:
  SpinnakerQuantizer(RealPopulation& real, const FormatSpec& spec)
      : real_(real),
        origin_(spec.origin),
        weight_max_(std::ldexp(1.0, static_cast<int>(spec.semantics.spinnaker->weight_bits)) - 1),
        rules_(rules_of(spec.semantics, neuron().kind)),
        shaped_(has_synapse(neuron().kind)) {}

  std::vector<Connectivity> run(LoweredPopulation& population, QuantizationLoss& loss) {
    for (FoldedChain* chain : real_.chains)
      if (std::holds_alternative<RealConv>(chain->map)) expand(*chain, origin_);
    scale_ = voltage_scale();
    find_shifts();
    for (std::size_t i = 0; i < real_.steps.size(); ++i) add_neuron(i, population, loss);
    std::vector<Connectivity> result;
    for (const FoldedChain* chain : real_.chains) result.push_back(integers_of(*chain));
    errors_.report(loss);
    return result;
  }

 private:
  const node::Neuron& neuron() const { return std::get<node::Neuron>(real_.node.primitive); }

  [[noreturn]] void refuse(const std::string& sentence) const {
    throw InputError(origin_, real_.node.name, sentence);
  }

  double rest_of(std::size_t i) const {
    return real_.steps[i].leak / (1.0 - real_.steps[i].kept_v);
  }

  // 2^s, so that what the neurons compare lies in the upper half of 0 to 64.
  double voltage_scale() const {
    double largest = 0.0;
    for (std::size_t i = 0; i < real_.steps.size(); ++i)
      largest = std::max({largest,
                          std::abs(real_.steps[i].threshold),
                          std::abs(real_.steps[i].reset),
                          std::abs(rest_of(i))});
    if (largest == 0.0) return 1.0;
    return std::ldexp(1.0, 6 - (std::ilogb(largest) + 1));
  }

  // What the synaptic current adds up to per unit of weight once: u0.32 keeps it below 1.
  double init_of(std::size_t i) const {
    const double kept = real_.steps[i].kept_u;
    if (!shaped_ || kept <= 0.0) return 1.0;
    return kept < 1.0 ? (1.0 - kept) / -std::log(kept) : 1.0;
  }

  // The height of the current that a weight stands for, in units of what it adds to v at rest.
  double height(double weight, std::size_t target) const {
    const NeuronStep& step = real_.steps[target];
    const double drive = weight * step.gain * real_.spike_value / (1.0 - step.kept_v);
    return drive * scale_ / init_of(target);
  }

  static std::size_t type_of(double height) { return height < 0.0 ? kInhibitory : kExcitatory; }

  template <typename Visit>
  static void visit_synapses(const FoldedChain& chain, Visit visit) {
    std::visit([&](const auto& map) { for_each_synapse(map, visit); }, chain.map);
  }

  void find_shifts() {
    std::array<double, kSynapseTypes> largest{};
    std::array<std::vector<double>, kSynapseTypes> sums;
    for (auto& sum : sums) sum.resize(real_.steps.size());
    for (const FoldedChain* chain : real_.chains)
      visit_synapses(*chain, [&](double weight, std::size_t target) {
        const double value = height(weight, target);
        const std::size_t type = type_of(value);
        largest[type] = std::max(largest[type], std::abs(value));
        sums[type][target] += std::abs(value);
      });
    for (std::size_t type = 0; type < kSynapseTypes; ++type) {
      const double sum = *std::max_element(sums[type].begin(), sums[type].end());
      shift_[type] = shift_for(std::max(largest[type] / weight_max_, sum / kRingMax));
      if (largest[type] > weight_max_ * unit_of(type))
        refuse("has a weight of " + number_text(largest[type] / scale_) +
               " times what moves v by 1, beyond SpiNNaker's 16 bits");
    }
  }

  // The least shift whose unit is at least `unit`, up to the largest there is.
  static std::uint32_t shift_for(double unit) {
    std::uint32_t shift = 0;
    while (shift < kLargestShift && std::ldexp(1.0 / kOne, static_cast<int>(shift)) < unit) ++shift;
    return shift;
  }
  double unit_of(std::size_t type) const {
    return std::ldexp(1.0 / kOne, static_cast<int>(shift_[type]));
  }

  std::int32_t fixed(double value, const std::string& what) const {
    const double integer = std::round(value * kOne);
    if (std::abs(integer) > std::numeric_limits<std::int32_t>::max())
      refuse("has the " + what + " " + number_text(value / scale_) +
             ", which s16.15 cannot hold beside its threshold");
    return static_cast<std::int32_t>(integer);
  }

  void add_neuron(std::size_t i, LoweredPopulation& population, QuantizationLoss& loss) {
    const std::uint16_t profile = index_of_profile(profile_of(i, loss), population);
    if (profile != 0 && population.profile_of.empty()) population.profile_of.assign(i, 0);
    if (!population.profile_of.empty()) population.profile_of.push_back(profile);
    const std::int32_t offset = offset_of(i);
    if (offset != 0 && population.bias.empty()) population.bias.assign(real_.steps.size(), 0);
    if (offset != 0) population.bias[i] = offset;
  }

  std::int32_t offset_of(std::size_t i) const {
    const NeuronStep& step = real_.steps[i];
    if (real_.bias[i] == 0.0) return 0;
    if (shaped_)
      refuse(
          "has a bias of its input, which would pass its synapse; SpiNNaker's I_offset does not");
    return fixed(real_.bias[i] * step.gain / (1.0 - step.kept_v) * scale_, "bias");
  }

  SpinnakerProfile profile_of(std::size_t i, QuantizationLoss& loss) const {
    const NeuronStep& step = real_.steps[i];
    SpinnakerProfile profile;
    profile.v_rest = fixed(rest_of(i) * scale_, "v_leak");
    profile.v_reset = fixed(step.reset * scale_, "reset value");
    profile.v_threshold = spikes(neuron().kind) ? fixed(step.threshold * scale_, "threshold")
                                                : std::numeric_limits<std::int32_t>::max();
    profile.exp_tc = static_cast<std::int32_t>(std::round(step.kept_v * kOne));
    loss.decay_max_error =
        std::max(loss.decay_max_error, std::abs(profile.exp_tc / kOne - step.kept_v));
    if (spikes(neuron().kind) && step.threshold > 0.0)
      loss.threshold_max_error =
          std::max(loss.threshold_max_error,
                   std::abs(profile.v_threshold / (kOne * scale_) / step.threshold - 1.0));
    profile.refractory_ticks = rules_.refractory_steps;
    profile.exc_shift = shift_[kExcitatory];
    profile.inh_shift = shift_[kInhibitory];
    profile.shaped = shaped_;
    if (!shaped_) return profile;
    profile.exc_decay = profile.inh_decay = fraction_of(step.kept_u);
    profile.exc_init = profile.inh_init = fraction_of(init_of(i));
    return profile;
  }

  std::uint16_t index_of_profile(const SpinnakerProfile& profile, LoweredPopulation& population) {
    const Key key{profile.v_rest,
                  profile.v_reset,
                  profile.v_threshold,
                  profile.exp_tc,
                  profile.exc_decay,
                  profile.exc_init};
    const auto [found, is_new] =
        known_.emplace(key, static_cast<std::uint16_t>(population.spinnaker.size()));
    if (!is_new) return found->second;
    if (population.spinnaker.size() >= kMostProfiles) refuse("needs more than 65535 profiles");
    population.spinnaker.push_back(profile);
    population.profiles.push_back({.spikes = spikes(neuron().kind)});
    population.v_scale.push_back(scale_ * kOne);
    return found->second;
  }

  Connectivity integers_of(const FoldedChain& chain) {
    std::vector<std::int16_t> weights;
    visit_synapses(chain, [&](double weight, std::size_t target) {
      const double value = height(weight, target);
      const double unit = unit_of(type_of(value));
      const double integer = std::clamp(std::round(value / unit), -weight_max_, weight_max_);
      errors_.add(value, integer * unit);
      weights.push_back(static_cast<std::int16_t>(integer));
    });
    return std::visit(
        [&](const auto& map) { return with_weights(map, chain.delay, std::move(weights)); },
        chain.map);
  }

  using Key = std::
      tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t, std::uint32_t, std::uint32_t>;

  RealPopulation& real_;
  const std::string& origin_;
  double weight_max_;
  const NeuronRules& rules_;
  bool shaped_;
  double scale_ = 1.0;
  std::array<std::uint32_t, kSynapseTypes> shift_{};
  std::map<Key, std::uint16_t> known_;
  WeightErrors errors_;
};

}  // namespace

void check_spinnaker_node(const Node& node, const Semantics& semantics, const std::string& origin) {
  const auto& neuron = std::get<node::Neuron>(node.primitive);
  const NeuronRules& rules = rules_of(semantics, neuron.kind);
  const auto refuse_if = [&](bool wrong, const std::string& what) {
    if (wrong)
      throw InputError(origin,
                       node.name,
                       what +
                           ", which SpiNNaker's software neuron (sPyNNaker IF_curr_exp and "
                           "IF_curr_delta) does not compute");
  };
  refuse_if(!leaks(neuron.kind), "is a neuron without leak");
  refuse_if(has_synapse(neuron.kind) && rules.synapse_order == SynapseOrder::Old,
            "is driven by the current of the step before");
  refuse_if(rules.initial_v != VoltageSource::Leak && !is_zero(neuron.v_leak),
            "does not start at its v_leak");
  refuse_if(rules.synapse_leaks_to_v_leak && has_synapse(neuron.kind) && !is_zero(neuron.v_leak),
            "has a current that relaxes to v_leak");
  if (!spikes(neuron.kind)) return;
  refuse_if(rules.comparison == Comparison::Greater, "spikes strictly above its threshold");
  refuse_if(rules.reset == ResetRule::Subtract, "subtracts its threshold");
  refuse_if(rules.threshold_test == ThresholdTest::BeforeUpdate, "is tested before its update");
  refuse_if(rules.reset_time == ResetTime::NextStep, "is reset a step late");
  refuse_if(rules.v_min_thresholds.has_value(), "has a lower bound of v");
}

std::vector<Connectivity> quantize_for_spinnaker(RealPopulation& real,
                                                 const FormatSpec& spec,
                                                 LoweredPopulation& population,
                                                 QuantizationLoss& loss) {
  return SpinnakerQuantizer(real, spec).run(population, loss);
}

}  // namespace spikeloom
