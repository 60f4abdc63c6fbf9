#pragma once
// The `network` object of an experiment: what runs, and how its time is cut into steps.

#include <array>
#include <optional>
#include <string>

#include "models/base/json_reader.hpp"
#include "models/base/units.hpp"
#include "models/lowering/local_network.hpp"
#include "models/lowering/random_network.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

/// Exactly one of `nir`, `netx`, `random` and `local` is set. Only NIR has semantics: the others
/// are integer.
struct NetworkSpec {
  std::optional<std::string> nir;   ///< path, resolved
  std::optional<std::string> netx;  ///< path, resolved
  /// With netx: (channels, height, width) of the input, where the file leaves it open.
  std::optional<std::array<std::uint32_t, 3>> input_shape;
  std::optional<RandomNetworkSpec> random;
  std::optional<LocalNetworkSpec> local;
  std::optional<Semantics> semantics;
  /// Of the semantics, or with netx Loihi's: what integer engines compute in without a chip.
  std::optional<Arithmetic> arithmetic;
  Seconds dt{1e-3};

  bool is_integer() const { return !nir; }
  bool generated() const { return random || local; }
};

/// Throws InputError at the place of the reader.
NetworkSpec read_network_spec(ObjectReader reader);
Json to_json(const NetworkSpec& network);

}  // namespace spikeloom
