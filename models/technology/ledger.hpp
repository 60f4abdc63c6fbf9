#pragma once
// From counted actions and elapsed time to energy. The rows sum to the total.

#include <map>
#include <string>
#include <vector>

#include "models/technology/technology.hpp"

namespace spikeloom {

struct EnergyRow {
  std::string name, component;
  std::uint64_t count;  ///< actions; cycles for leakage and clock
  Picojoules each;
  Joules total;
  std::string source;
};

struct Energy {
  std::vector<EnergyRow> rows;  ///< every action that is priced or was counted, then the statics
  Joules total;
  std::string definition;
  std::map<std::string, Joules> by_component() const;
};

Energy price_run(const ActionCounts& counts,
                 std::uint64_t cycles,
                 const Chip& chip,
                 const Prices& prices);

}  // namespace spikeloom
