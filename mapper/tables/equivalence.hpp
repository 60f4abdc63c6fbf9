#pragma once
// Whether a table does what it must, exactly: cube by cube, not key by key.

#include <optional>
#include <vector>

#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {

/// The first of `passing` of which `table` routes a key otherwise, as an index; nullopt if there is
/// none. First match wins; keys that match nothing go straight on.
std::optional<std::size_t> first_misrouted(const std::vector<RouteEntry>& table,
                                           const std::vector<PassingKeys>& passing);

}  // namespace spikeloom
