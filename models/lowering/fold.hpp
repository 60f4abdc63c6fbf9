#pragma once
// A chain of linear nodes as one connectivity with real weights.

#include <variant>

#include "models/base/units.hpp"
#include "models/lowering/chains.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

/// The longest delay of a lowered synapse, in steps: rows keep a byte.
constexpr std::uint32_t kLongestLoweredDelay = 255;

/// Where the taps of a two-dimensional window lie; shapes are (channels, height, width).
struct ConvGeometry {
  std::array<std::uint32_t, 3> source_shape, target_shape;
  std::array<std::uint32_t, 2> kernel, stride, padding, dilation;
  std::uint32_t groups;
};

struct RealDense {
  std::uint32_t sources, targets;
  std::vector<double> weight;  ///< [target * sources + source]
};
struct RealConv {
  ConvGeometry geometry;
  std::vector<double> weight;  ///< (out channels, in channels / groups, height, width)
};
struct RealSparse {
  std::vector<std::uint64_t> row;  ///< sources + 1
  std::vector<std::uint32_t> target;
  std::vector<double> weight;
  std::vector<std::uint8_t> delay;  ///< before retiming, may be 0
};
using RealConnectivity = std::variant<RealDense, RealConv, RealSparse>;

struct FoldedChain {
  PopulationId source, target;
  std::string name;
  RealConnectivity map;
  std::uint32_t delay = 0;  ///< of dense and kernel, before retiming, may be 0; rows have their own
};

/// A lone Affine or Linear stays dense, a lone convolution stays a kernel (Flatten, and Delay nodes
/// with one delay for all, do not count); anything else becomes rows, by sending an impulse from
/// every source neuron. Refuses, naming the node, what is not linear or too large or too long.
FoldedChain fold_chain(const Chain& chain,
                       const Graph& graph,
                       const PopulationTable& populations,
                       const Semantics& semantics,
                       Seconds dt);

/// What the bias of the chain's first node adds per step to every neuron of the target.
std::vector<double> fold_bias(const BiasChain& chain, const Graph& graph, std::size_t targets);

/// Turns a kernel into rows, for neurons that do not treat all of a channel alike.
void expand(FoldedChain& chain, const std::string& origin);

}  // namespace spikeloom
