#pragma once
// The fast engine's form of a projection.

#include <variant>

#include "models/lowering/lowered_network.hpp"
#include "sim/golden/fast/conv_kernel.hpp"
#include "sim/golden/fast/dense_columns.hpp"
#include "sim/golden/fast/drawn_rows.hpp"
#include "sim/golden/fast/packed_rows.hpp"

namespace spikeloom::fast {

using Connection = std::variant<PackedRows<std::uint32_t, 8>,
                                PackedRows<std::uint32_t, 10>,
                                PackedRows<std::uint32_t, 16>,
                                PackedRows<std::uint64_t, 16>,
                                DrawnRows,
                                DenseColumns,
                                ConvKernel>;

/// Rows as narrow as the synapses of `connectivity` allow; columns for dense connections, unless
/// most of their weights are zero; kernels for convolutions. What is drawn is kept as
/// rows if it is small.
Connection make_connection(const Connectivity& connectivity,
                           const NeuronOrder& sources,
                           const NeuronOrder& targets,
                           const RingShape& shape);

}  // namespace spikeloom::fast
