#pragma once
// At which port of the chip each element of an input population enters.

#include <vector>

#include "mapper/network_view.hpp"
#include "mapper/usable_cores.hpp"

namespace spikeloom {

struct KeyPlan;

/// Elements of an input population that enter at one port and share a block of keys.
struct InputPart {
  PopulationId population;
  std::vector<std::uint32_t> elements;  ///< ascending
  std::uint32_t port;                   ///< index into the chip's io.ports
};

/// Per element its port, an index into io.ports. A population is cut in halves across its longer
/// side, and `ports` across the chip in the same direction, until every port has a part of its
/// own: neighbours enter together, parts that lie beside each other at ports that do. Ports get
/// equal numbers of elements, but for the 20th part by which a cut may be moved to where a row or
/// column ends.
std::vector<std::uint32_t> ports_of_elements(const LoweredPopulation& population,
                                             const Chip& chip,
                                             const std::vector<std::uint32_t>& ports);

/// Exchanges the ports of a population's parts as long as its packets, if every element spiked
/// once, then take fewer links to the cores. Ports keep their share of the elements.
void enter_near_targets(KeyPlan& plan,
                        const std::vector<CorePlace>& place_of_core,
                        const Chip& chip);

}  // namespace spikeloom
