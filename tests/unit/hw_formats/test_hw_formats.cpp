// The formats that hardware shares with mapper and simulator: Verilog and C++ read the same bits.

#include <doctest/doctest.h>

#include "models/base/random.hpp"
#include "models/chip/chip.hpp"
#include "models/mapping/mapping.hpp"

#include <Vsl_pkg_probe.h>

using namespace spikeloom;

TEST_CASE("a synaptic word has the same fields in Verilog and C++") {
  Vsl_pkg_probe probe;
  const RandomStream random(Seed{1}, "hw_formats.word");
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    CAPTURE(i);
    const SynapticWord word(random.bits(i, 0));
    probe.word_i = word.bits();
    probe.eval();
    REQUIRE(probe.target_o == word.target());
    REQUIRE(probe.delay_o == word.delay());
    REQUIRE(static_cast<std::int32_t>(probe.weight_extended_o) == word.weight());
    REQUIRE(probe.repacked_o == word.bits());
  }
}

TEST_CASE("a synaptic word packed in C++ is unpacked in Verilog, at the ends of every field") {
  Vsl_pkg_probe probe;
  for (const std::uint32_t target : {0U, 1U, 0x8000U, 0xFFFFU}) {
    for (const std::uint32_t delay : {0U, 1U, 32U, 63U}) {
      for (const std::int32_t weight : {-512, -1, 0, 1, 511}) {
        CAPTURE(target);
        CAPTURE(delay);
        CAPTURE(weight);
        probe.word_i = SynapticWord(target, delay, weight).bits();
        probe.eval();
        CHECK(probe.target_o == target);
        CHECK(probe.delay_o == delay);
        CHECK(static_cast<std::int32_t>(probe.weight_extended_o) == weight);
        CHECK(probe.weight_o == (static_cast<std::uint32_t>(weight) & 0x3FFU));
      }
    }
  }
}

TEST_CASE("a table entry matches a key and finds a row as the mapping says") {
  Vsl_pkg_probe probe;
  const RandomStream random(Seed{1}, "hw_formats.entry");
  int matches = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    CAPTURE(i);
    const std::uint32_t mask = ~0U << random.below(32, i, 0);
    const std::uint32_t key = random.bits(i, 1);
    const std::uint32_t flipped = random.below(2, i, 2) << random.below(32, i, 3);
    const AxonEntry entry{(key ^ flipped) & mask, mask, random.bits(i, 4)};
    probe.key_i = key;
    probe.entry_key_i = entry.key;
    probe.entry_mask_i = entry.mask;
    probe.row_base_i = entry.row_base;
    probe.eval();
    const bool expected = (key & entry.mask) == entry.key;
    matches += expected;
    REQUIRE((probe.matches_o != 0) == expected);
    REQUIRE(probe.row_o == entry.row_base + (key & ~entry.mask));
  }
  CHECK(matches > 1'000);
  CHECK(matches < 9'000);
}

TEST_CASE("ports, routes and the link straight on have the same numbers in Verilog and C++") {
  Vsl_pkg_probe probe;
  for (std::uint32_t port = 0; port < kMostPorts; ++port) {
    CAPTURE(port);
    probe.port_i = static_cast<CData>(port);
    probe.eval();
    CHECK(probe.route_o == bit_of(static_cast<Port>(port)));
    if (port > index_of(Port::Core)) continue;  // core c is Core + c
    CHECK((probe.port_numbers_o >> 5 * port & 31U) == port);
  }
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    CAPTURE(link);
    probe.link_i = static_cast<CData>(link);
    probe.eval();
    CHECK(probe.straight_on_o == static_cast<std::uint32_t>(opposite(static_cast<Port>(link))));
  }
}

TEST_CASE("a packet is a key of 32 bits") {
  Vsl_pkg_probe probe;
  probe.key_i = 0x89ABCDEFU;
  probe.eval();
  CHECK(probe.packet_o == 0x89ABCDEFU);
  CHECK(probe.packet_bits_o == 8 * sizeof(RouteEntry::key));
}
