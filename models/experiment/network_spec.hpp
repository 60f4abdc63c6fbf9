#pragma once
// The `network` object of an experiment: what runs, and how its time is cut into steps.

#include <optional>
#include <string>

#include "models/base/json_reader.hpp"
#include "models/base/units.hpp"
#include "models/lowering/random_network.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

/// Exactly one of `nir` and `random` is set. A random network has no semantics: it is integer.
struct NetworkSpec {
  std::optional<std::string> nir;  ///< path, resolved
  std::optional<RandomNetworkSpec> random;
  std::optional<Semantics> semantics;
  Seconds dt{1e-3};
};

/// Throws InputError at the place of the reader.
NetworkSpec read_network_spec(ObjectReader reader);
Json to_json(const NetworkSpec& network);

}  // namespace spikeloom
