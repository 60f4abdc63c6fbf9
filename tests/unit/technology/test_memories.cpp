#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "models/technology/memories.hpp"

using namespace spikeloom;

namespace {

void check_memory(const Chip& chip,
                  const std::string& name,
                  std::uint64_t bytes,
                  std::uint32_t bits) {
  CAPTURE(name);
  const Memory memory = memory_of(chip, name);
  CHECK(memory.capacity_bytes == bytes);
  CHECK(memory.width_bits == bits);
}

}  // namespace

TEST_CASE("memories have the sizes that the chip's fields imply") {
  // 256 neurons, 64 profiles, 128 axons, 4096 rows, 16384 words of one lane, delays to 15.
  const Chip chip;
  check_memory(chip, "synaptic", 16384 * 20 / 8, 20);    // 8 target, 8 weight, 4 delay
  check_memory(chip, "ring", 256 * 16 * 18 / 8, 18);     // sum_bits
  check_memory(chip, "state", 256 * 76 / 8, 76);         // 24 + 24 + 6 + (13 + 3) + 6
  check_memory(chip, "state_write", 256 * 76 / 8, 54);   // 24 + 24 + 6
  check_memory(chip, "profiles", 64 * 101 / 8, 101);     // 2*13 + 17 + 2*24 + 6 + 4
  check_memory(chip, "axon_table", 128 * 77 / 8, 77);    // 32 + 32 + 12 + 1
  check_memory(chip, "row_table", 4096 * 46 / 8, 46);    // 14 + 15 + 3 + 2 + 8 + 4
  check_memory(chip, "route_table", 1024 * 70 / 8, 70);  // 32 + 32 + 6 ports
  check_memory(chip, "queue", 4 * 32 / 8, 32);
  CHECK(memory_names().size() == 10);
}

TEST_CASE("the memory of shared kernels holds a weight in a word") {
  Chip chip;
  check_memory(chip, "kernel", 0, 8);
  chip.core.kernel_words = 1000;
  chip.core.arithmetic.weight_bits = 9;
  check_memory(chip, "kernel", 1125, 9);
}

TEST_CASE("a row says more of Loihi's weights: sixteen exponents and three ways of signs") {
  Chip chip;
  chip.core.arithmetic.weight_format = WeightFormat::Loihi;
  chip.core.arithmetic.weight_exponent_min = -8;
  check_memory(chip, "row_table", 4096 * 49 / 8, 49);
  check_memory(chip, "synaptic", 16384 * 20 / 8, 20);  // the sign is the row's
}

TEST_CASE("a memory word of several lanes is as wide as all of them") {
  Chip chip;
  chip.core.synapses_per_word = 3;
  check_memory(chip, "synaptic", 16384 * 60 / 8, 60);
}

TEST_CASE("capacities round up to whole bytes") {
  Chip chip;
  chip.core.neurons = 1;
  chip.core.delay_steps = 2;
  check_memory(chip, "ring", 7, 18);  // 54 bits
}

TEST_CASE("asking for an unknown memory is a bug of ours") {
  CHECK_THROWS_AS(memory_of(Chip{}, "attic"), InternalError);
}
