#include "sim/chip/core.hpp"

#include "sim/chip/digital_core.hpp"
#include "sim/chip/processor_core.hpp"

namespace spikeloom::chip_sim {

std::unique_ptr<Core> make_core(BlockId id,
                                std::uint32_t slot,
                                const CoreImage& image,
                                const Chip& chip,
                                SharedMemory* memory,
                                Agenda& agenda,
                                Barrier& barrier) {
  if (memory != nullptr)
    return std::make_unique<ProcessorCore>(id, slot, image, chip, *memory, agenda, barrier);
  return std::make_unique<DigitalCore>(id, image, chip, agenda, barrier);
}

}  // namespace spikeloom::chip_sim
