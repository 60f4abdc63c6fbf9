#pragma once
// What the configuration bus of a chip carries (docs/developer/rtl.md): the memories of a core and
// of its router, and a write to one of them.

#include <cstdint>

namespace spikeloom {

/// The memories that the bus reaches; numbers as in hw/pkg/sl_pkg.sv.
enum class HardwareMemory : std::uint8_t {
  Control,
  Neuron,
  Profile,
  Axon,
  Row,
  Synapse,
  Kernel,
  Route,
};

/// One word of the bus. The beats of an entry follow each other, lowest bits first; the last one
/// writes it.
struct ConfigurationWrite {
  HardwareMemory memory;
  std::uint32_t index;  ///< of the entry
  std::uint32_t beat;   ///< 0 to 15
  std::uint32_t data;
  bool operator==(const ConfigurationWrite&) const = default;
};

}  // namespace spikeloom
