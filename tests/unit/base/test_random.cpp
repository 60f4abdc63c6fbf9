#include <doctest/doctest.h>

#include <array>

#include "models/base/random.hpp"

using spikeloom::threefry2x32;
using Words = std::array<std::uint32_t, 2>;

TEST_CASE("Threefry-2x32 gives the known answers of its authors") {
  // Random123 kat_vectors, threefry2x32 with 20 rounds.
  CHECK(threefry2x32({0, 0}, {0, 0}) == Words{0x6B200159, 0x99BA4EFE});
  CHECK(threefry2x32({0xFFFFFFFF, 0xFFFFFFFF}, {0xFFFFFFFF, 0xFFFFFFFF}) ==
        Words{0x1CB996FC, 0xBB002BE7});
  CHECK(threefry2x32({0x243F6A88, 0x85A308D3}, {0x13198A2E, 0x03707344}) ==
        Words{0xC4923A9C, 0x483DF7A0});
}
