#include "models/lowering/neuron_step.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

// One leaky state, kept in multiples of `unit`.
struct LeakyState {
  double kept, gain, unit;
};

// `strength` is r or w_in.
LeakyState leaky_state(Integrator integrator, InputGain input_gain, double k, double strength) {
  const double kept = integrator == Integrator::Euler ? 1.0 - k : std::exp(-k);
  switch (input_gain) {
    case InputGain::DtOverTau:
      return {kept, k * strength, 1.0};
    case InputGain::OneMinusDecay:
      return {kept, (1.0 - kept) * strength, 1.0};
    case InputGain::Decay:
      return {kept, kept * strength, 1.0};
    case InputGain::One:
      return {kept, strength, 1.0};
    case InputGain::Unit:
      return {kept, 1.0, 1.0};
    case InputGain::Normalized:
      break;
  }
  return {kept, 1.0, k * strength};
}

class StepReader {
 public:
  StepReader(const Node& node, const Semantics& semantics, Seconds dt, const std::string& origin)
      : node_(node),
        neuron_(std::get<node::Neuron>(node.primitive)),
        rules_(rules_of(semantics, neuron_.kind)),
        dt_(dt),
        origin_(origin) {}

  NeuronStep read(std::size_t i) const {
    const LeakyState synapse = synapse_of(i), membrane = membrane_of(i);
    // A normalized membrane takes the synapse's state as it is.
    const bool normalized = leaks(neuron_.kind) && rules_.input_gain == InputGain::Normalized;
    const double unit = normalized ? membrane.unit * synapse.unit : 1.0;
    NeuronStep step;
    step.kept_u = has_synapse(neuron_.kind) ? checked(synapse.kept, "synapse") : 0.0;
    step.kept_v = checked(membrane.kept, "membrane");
    step.gain = synapse.gain * (normalized ? 1.0 : membrane.gain * synapse.unit);
    if (leaks(neuron_.kind))
      step.leak = (1.0 - step.kept_v) * neuron_.v_leak.data[i] / positive(unit);
    if (spikes(neuron_.kind)) read_threshold(i, positive(unit), step);
    return step;
  }

 private:
  LeakyState synapse_of(std::size_t i) const {
    if (!has_synapse(neuron_.kind)) return {0.0, 1.0, 1.0};
    return leaky_state(rules_.synapse_integrator,
                       rules_.synapse_input_gain,
                       dt_.value() / time_constant(neuron_.tau_syn.data[i]),
                       neuron_.w_in.data[i]);
  }

  LeakyState membrane_of(std::size_t i) const {
    const double r = neuron_.r.data[i];
    if (!leaks(neuron_.kind))
      return {1.0, rules_.integrate_and_fire_times_dt ? r * dt_.value() : r, 1.0};
    return leaky_state(
        rules_.integrator, rules_.input_gain, dt_.value() / time_constant(neuron_.tau.data[i]), r);
  }

  void read_threshold(std::size_t i, double unit, NeuronStep& step) const {
    step.threshold = neuron_.v_threshold.data[i] / unit;
    if (rules_.reset_value == VoltageSource::Reset) step.reset = neuron_.v_reset.data[i] / unit;
    if (!(step.threshold >= 0.0))
      refuse("has the threshold " + number_text(neuron_.v_threshold.data[i]) +
             "; integer neurons need 0 or more");
    if (rules_.max_spikes_per_step > 1 && step.threshold == 0.0)
      refuse("has the threshold 0; several spikes a step need a positive one");
    if (rules_.reset_time == ResetTime::NextStep && step.threshold == 0.0)
      refuse("has the threshold 0; a reset in the step after the spike needs a positive one");
    if (rules_.v_min_thresholds) step.v_min = *rules_.v_min_thresholds * step.threshold;
  }

  double time_constant(double tau) const {
    if (!(tau > 0.0))
      refuse("has the time constant " + number_text(tau) + " s, which must be positive");
    return tau;
  }

  double positive(double unit) const {
    if (!(unit > 0.0)) refuse("needs positive r and w_in for the input gain \"normalized\"");
    return unit;
  }

  double checked(double kept, const std::string& what) const {
    // A time constant of one step, stored in single precision, may come out a hair below dt.
    constexpr double kTolerance = 1e-6;
    if (kept < -kTolerance)
      refuse("keeps the factor " + number_text(kept) + " of its " + what +
             " per step; allowed is 0 to 1 (the time constant is shorter than dt)");
    return std::clamp(kept, 0.0, 1.0);
  }

  [[noreturn]] void refuse(const std::string& sentence) const {
    throw InputError(origin_, node_.name, sentence);
  }

  const Node& node_;
  const node::Neuron& neuron_;
  const NeuronRules& rules_;
  Seconds dt_;
  const std::string& origin_;
};

}  // namespace

NeuronStep neuron_step(const Node& node,
                       std::size_t index,
                       const Semantics& semantics,
                       Seconds dt,
                       const std::string& origin) {
  return StepReader(node, semantics, dt, origin).read(index);
}

}  // namespace spikeloom
