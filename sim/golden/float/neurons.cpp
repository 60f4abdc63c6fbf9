#include "sim/golden/float/neurons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spikeloom::golden {
namespace {

/// One leaky state: what it keeps per step, what it takes in, and the unit it is kept in.
struct Leak {
  double keep, lost, gain, unit;
};

Leak leak_of(Integrator integrator,
             InputGain input_gain,
             double tau,
             double strength,
             const ProcessSite& site) {
  if (!(tau > 0.0)) site.fail(fmt::format("time constant {} s must be positive", tau));
  const double k = site.dt.value() / tau;
  const bool euler = integrator == Integrator::Euler;
  // A time constant of one step, stored in single precision, may come out a hair below dt.
  constexpr double kTolerance = 1e-6;
  if (euler && k > 1.0 + kTolerance)
    site.fail(fmt::format(
        "time constant {} s is shorter than dt = {} s: the euler integrator would overshoot; use "
        "a smaller dt or the exponential integrator",
        tau,
        site.dt.value()));
  const double lost = euler ? std::min(k, 1.0) : -std::expm1(-k);
  const double keep = euler ? 1.0 - lost : std::exp(-k);
  switch (input_gain) {
    case InputGain::DtOverTau:
      return {keep, lost, k * strength, 1.0};
    case InputGain::OneMinusDecay:
      return {keep, lost, lost * strength, 1.0};
    case InputGain::Decay:
      return {keep, lost, keep * strength, 1.0};
    case InputGain::One:
      return {keep, lost, strength, 1.0};
    case InputGain::Unit:
      return {keep, lost, 1.0, 1.0};
    case InputGain::Normalized:
      break;
  }
  if (!(strength > 0.0))
    site.fail(
        fmt::format("input gain \"normalized\" needs a positive r and w_in, found {}", strength));
  return {keep, lost, 1.0, k * strength};
}

Leak synapse_of(const node::Neuron& neuron, std::size_t i, const ProcessSite& site) {
  if (!has_synapse(neuron.kind)) return {0.0, 1.0, 1.0, 1.0};
  const NeuronRules& rules = rules_of(site.semantics, neuron.kind);
  return leak_of(rules.synapse_integrator,
                 rules.synapse_input_gain,
                 neuron.tau_syn.data[i],
                 neuron.w_in.data[i],
                 site);
}

Leak membrane_of(const node::Neuron& neuron, std::size_t i, const ProcessSite& site) {
  const NeuronRules& rules = rules_of(site.semantics, neuron.kind);
  const double r = neuron.r.data[i];
  if (leaks(neuron.kind))
    return leak_of(rules.integrator, rules.input_gain, neuron.tau.data[i], r, site);
  return {1.0, 0.0, rules.integrate_and_fire_times_dt ? r * site.dt.value() : r, 1.0};
}

/// Spikes and bounds counted in thresholds need a positive one.
void check_threshold(double threshold, const NeuronRules& rules, const ProcessSite& site) {
  if (threshold > 0.0) return;
  if (rules.max_spikes_per_step > 1)
    site.fail(fmt::format("several spikes a step need a positive threshold, found {}", threshold));
  if (rules.v_min_thresholds)
    site.fail(fmt::format("v_min_thresholds needs a positive threshold, found {}", threshold));
}

void set_leak(double v_leak,
              const NeuronRules& rules,
              const Leak& synapse,
              const Leak& membrane,
              NeuronConstants<double>& c) {
  const bool starts_there = rules.initial_v == VoltageSource::Leak;
  c.leak = membrane.lost * v_leak / c.v_unit;
  if (starts_there) c.initial_v = v_leak / c.v_unit;
  if (!rules.synapse_leaks_to_v_leak) return;
  c.synapse_leak = synapse.lost * v_leak / synapse.unit;
  if (starts_there) c.initial_u = v_leak / synapse.unit;
}

void set_threshold(const node::Neuron& neuron,
                   std::size_t i,
                   const NeuronRules& rules,
                   const ProcessSite& site,
                   NeuronConstants<double>& c) {
  check_threshold(neuron.v_threshold.data[i], rules, site);
  c.threshold = neuron.v_threshold.data[i] / c.v_unit;
  const double v_reset = neuron.v_reset.data[i] / c.v_unit;
  if (rules.reset_value == VoltageSource::Reset) c.reset = v_reset;
  if (rules.initial_v == VoltageSource::Reset) c.initial_v = v_reset;
  if (rules.v_min_thresholds) c.v_min = *rules.v_min_thresholds * c.threshold;
}

template <typename Real>
NeuronConstants<Real> cast(const NeuronConstants<double>& c) {
  const auto to_real = [](double value) { return static_cast<Real>(value); };
  return {to_real(c.synapse_keep),
          to_real(c.synapse_leak),
          to_real(c.synapse_gain),
          to_real(c.keep),
          to_real(c.leak),
          to_real(c.gain),
          to_real(c.threshold),
          to_real(c.reset),
          to_real(c.v_min),
          to_real(c.initial_u),
          to_real(c.initial_v),
          to_real(c.v_unit)};
}

}  // namespace

