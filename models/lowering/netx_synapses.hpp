#pragma once
// The synapses into one layer of a netx file.

#include <array>
#include <optional>
#include <vector>

#include "models/lowering/connectivity.hpp"
#include "models/lowering/netx_fields.hpp"
#include "models/network/arithmetic.hpp"

namespace spikeloom {

/// How weights are to be stored.
struct SynapseFormat {
  const Arithmetic& arithmetic;
  std::uint32_t weight_bits;  ///< they are cut to these first; 8 changes nothing
  std::int32_t exponent;      ///< that the file's weights have
};

/// One projection. Where the exponent is below 0, spikes of different delays are shifted apart, as
/// Lava does: then there is one projection for each delay.
struct StoredProjection {
  Connectivity connectivity;
  std::int32_t exponent;
};

struct DenseWeights {
  std::uint32_t sources, targets;
  std::vector<std::int32_t> weight;  ///< [target * sources + source]
};
/// (targets, sources), or flat; extents behind the first are sources of a flattened layer.
DenseWeights read_dense_weights(const NetxFields& layer,
                                const std::string& field,
                                std::uint32_t targets);
/// With the delays of the layer: one for all synapses, per target, per source or per synapse.
std::vector<StoredProjection> store_dense(const NetxFields& layer,
                                          const std::string& field,
                                          const DenseWeights& weights,
                                          const SynapseFormat& format);

/// A sliding window: a convolution's, or a pooling's (one channel to itself).
struct Window {
  std::array<std::uint32_t, 2> kernel, stride, padding, dilation;
  std::uint32_t in_channels, out_channels, groups;
  std::vector<std::int32_t> weight;  ///< (out channels, in channels / groups, height, width)
};
Window read_conv_window(const NetxFields& layer);
Window read_pool_window(const NetxFields& layer, const std::array<std::uint32_t, 3>& target);
/// Refuses shapes that do not follow from each other. A pooling may also give the rows and columns
/// that lava-dl adds where its kernel does not divide the input.
void check_window(const NetxFields& layer,
                  const Window& window,
                  const std::array<std::uint32_t, 3>& source,
                  const std::array<std::uint32_t, 3>& target,
                  bool is_pool);
/// The only input that gives `target`, if there is only one.
std::optional<std::array<std::uint32_t, 3>> only_source_shape(
    const Window& window, const std::array<std::uint32_t, 3>& target);
/// With the delays of the layer: one for all synapses, or per target channel.
std::vector<StoredProjection> store_window(const NetxFields& layer,
                                           const Window& window,
                                           const std::array<std::uint32_t, 3>& source,
                                           const std::array<std::uint32_t, 3>& target,
                                           const SynapseFormat& format);

/// Weight 1 from every element to its neuron, within the step.
StoredProjection one_to_one(const NetxFields& layer,
                            const std::array<std::uint32_t, 3>& shape,
                            const SynapseFormat& format);
/// Weight 1 from sources / targets neighbours to one target, within the step.
StoredProjection one_per_group(std::uint32_t sources, std::uint32_t targets);

}  // namespace spikeloom
