#pragma once
// NeuroBench's figures of a reference, gathered from those who count.

#include "cli/flow/readout.hpp"
#include "sim/golden/float_counts.hpp"
#include "sim/golden/integer_counts.hpp"

namespace spikeloom {

/// Of a float reference that ran `workload.source` under `semantics` and counted `counts`.
NeurobenchFigures neurobench_of(const EngineTally& tally,
                                const Workload& workload,
                                const Semantics& semantics,
                                const FloatCounts& counts);

/// Of an integer reference that ran `lowering.network`, whose spikes `meter` saw.
NeurobenchFigures neurobench_of(const EngineTally& tally,
                                const LoweredNetwork& network,
                                const QuantizationSpec& quantization,
                                const NetworkMeter& meter,
                                const IntegerCounts& counts);

}  // namespace spikeloom
