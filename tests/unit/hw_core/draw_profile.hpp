#pragma once
// Neurons as any mapping may have them, and some more: parameters drawn, ends of ranges preferred.

#include "models/mapping/mapping.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom::test {

/// In [low, high]; every other time one of the ends, or beside one of them or beside 0.
std::int64_t draw_number(Draw& draw, std::int64_t low, std::int64_t high);
/// Two's complement of `bits`.
std::int64_t draw_signed(Draw& draw, std::uint32_t bits);

/// What check_mapping allows, in all modes.
NeuronProfile draw_neuron_profile(Draw& draw, const Arithmetic& arithmetic, std::uint32_t most);
/// With a start and a reset period now and then.
CoreProfile draw_core_profile(Draw& draw, const Arithmetic& arithmetic, std::uint32_t most);

}  // namespace spikeloom::test
