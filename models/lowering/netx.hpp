#pragma once
// lava-dl's network files ("netx", HDF5): layers of integers for Loihi, which need no lowering.
// docs/reference/netx.md says what each field means.

#include <array>
#include <optional>
#include <string>

#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

struct NetxOptions {
  /// (channels, height, width) of what drives a first layer that does not say it itself.
  std::optional<std::array<std::uint32_t, 3>> input_shape;
  /// Bits that weights are cut to first, as Lava's Dense does; 8 changes nothing.
  std::uint32_t weight_bits = 8;
};

/// Reads the network in the formats of `arithmetic`. Populations are "input" and the paths of the
/// layers with neurons ("layer/0", "layer/1"), in this order; an input layer without neurons is the
/// input itself. Every layer answers one step after its input and its delays, but an input layer
/// and an average in the same. Throws InputError at the HDF5 path of what is missing, contradicts
/// itself, or does not fit the formats.
LoweredNetwork read_netx(const std::string& path,
                         const Arithmetic& arithmetic,
                         const NetxOptions& options = {});

}  // namespace spikeloom
