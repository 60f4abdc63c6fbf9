#pragma once
// From a graph and its semantics to integers: quantization and retiming.

#include "models/base/units.hpp"
#include "models/lowering/lowered_network.hpp"
#include "models/network/populations.hpp"

namespace spikeloom {

enum class ScaleGranularity { Layer, Channel };

struct QuantizationSpec {
  /// Bits of a weight, 2 to the arithmetic's weight_bits (which is the default).
  std::uint32_t weight_bits = 8;
  ScaleGranularity scale = ScaleGranularity::Channel;
};
QuantizationSpec read_quantization(const Json& object, const JsonPlace& place, const Arithmetic&);
Json to_json(const QuantizationSpec& spec);

/// What quantization lost in the projections into one population.
struct QuantizationLoss {
  std::string population;
  double weight_rms_error = 0;       ///< relative to the rms of the weights
  double weight_max_error = 0;       ///< relative to the largest |weight|
  std::uint64_t weights_zeroed = 0;  ///< non-zero weights that became zero
  std::uint64_t weights = 0;         ///< as stored: a kernel's count once
  double threshold_max_error = 0;    ///< relative
  double decay_max_error = 0;        ///< absolute, of the factor kept per step
  double bias_max_error = 0;         ///< relative to the threshold; of read-outs: to the bias
  /// Least scale used / scale that the weights alone would take; below 1 where a threshold, bias,
  /// reset value or lower bound did not fit its format and the weights had to shrink.
  double scale_reduction = 1;
};

struct Lowering {
  LoweredNetwork network;
  std::vector<QuantizationLoss> losses;  ///< one per population that has neurons
};

/// Population ids equal those of populations_of(graph). One scale per population, or per output
/// channel (the first axis of a convolution's target, or of the population's shape: for a matrix,
/// each neuron): the largest |weight| over all projections into it maps to the largest integer;
/// thresholds, biases and resets follow, so gains of the semantics fold into them. A bias acts from
/// the population's start on, whatever the delays on its way. Refuses, naming the node, what
/// integer neurons cannot compute. Retiming: s(p) is the longest path from the inputs, every edge
/// d' = d + s(target) - s(source); a cycle with fewer delay steps than edges is refused by name.
/// Several spikes a step are limited to `max_spikes_per_step`, what the chip's neurons can fire; a
/// limit of 1 refuses them.
Lowering lower(const Graph& graph,
               const EvaluationOrder& order,
               const Semantics& semantics,
               Seconds dt,
               const Arithmetic& arithmetic,
               const QuantizationSpec& quantization,
               std::uint32_t max_spikes_per_step = kMostSpikesPerStep);

}  // namespace spikeloom
