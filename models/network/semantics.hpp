#pragma once
// What a NIR file does not say: how time is cut into steps and what a step does. One explicit
// block, one interpreter (sim/golden/float_engine), one preset file per tool.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/network/arithmetic.hpp"

namespace spikeloom {

/// How a leak is integrated over dt: factor kept per step, with k = dt / tau.
enum class Integrator {
  Euler,        ///< 1 - k
  Exponential,  ///< exp(-k)
};
/// How much of the input enters the state per step.
enum class InputGain {
  DtOverTau,      ///< k (times r): Norse, Sinabs
  OneMinusDecay,  ///< 1 - kept factor (times r): Nengo, exact for input constant over the step
  One,            ///< 1 (times r), NIR's numbers taken as they are: Lava
  Normalized,     ///< 1, and the state is in units of r dt / tau, so thresholds, leaks and reset
                  ///< values are divided by it: snnTorch
};
enum class Comparison { Greater, GreaterOrEqual };
enum class ResetRule { ToValue, Subtract };
/// When the threshold is tested: on the state after this step's update, or on the state before it
/// (Spyx): then the reset is part of the update, and the spike shows one step later.
enum class ThresholdTest { AfterUpdate, BeforeUpdate };
/// Which synaptic current drives the membrane of Cuba neurons.
enum class SynapseOrder { New, Old };
enum class FloatWidth { Single, Double };

/// The full block. Fields are named in JSON as here.
struct Semantics {
  std::string name;         ///< preset's name, or "custom"
  std::string description;  ///< one sentence
  std::string source;       ///< where the behaviour was read or recorded

  Integrator integrator = Integrator::Euler;
  InputGain input_gain = InputGain::DtOverTau;
  Integrator synapse_integrator = Integrator::Euler;
  InputGain synapse_input_gain = InputGain::DtOverTau;
  SynapseOrder synapse_order = SynapseOrder::New;
  /// IF and I: v += r * input * (multiply_by_dt ? dt : 1).
  bool integrate_and_fire_times_dt = false;
  Comparison comparison = Comparison::Greater;
  ThresholdTest threshold_test = ThresholdTest::AfterUpdate;
  ResetRule reset = ResetRule::ToValue;
  std::uint32_t max_spikes_per_step = 1;  ///< more than one only with reset by subtraction
  /// Lower bound of v as a multiple of the threshold (-1: Sinabs importer); absent: none.
  /// Applied after reset.
  std::optional<double> v_min_thresholds;
  std::uint32_t refractory_steps = 0;       ///< v is held at reset for so many steps after a spike
  std::uint32_t synaptic_delay_steps = 0;   ///< added to every edge into a neuron
  std::uint32_t recurrent_delay_steps = 1;  ///< of edges that close a cycle; at least 1
  bool spike_is_dirac = false;              ///< a spike counts as 1/dt instead of 1
  FloatWidth float_width = FloatWidth::Double;
  /// The integers of presets that are those of a chip: what integer engines compute in where the
  /// experiment names no chip. Float engines pass it over.
  std::optional<Arithmetic> arithmetic;
};

/// Reads a semantics object. Every field is optional except those NIR leaves open and no default
/// can be guessed for: integrator, input_gain, comparison, reset.
Semantics read_semantics(const Json& object, const JsonPlace& place);
Json to_json(const Semantics& semantics);

/// The preset `name` from the library directory, or an error that lists the known ones.
Semantics load_semantics_preset(const std::string& name, const JsonPlace& asked_at);
std::vector<std::string> semantics_preset_names();

}  // namespace spikeloom
