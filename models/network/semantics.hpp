#pragma once
// What a NIR file does not say: how time is cut into steps and what a step does. One explicit
// block, one interpreter (sim/golden/float_engine), one preset file per tool.
// docs/presets/ says where each preset was read and how far it is verified.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/network/arithmetic.hpp"
#include "models/network/graph.hpp"
#include "models/network/spinnaker_arithmetic.hpp"

namespace spikeloom {

/// How a leak is integrated over dt: factor kept per step, with k = dt / tau.
enum class Integrator {
  Euler,        ///< 1 - k
  Exponential,  ///< exp(-k)
};
/// How much of the input enters the state per step. Strength is r, of a synapse w_in.
enum class InputGain {
  DtOverTau,      ///< k times strength: Norse, Lava
  OneMinusDecay,  ///< 1 - kept factor, times strength: Nengo, exact for input constant over dt
  Decay,       ///< kept factor times strength: synapses of Sinabs and Rockpool decay after adding
  One,         ///< strength, NIR's numbers taken as they are
  Unit,        ///< 1, whatever the strength: importers that pass r and w_in over
  Normalized,  ///< 1, and the state is in units of strength dt / tau, so thresholds, leaks and
               ///< reset values are divided by it: snnTorch
};
enum class Comparison { Greater, GreaterOrEqual };
enum class ResetRule { ToValue, Subtract };
/// Where a reset to a value leads, and where v starts: a parameter of NIR, or 0 whatever the file
/// says. A reset never leads to v_leak.
enum class VoltageSource { Zero, Reset, Leak };
/// When a reset takes effect: in the step of its spike, or as a term of the next step's update
/// (snnTorch's reset_delay).
enum class ResetTime { ThisStep, NextStep };
/// When the threshold is tested: on the state after this step's update, or on the state before it
/// (Spyx): then the reset is part of the update, and the spike shows one step later.
enum class ThresholdTest { AfterUpdate, BeforeUpdate };
/// Which synaptic current drives the membrane of Cuba neurons.
enum class SynapseOrder { New, Old };
enum class FloatWidth { Single, Double };

/// What a step does to one neuron. Fields are named in JSON as here.
struct NeuronRules {
  Integrator integrator = Integrator::Euler;
  InputGain input_gain = InputGain::DtOverTau;
  Integrator synapse_integrator = Integrator::Euler;
  InputGain synapse_input_gain = InputGain::DtOverTau;
  SynapseOrder synapse_order = SynapseOrder::New;
  /// The synaptic current relaxes to v_leak instead of 0 (Norse's importer).
  bool synapse_leaks_to_v_leak = false;
  /// IF and I: v += r * input * (multiply_by_dt ? dt : 1).
  bool integrate_and_fire_times_dt = false;
  Comparison comparison = Comparison::Greater;
  ThresholdTest threshold_test = ThresholdTest::AfterUpdate;
  ResetRule reset = ResetRule::ToValue;
  VoltageSource reset_value = VoltageSource::Reset;  ///< of resets to a value
  ResetTime reset_time = ResetTime::ThisStep;
  /// Of resets that are terms of an update: the threshold is subtracted before v decays.
  bool reset_decays = false;
  std::uint32_t max_spikes_per_step = 1;  ///< more than one only with reset by subtraction
  /// Lower bound of v as a multiple of the threshold (-1: Sinabs importer); absent: none.
  /// Applied after reset.
  std::optional<double> v_min_thresholds;
  std::uint32_t refractory_steps = 0;  ///< v is held at reset for so many steps after a spike
  /// At v_reset or v_leak start neurons that have one; the synaptic current starts at v_leak if v
  /// does and synapse_leaks_to_v_leak is set, else at 0.
  VoltageSource initial_v = VoltageSource::Zero;
};

/// The full block. Fields are named in JSON as here.
struct Semantics : NeuronRules {
  std::string name;         ///< preset's name, or "custom"
  std::string description;  ///< one sentence
  std::string source;       ///< where the behaviour was read or recorded

  std::uint32_t synaptic_delay_steps = 0;   ///< added to every edge into a neuron
  std::uint32_t recurrent_delay_steps = 1;  ///< of edges that close a cycle; at least 1
  bool spike_is_dirac = false;              ///< a spike counts as 1/dt instead of 1
  /// Weights of Affine, Linear and convolution nodes are rounded to multiples of this, in NIR's
  /// units (ties to even); absent: they are not.
  std::optional<double> weight_step;
  FloatWidth float_width = FloatWidth::Double;
  /// Where IF, LIF or CubaLIF differ from the above: the rules of that kind, complete.
  std::vector<std::pair<node::NeuronKind, NeuronRules>> kinds;
  /// The integers of presets that are those of a chip: what integer engines compute in where the
  /// experiment names no chip. Float engines pass it over.
  std::optional<Arithmetic> arithmetic;
  /// Instead: the integers of SpiNNaker's software neuron.
  std::optional<SpinnakerArithmetic> spinnaker;
};

/// The rules of neurons of `kind`: those under `kinds`, else the general ones.
const NeuronRules& rules_of(const Semantics& semantics, node::NeuronKind kind);

/// `graph` with the weights of its Affine, Linear and convolution nodes at the nearest multiples of
/// `step` (ties to even).
Graph with_weight_step(const Graph& graph, double step);

/// Reads a semantics object. Every field is optional except those NIR leaves open and no default
/// can be guessed for: integrator, input_gain, comparison, reset.
Semantics read_semantics(const Json& object, const JsonPlace& place);
Json to_json(const Semantics& semantics);

/// The preset `name` from the library directory, or an error that lists the known ones.
Semantics load_semantics_preset(const std::string& name, const JsonPlace& asked_at);
std::vector<std::string> semantics_preset_names();

}  // namespace spikeloom
