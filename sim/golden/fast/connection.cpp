#include "sim/golden/fast/connection.hpp"

#include <algorithm>

#include "sim/golden/fast/inbox.hpp"

namespace spikeloom::fast {
namespace {

// Where fewer weights than one in so many are synapses, rows are faster than columns.
constexpr std::size_t kSparse = 4;

// So many drawn synapses are kept as rows, which are several times as fast; more are drawn for
// every spike, so that memory is bounded.
constexpr std::uint64_t kMostKeptSynapses = std::uint64_t{1} << 20;

Connection pack(const SparseConnectivity& sparse,
                const NeuronOrder& sources,
                const NeuronOrder& targets,
                const RingShape& shape) {
  const std::int32_t bits = weight_bits(sparse);
  if (PackedRows<std::uint32_t, 8>::fits(shape, bits))
    return PackedRows<std::uint32_t, 8>(sparse, sources, targets, shape);
  if (PackedRows<std::uint32_t, 10>::fits(shape, bits))
    return PackedRows<std::uint32_t, 10>(sparse, sources, targets, shape);
  if (PackedRows<std::uint32_t, 16>::fits(shape, bits))
    return PackedRows<std::uint32_t, 16>(sparse, sources, targets, shape);
  return PackedRows<std::uint64_t, 16>(sparse, sources, targets, shape);
}

bool is_sparse(const DenseConnectivity& dense) {
  const auto zeros = static_cast<std::size_t>(
      std::count(dense.weight.begin(), dense.weight.end(), std::int16_t{0}));
  return dense.delay <= UINT8_MAX && (dense.weight.size() - zeros) * kSparse < dense.weight.size();
}

}  // namespace

Connection make_connection(const Connectivity& connectivity,
                           const NeuronOrder& sources,
                           const NeuronOrder& targets,
                           const RingShape& shape) {
  if (const auto* conv = std::get_if<ConvConnectivity>(&connectivity))
    return ConvKernel(*conv, sources, targets);
  if (const auto* sparse = std::get_if<SparseConnectivity>(&connectivity))
    return pack(*sparse, sources, targets, shape);
  if (const auto* drawn = std::get_if<DrawnConnectivity>(&connectivity)) {
    const std::uint32_t neurons = drawn->grid.neurons();
    if (std::uint64_t{neurons} * drawn->fan_out > kMostKeptSynapses)
      return DrawnRows(*drawn, sources, targets);
    return pack(rows_of(connectivity, neurons), sources, targets, shape);
  }
  const auto& dense = std::get<DenseConnectivity>(connectivity);
  if (is_sparse(dense)) return pack(rows_of(connectivity, dense.sources), sources, targets, shape);
  return DenseColumns(dense, sources, targets);
}

}  // namespace spikeloom::fast
