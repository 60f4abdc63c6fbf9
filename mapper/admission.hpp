#pragma once
// What can be said before anything is searched: whether the network fits the chip at all.

#include <string>
#include <vector>

#include "mapper/usable_cores.hpp"
#include "models/chip/chip.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// InputError (with `file`) for another arithmetic, delays that the ring does not hold, weights
/// outside the format and more neurons than the chip has.
void refuse_unfit_network(const LoweredNetwork& network,
                          const Chip& chip,
                          const UsableCores& usable,
                          const std::string& file);

/// One sentence per population whose synaptic sums may wrap.
std::vector<std::string> overflow_warnings(const LoweredNetwork& network, const Chip& chip);

}  // namespace spikeloom
