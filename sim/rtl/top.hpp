#pragma once
// The generated top of a chip's RTL: sl_chip with the parameters of a chip file.

#include <string>

#include "models/chip/chip.hpp"

namespace spikeloom::rtl {

/// SystemVerilog of the module sl_top. Throws InputError, named after the field, where the chip has
/// what the RTL has not: software cores, two clocks, convolution rows, less than two cycles of a
/// core's lookup or four of its update.
std::string top_of(const Chip& chip, const std::string& chip_file);

}  // namespace spikeloom::rtl
