#include "sim/chip/core.hpp"

#include "sim/chip/digital_core.hpp"

namespace spikeloom::chip_sim {

std::unique_ptr<Core> make_core(
    BlockId id, const CoreImage& image, const Chip& chip, Agenda& agenda, Barrier& barrier) {
  return std::make_unique<DigitalCore>(id, image, chip, agenda, barrier);
}

}  // namespace spikeloom::chip_sim