NeuronConstants<double> constants_of(const node::Neuron& neuron,
                                     std::size_t index,
                                     const ProcessSite& site) {
  const NeuronRules& rules = rules_of(site.semantics, neuron.kind);
  const Leak synapse = synapse_of(neuron, index, site);
  const Leak membrane = membrane_of(neuron, index, site);
  NeuronConstants<double> c{};
  c.synapse_keep = synapse.keep;
  c.synapse_gain = synapse.gain;
  c.keep = membrane.keep;
  // A normalized membrane takes the synapse's state as it is, so its unit contains the synapse's.
  const bool normalized = leaks(neuron.kind) && rules.input_gain == InputGain::Normalized;
  c.v_unit = normalized ? membrane.unit * synapse.unit : 1.0;
  c.gain = normalized ? 1.0 : membrane.gain * synapse.unit;
  if (leaks(neuron.kind)) set_leak(neuron.v_leak.data[index], rules, synapse, membrane, c);
  if (!has_synapse(neuron.kind)) c.synapse_leak = c.initial_u = 0.0;
  c.v_min = -std::numeric_limits<double>::infinity();
  if (spikes(neuron.kind)) set_threshold(neuron, index, rules, site, c);
  return c;
}

template <typename Real>
NeuronGroup<Real>::NeuronGroup(const node::Neuron& neuron, const ProcessSite& site)
    : fires_(spikeloom::spikes(neuron.kind)),
      has_synapse_(spikeloom::has_synapse(neuron.kind)),
      rules_(rules_of(site.semantics, neuron.kind)),
      spike_value_(static_cast<Real>(site.spike_value())) {
  const std::size_t count = volume_of(neuron.shape);
  constants_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    constants_.push_back(cast<Real>(constants_of(neuron, i, site)));
  reset();
}

template <typename Real>
void NeuronGroup<Real>::reset() {
  u_.clear();
  v_.clear();
  for (const NeuronConstants<Real>& c : constants_) {
    u_.push_back(c.initial_u);
    v_.push_back(c.initial_v);
  }
  spikes_.assign(fires_ ? constants_.size() : 0, 0);
  refractory_left_.assign(constants_.size(), 0);
  pending_.assign(constants_.size(), 0);
}

template <typename Real>
void NeuronGroup<Real>::rest(const std::vector<Real>&, std::vector<Real>& output) {
  reset();
  output.assign(constants_.size(), Real{0});
}

template <typename Real>
void NeuronGroup<Real>::step(const std::vector<Real>& input, std::vector<Real>& output) {
  for (std::size_t i = 0; i < constants_.size(); ++i) {
    const std::uint32_t count = update(i, drive(i, input[i]));
    if (fires_) spikes_[i] = count;
    output[i] = fires_ ? spike_value_ * static_cast<Real>(count) : v_[i] * constants_[i].v_unit;
  }
}

template <typename Real>
Real NeuronGroup<Real>::drive(std::size_t i, Real input) {
  const NeuronConstants<Real>& c = constants_[i];
  const Real before = u_[i];
  u_[i] = c.synapse_keep * before + c.synapse_leak + c.synapse_gain * input;
  return has_synapse_ && rules_.synapse_order == SynapseOrder::Old ? before : u_[i];
}

template <typename Real>
std::uint32_t NeuronGroup<Real>::update(std::size_t i, Real drive) {
  const NeuronConstants<Real>& c = constants_[i];
  Real& v = v_[i];
  if (refractory_left_[i] > 0) {
    --refractory_left_[i];
    v = c.reset;
    return 0;
  }
  if (rules_.threshold_test == ThresholdTest::BeforeUpdate) {
    const std::uint32_t count = fires_ ? spikes_at(i, v) : 0;
    v = std::max(updated(i, drive, count), c.v_min);
    if (count > 0) refractory_left_[i] = rules_.refractory_steps;
    return count;
  }
  v = updated(i, drive, pending_[i]);
  const std::uint32_t count = fires_ ? spikes_at(i, v) : 0;
  pending_[i] = rules_.reset_time == ResetTime::NextStep ? count : 0;
  if (count > 0 && pending_[i] == 0) v = after_reset(i, v, count);
  v = std::max(v, c.v_min);
  if (count > 0) refractory_left_[i] = rules_.refractory_steps;
  return count;
}

/// v after one update, of which the resets of `spikes` earlier spikes are a term.
template <typename Real>
Real NeuronGroup<Real>::updated(std::size_t i, Real drive, std::uint32_t spikes) const {
  const NeuronConstants<Real>& c = constants_[i];
  const bool first = spikes > 0 && (rules_.reset_decays || rules_.reset == ResetRule::ToValue);
  const Real v = first ? after_reset(i, v_[i], spikes) : v_[i];
  const Real result = c.keep * v + c.leak + c.gain * drive;
  return spikes == 0 || first ? result : result - static_cast<Real>(spikes) * c.threshold;
}

template <typename Real>
Real NeuronGroup<Real>::after_reset(std::size_t i, Real v, std::uint32_t count) const {
  const NeuronConstants<Real>& c = constants_[i];
  return rules_.reset == ResetRule::ToValue ? c.reset : v - static_cast<Real>(count) * c.threshold;
}

/// How often the threshold can be subtracted while v still passes it, up to the spikes allowed.
template <typename Real>
std::uint32_t NeuronGroup<Real>::spikes_at(std::size_t i, Real v) const {
  const Real threshold = constants_[i].threshold;
  const bool or_equal = rules_.comparison == Comparison::GreaterOrEqual;
  if (!(or_equal ? v >= threshold : v > threshold)) return 0;
  if (rules_.max_spikes_per_step == 1) return 1;
  const Real count = or_equal ? std::floor(v / threshold) : std::ceil(v / threshold) - Real{1};
  if (!(count < static_cast<Real>(rules_.max_spikes_per_step))) return rules_.max_spikes_per_step;
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(count));
}

template class NeuronGroup<float>;
template class NeuronGroup<double>;

}  // namespace spikeloom::golden
