#pragma once
// Prices with provenance: what an action costs on a chip, in which node, by which source, and what
// that price includes.

#include <optional>
#include <string>
#include <vector>

#include "models/base/units.hpp"
#include "models/chip/chip.hpp"
#include "models/technology/actions.hpp"

namespace spikeloom {

/// The price of one action on one chip.
struct ActionPrice {
  Picojoules each;
  std::string source;       ///< publication and table, or how it follows from one
  std::string included_in;  ///< if not empty, `each` is 0 and this action's price covers it
};

/// Power drawn whether or not anything happens.
struct StaticPrice {
  std::string name;  ///< "leakage", "clock"
  Watts power;       ///< of the whole chip
  std::string source;
};

/// All prices of a technology, evaluated for a chip (memory sizes and widths are the chip's).
struct Prices {
  std::string technology, description, node, level;  ///< level: what kind of action is priced
  std::string definition;  ///< what a total from these prices includes and leaves out
  std::array<ActionPrice, kActionCount> action;
  std::vector<StaticPrice> statics;
  const ActionPrice& of(Action a) const { return action[static_cast<std::size_t>(a)]; }
};

/// "format": "spikeloom-technology/1". Every action must be priced or declared included in another.
Prices read_technology(const Json& document, const JsonPlace& place, const Chip& chip);

}  // namespace spikeloom
