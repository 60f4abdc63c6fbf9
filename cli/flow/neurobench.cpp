#include "cli/flow/neurobench.hpp"

namespace spikeloom {

NeurobenchFigures neurobench_of(const EngineTally& tally,
                                const Workload& workload,
                                const Semantics& semantics,
                                const FloatCounts& counts) {
  NeurobenchFigures figures = tally.activity();
  figures.size = size_of(workload.source->graph, semantics.float_width);
  figures.operations = counts.operations;
  figures.membrane_updates = counts.membrane_updates;
  return figures;
}

NeurobenchFigures neurobench_of(const EngineTally& tally,
                                const LoweredNetwork& network,
                                const QuantizationSpec& quantization,
                                const NetworkMeter& meter,
                                const IntegerCounts& counts) {
  NeurobenchFigures figures = tally.activity();
  figures.size = size_of(network, quantization.weight_bits);
  figures.operations = meter.counts();
  figures.membrane_updates = counts.membrane_updates;
  return figures;
}

}  // namespace spikeloom
