#pragma once
// A network as a chip computes it: integer parameters, linear chains folded into projections,
// delays of at least one step. The integer golden model and the mapper both read this, and nothing
// of each other.

#include <string>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "models/network/arithmetic.hpp"
#include "models/network/semantics.hpp"
#include "models/network/state_resets.hpp"

namespace spikeloom {

enum class BiasTarget { Membrane, Current };

/// The most spikes of a neuron in a step that integer engines compute.
constexpr std::uint32_t kMostSpikesPerStep = 65536;

/// Parameters shared by many neurons; see arithmetic.hpp for what they do.
struct NeuronProfile {
  std::uint32_t decay_u = 0, decay_v = 0;  ///< 0 .. 2^decay_bits
  std::uint32_t threshold = 0;             ///< mantissa, 0 .. threshold_max
  bool spikes = true;                      ///< false: a read-out integrator, never tested
  Comparison comparison = Comparison::Greater;
  ResetRule reset = ResetRule::ToValue;
  std::int32_t reset_value = 0;        ///< in units of v, at least v_min
  std::int32_t v_min = INT32_MIN;      ///< lower bound of v after reset; INT32_MIN: none
  std::uint32_t refractory_steps = 0;  ///< 0 to 63
  /// 1 to kMostSpikesPerStep; above 1 only with reset by subtraction, a threshold above 0 and no
  /// refractory steps.
  std::uint32_t max_spikes_per_step = 1;
  SynapseOrder synapse_order = SynapseOrder::New;
  /// BeforeUpdate only with reset by subtraction.
  ThresholdTest threshold_test = ThresholdTest::AfterUpdate;
  /// NextStep only with a threshold above 0, tested after the update, and no refractory steps.
  ResetTime reset_time = ResetTime::ThisStep;
  bool reset_decays = false;  ///< of resets by subtraction that are terms of an update

  /// The reset is a term of an update, of the v that a step begins with.
  bool resets_in_update() const {
    return threshold_test == ThresholdTest::BeforeUpdate || reset_time == ResetTime::NextStep;
  }
  BiasTarget bias_target = BiasTarget::Membrane;
  bool operator==(const NeuronProfile&) const = default;
};

struct LoweredPopulation {
  std::string name;
  Shape shape{};
  std::uint32_t size = 0;
  bool is_input = false;
  bool is_output = false;
  /// s(p): steps before this hold the initial state (u = v = 0), biases included; then it runs.
  /// Nothing arrives before it: a delay-ring slot of an earlier step is cleared unread.
  std::uint32_t start = 0;
  std::vector<NeuronProfile> profiles{};    ///< empty for inputs
  std::vector<std::uint16_t> profile_of{};  ///< per neuron; empty: all use profile 0
  std::vector<std::int32_t> bias{};         ///< per neuron, representable; empty: none
  std::vector<double> v_scale{};            ///< per profile: units of v per unit of the float v
  /// Of SpiNNaker's neurons: instead of `profiles`, which are then as many but say nothing; `bias`
  /// is I_offset in s16.15.
  std::vector<SpinnakerProfile> spinnaker{};

  const NeuronProfile& profile(std::uint32_t neuron) const {
    return profiles[profile_of.empty() ? 0 : profile_of[neuron]];
  }
  bool spikes() const { return is_input || profiles.front().spikes; }
};

struct Projection {
  PopulationId source, target;
  std::string name;  ///< "hidden1 -> conv2 -> hidden2"
  Connectivity connectivity;
  /// -8 to 7. From 0 on every weight counts as weight << weight_exponent. Below 0, what arrives
  /// through this projection in a step is summed, kept modulo 2^sum_bits, and shifted right by
  /// -weight_exponent towards minus infinity before it joins the neuron's sum (Lava's Dense).
  std::int32_t weight_exponent = 0;
};

struct LoweredNetwork {
  Arithmetic arithmetic;
  /// Neurons are SpiNNaker's, which `arithmetic` does not describe: SpinnakerEngine runs them. The
  /// sign of a weight is its synapse type.
  bool is_spinnaker = false;
  IdVector<PopulationId, LoweredPopulation> populations;
  std::vector<Projection> projections;
  StateResets resets;               ///< of state during a run
  std::uint32_t max_delay = 1;      ///< steps, over all synapses
  std::uint32_t deepest_start = 0;  ///< a run lasts its steps and these
};

std::uint64_t synapse_count(const LoweredNetwork& network);
std::uint64_t neuron_count(const LoweredNetwork& network);  ///< inputs not counted

/// The most spikes that v lets a neuron of `profile` fire in a step.
std::uint32_t most_spikes(const NeuronProfile& profile, const Arithmetic& arithmetic);
/// Of all neurons of a population; 1 for inputs, whose counts only a run knows.
std::uint32_t most_spikes(const LoweredPopulation& population, const Arithmetic& arithmetic);

/// The largest |sum| that could arrive at one neuron in one step if all its sources spiked as often
/// as they can, inputs once, per population; the mapper warns where it exceeds sum_bits.
IdVector<PopulationId, std::uint64_t> worst_case_sum(const LoweredNetwork& network);

}  // namespace spikeloom
