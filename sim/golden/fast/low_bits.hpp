#pragma once

#include <cstdint>
#include <type_traits>

namespace spikeloom::fast {

/// The low `bits` of x, read as a signed number: what a register of that width keeps.
template <typename Signed>
constexpr Signed low_bits(Signed x, std::uint32_t bits) {
  const std::uint32_t above = 8 * static_cast<std::uint32_t>(sizeof(Signed)) - bits;
  return static_cast<Signed>(static_cast<std::make_unsigned_t<Signed>>(x) << above) >> above;
}

}  // namespace spikeloom::fast
