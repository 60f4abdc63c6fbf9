#pragma once
// The six neuron kinds under a semantics block. With k = dt / tau, one step of a neuron is
//   u = keep_s u + gain_s x          (Cuba kinds; the others have u = x)
//   v = keep v + (1 - keep) v_leak + gain u
// then the threshold, the reset and the lower bound. An integrator has keep = 1 and no leak.
// A reset that takes effect in the next step is a term of that step's update.

#include "sim/golden/float/process.hpp"

namespace spikeloom::golden {

/// The per-neuron constants of a step, in the units the state is kept in.
template <typename Real>
struct NeuronConstants {
  Real synapse_keep, synapse_leak, synapse_gain;
  Real keep, leak, gain;
  Real threshold, reset, v_min;
  Real initial_u, initial_v;
  Real v_unit;  ///< NIR's v per unit of the state (not 1 only where the input gain is normalized)
};

/// Constants of neuron `index`. Refuses what the semantics cannot run (InputError at the node).
NeuronConstants<double> constants_of(const node::Neuron& neuron,
                                     std::size_t index,
                                     const ProcessSite& site);

/// Neurons of one node. Its output is the spikes of the step (1/dt each if spikes are Diracs), or
/// NIR's v for read-outs.
template <typename Real>
class NeuronGroup final : public Process<Real> {
 public:
  NeuronGroup(const node::Neuron& neuron, const ProcessSite& site);

  void step(const std::vector<Real>& input, std::vector<Real>& output) override;
  void rest(const std::vector<Real>& input, std::vector<Real>& output) override;

  /// Back to the initial state.
  void reset();

  /// Spikes of each neuron in the last step; empty for read-outs.
  const std::vector<std::uint32_t>& spikes() const { return spikes_; }
  /// Synaptic current after the last step; of kinds without a synapse, the step's input.
  const std::vector<Real>& u() const { return u_; }
  /// Membrane state after the last step, resets applied, in the units it is kept in.
  const std::vector<Real>& v() const { return v_; }

 private:
  Real drive(std::size_t i, Real input);
  std::uint32_t update(std::size_t i, Real drive);
  Real updated(std::size_t i, Real drive, std::uint32_t subtractions) const;
  Real after_reset(std::size_t i, Real v, std::uint32_t count) const;
  std::uint32_t spikes_at(std::size_t i, Real v) const;

  bool fires_, has_synapse_;
  NeuronRules rules_;
  Real spike_value_;
  std::vector<NeuronConstants<Real>> constants_;
  std::vector<Real> u_, v_;
  std::vector<std::uint32_t> spikes_, refractory_left_;
  std::vector<std::uint32_t> pending_;  // spikes whose reset is a term of the next update
};

}  // namespace spikeloom::golden
