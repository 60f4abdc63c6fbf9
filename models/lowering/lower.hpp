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
  double weight_rms_error;       ///< relative to the rms of the weights
  double weight_max_error;       ///< relative to the largest |weight|
  std::uint64_t weights_zeroed;  ///< non-zero weights that became zero
  std::uint64_t weights;
  double threshold_max_error;  ///< relative
  double decay_max_error;      ///< absolute, of the factor kept per step
  double bias_max_error;       ///< relative to the threshold
};

struct Lowering {
  LoweredNetwork network;
  std::vector<QuantizationLoss> losses;  ///< one per population that has neurons
};

/// Population ids equal those of populations_of(graph). Scale per layer (or output channel): the
/// largest |weight| maps to the largest integer; thresholds, biases and resets follow, so gains of
/// the semantics fold into them. Refuses, naming the node, what integer neurons cannot compute.
/// Retiming: s(p) is the longest path from the inputs, every edge d' = d + s(target) - s(source);
/// a cycle with fewer delay steps than edges is refused by name.
Lowering lower(const Graph& graph,
               const EvaluationOrder& order,
               const Semantics& semantics,
               Seconds dt,
               const Arithmetic& arithmetic,
               const QuantizationSpec& quantization);

}  // namespace spikeloom
