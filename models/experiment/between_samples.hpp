#pragma once
// What happens to a network's state between two samples, and within them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/network/state_resets.hpp"

namespace spikeloom {

enum class SampleBoundary {
  Reset,     ///< every sample starts from the initial state
  Continue,  ///< the samples are one long run, which is cut at their boundaries afterwards
};

struct BetweenSamples {
  SampleBoundary boundary = SampleBoundary::Reset;
  /// Continue only: populations are reset before every step t of the long run with
  /// t mod period = offset; 0: never.
  std::uint32_t period = 0;
  std::vector<std::pair<std::string, std::uint32_t>> offset;  ///< population, steps below period
};

/// The member `between_samples` of an experiment: "reset" (also if absent), "continue", or
/// {"period", "offset": {population: steps}}. Throws InputError at its place.
BetweenSamples read_between_samples(ObjectReader& experiment);
Json to_json(const BetweenSamples& between);

/// The periodic resets by population id. Refuses names that are none of `populations`, and inputs,
/// which have no state; `place` is that of between_samples.
StateResets resets_of(const BetweenSamples& between,
                      const std::vector<std::string>& populations,
                      const std::vector<bool>& is_input,
                      const JsonPlace& place);

}  // namespace spikeloom
