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
             double factor,
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
      return {keep, lost, k * factor, 1.0};
    case InputGain::OneMinusDecay:
      return {keep, lost, lost * factor, 1.0};
    case InputGain::One:
      return {keep, lost, factor, 1.0};
    case InputGain::Normalized:
      break;
  }
  if (!(factor > 0.0))
    site.fail(
        fmt::format("input gain \"normalized\" needs a positive r and w_in, found {}", factor));
  return {keep, lost, 1.0, k * factor};
}

Leak synapse_of(const node::Neuron& neuron, std::size_t i, const ProcessSite& site) {
  if (!has_synapse(neuron.kind)) return {0.0, 1.0, 1.0, 1.0};
  return leak_of(site.semantics.synapse_integrator,
                 site.semantics.synapse_input_gain,
                 neuron.tau_syn.data[i],
                 neuron.w_in.data[i],
                 site);
}

Leak membrane_of(const node::Neuron& neuron, std::size_t i, const ProcessSite& site) {
  const double r = neuron.r.data[i];
  if (leaks(neuron.kind))
    return leak_of(
        site.semantics.integrator, site.semantics.input_gain, neuron.tau.data[i], r, site);
  return {1.0, 0.0, site.semantics.integrate_and_fire_times_dt ? r * site.dt.value() : r, 1.0};
}

/// Spikes and bounds counted in thresholds need a positive one.
void check_threshold(double threshold, const ProcessSite& site) {
  if (threshold > 0.0) return;
  if (site.semantics.max_spikes_per_step > 1)
    site.fail(fmt::format("several spikes a step need a positive threshold, found {}", threshold));
  if (site.semantics.v_min_thresholds)
    site.fail(fmt::format("v_min_thresholds needs a positive threshold, found {}", threshold));
}

template <typename Real>
NeuronConstants<Real> cast(const NeuronConstants<double>& c) {
  const auto to_real = [](double value) { return static_cast<Real>(value); };
  return {to_real(c.synapse_keep),
          to_real(c.synapse_gain),
          to_real(c.keep),
          to_real(c.leak),
          to_real(c.gain),
          to_real(c.threshold),
          to_real(c.reset),
          to_real(c.v_min),
          to_real(c.v_unit)};
}

}  // namespace

NeuronConstants<double> constants_of(const node::Neuron& neuron,
                                     std::size_t index,
                                     const ProcessSite& site) {
  const Leak synapse = synapse_of(neuron, index, site);
  const Leak membrane = membrane_of(neuron, index, site);
  NeuronConstants<double> c{};
  c.synapse_keep = synapse.keep;
  c.synapse_gain = synapse.gain;
  c.keep = membrane.keep;
  // A normalized membrane takes the synapse's state as it is, so its unit contains the synapse's.
  const bool normalized = leaks(neuron.kind) && site.semantics.input_gain == InputGain::Normalized;
  c.v_unit = normalized ? membrane.unit * synapse.unit : 1.0;
  c.gain = normalized ? 1.0 : membrane.gain * synapse.unit;
  if (leaks(neuron.kind)) c.leak = membrane.lost * neuron.v_leak.data[index] / c.v_unit;
  c.v_min = -std::numeric_limits<double>::infinity();
  if (!spikes(neuron.kind)) return c;
  check_threshold(neuron.v_threshold.data[index], site);
  c.threshold = neuron.v_threshold.data[index] / c.v_unit;
  c.reset = neuron.v_reset.data[index] / c.v_unit;
  if (site.semantics.v_min_thresholds) c.v_min = *site.semantics.v_min_thresholds * c.threshold;
  return c;
}

template <typename Real>
NeuronGroup<Real>::NeuronGroup(const node::Neuron& neuron, const ProcessSite& site)
    : fires_(spikeloom::spikes(neuron.kind)),
      has_synapse_(spikeloom::has_synapse(neuron.kind)),
      rules_(site.semantics),
      spike_value_(static_cast<Real>(site.spike_value())) {
  const std::size_t count = volume_of(neuron.shape);
  constants_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    constants_.push_back(cast<Real>(constants_of(neuron, i, site)));
  reset();
}

template <typename Real>
void NeuronGroup<Real>::reset() {
  u_.assign(constants_.size(), Real{0});
  v_.assign(constants_.size(), Real{0});
  spikes_.assign(fires_ ? constants_.size() : 0, 0);
  refractory_left_.assign(constants_.size(), 0);
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
  const Real before = u_[i];
  u_[i] = constants_[i].synapse_keep * before + constants_[i].synapse_gain * input;
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
  const Real updated = c.keep * v + c.leak + c.gain * drive;
  const bool before_update = rules_.threshold_test == ThresholdTest::BeforeUpdate;
  const std::uint32_t count = fires_ ? spikes_at(i, before_update ? v : updated) : 0;
  v = updated;
  if (count == 0) return v = std::max(v, c.v_min), 0;
  v = rules_.reset == ResetRule::ToValue ? c.reset : v - static_cast<Real>(count) * c.threshold;
  v = std::max(v, c.v_min);
  refractory_left_[i] = rules_.refractory_steps;
  return count;
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
