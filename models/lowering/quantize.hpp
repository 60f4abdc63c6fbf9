#pragma once
// One population and the projections into it, from real numbers to the chip's formats.

#include "models/lowering/fold.hpp"
#include "models/lowering/lower.hpp"
#include "models/lowering/neuron_step.hpp"

namespace spikeloom {

/// What arrives at a population and what its neurons do, in real numbers.
struct RealPopulation {
  const Node& node;
  std::vector<NeuronStep> steps;     ///< per neuron
  std::vector<FoldedChain*> chains;  ///< into it; kernels may be expanded to rows
  std::vector<double> bias;          ///< per neuron and step, before the gain
  double spike_value = 1.0;          ///< what a spike of a source counts
};

struct FormatSpec {
  const Arithmetic& arithmetic;
  const QuantizationSpec& quantization;
  const Semantics& semantics;
  const std::string& origin;                               ///< file, for refusals
  std::uint32_t max_spikes_per_step = kMostSpikesPerStep;  ///< that a neuron can fire
};

/// Fills profiles, biases and scales of `population` and gives the connectivities, parallel to
/// `real.chains`. With v_int = S v, a weight w becomes the nearest integer of its format
/// (weight_format.hpp) to S gain w / 2^input_shift; S makes the largest of a scale group the
/// largest integer, unless a threshold, bias, reset value or lower bound needs a smaller one
/// (QuantizationLoss::scale_reduction). Refuses if then all weights of the group would vanish, or
/// if a positive threshold would round to 0.
std::vector<Connectivity> quantize(RealPopulation& real,
                                   const FormatSpec& spec,
                                   LoweredPopulation& population,
                                   QuantizationLoss& loss);

}  // namespace spikeloom
