// The formats that hardware shares with mapper and simulator: Verilog and C++ mean the same bits.

#include <doctest/doctest.h>

#include "models/chip/topology.hpp"
#include "models/mapping/mapping.hpp"
#include "sim/chip/detour.hpp"

#include <Vsl_pkg_probe.h>

using namespace spikeloom;

namespace {

std::uint32_t byte_of(std::uint64_t bytes, std::uint32_t index) {
  return static_cast<std::uint32_t>(bytes >> 8 * index & 0xFFU);
}

}  // namespace

TEST_CASE("ports and links have the same numbers in Verilog and C++") {
  Vsl_pkg_probe probe;
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    CAPTURE(link);
    const auto port = static_cast<Port>(link);
    probe.link_i = static_cast<CData>(link);
    probe.eval();
    CHECK(probe.straight_on_o == index_of(opposite(port)));
    CHECK(probe.next_o == index_of(next_link(port)));
    CHECK(probe.around_o == index_of(chip_sim::blocked_link(port)));
  }
  for (std::uint32_t port = 0; port <= index_of(Port::Core); ++port)
    CHECK(byte_of(probe.port_numbers_o, port) == port);
}

TEST_CASE("a packet holds a key, a payload and how it crossed its last link") {
  Vsl_pkg_probe probe;
  probe.eval();
  CHECK(byte_of(probe.packet_o, 0) == 8 * sizeof(RouteEntry::key));
  CHECK(byte_of(probe.packet_o, 1) == 16);
  CHECK(byte_of(probe.packet_o, 3) == 32 + 16 + 2);
  for (const auto detour :
       {chip_sim::Detour::None, chip_sim::Detour::FirstLeg, chip_sim::Detour::SecondLeg})
    CHECK(byte_of(probe.detours_o, static_cast<std::uint32_t>(detour)) ==
          static_cast<std::uint32_t>(detour));
}

TEST_CASE("a stored synapse has at most the bits that a mapping keeps of it") {
  Vsl_pkg_probe probe;
  probe.eval();
  const auto all = [](std::uint32_t bits) { return (1U << bits) - 1; };
  const std::uint32_t target = byte_of(probe.word_o, 0), delay = byte_of(probe.word_o, 1),
                      weight = byte_of(probe.word_o, 2);
  CHECK(SynapticWord(~0U).target() == all(target));
  CHECK(SynapticWord(~0U).delay() == all(delay));
  CHECK(SynapticWord(1U << (target + delay)).weight() == 1);
  CHECK(target + delay + weight == 32);
}

TEST_CASE("row formats have the same numbers, and a pointer fits three words") {
  Vsl_pkg_probe probe;
  probe.eval();
  std::uint32_t number = 0;
  for (const RowFormat format : {RowFormat::Sparse, RowFormat::Dense, RowFormat::Convolution})
    CHECK(byte_of(probe.formats_o, number++) == static_cast<std::uint32_t>(format));
  CHECK(probe.row_o <= 96);
}
