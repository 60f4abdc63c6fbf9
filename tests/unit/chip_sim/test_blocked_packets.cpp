#include <doctest/doctest.h>

#include "tests/unit/chip_sim/router_bench.hpp"

// docs/concepts/microarchitecture.md, "Virtual channels" and "Blocked packets": the cycles it says.

namespace spikeloom::chip_sim {
namespace {

using test::Bench;

constexpr std::uint32_t kExact = 0xFFFFFFFFU;
/// A packet sent to an input in cycle 0 is eligible with the default pipeline in this cycle.
constexpr Cycle kEligible = 1 + 2;

RouterSpec with_rule(const BlockedSpec& blocked) {
  RouterSpec spec;
  spec.input_queue_packets = 1;
  spec.blocked = blocked;
  return spec;
}

BlockedSpec waits(std::uint32_t wait1, std::uint32_t wait2, bool emergency = false) {
  return {.wait1_cycles = wait1, .emergency = emergency, .wait2_cycles = wait2};
}

/// The first cycle after which `holds()`, at most 200.
template <typename Condition>
Cycle first_cycle(Bench& bench, Condition holds) {
  while (bench.now < 200) {
    bench.cycle();
    if (holds()) return bench.now - 1;
  }
  return kNever;
}

TEST_CASE(
    "a copy that waited wait1 + wait2 cycles for its output is dropped, not one cycle before") {
  for (const auto& [wait1, wait2] : {std::pair{0U, 0U}, {5U, 0U}, {0U, 7U}, {5U, 7U}, {90U, 1U}}) {
    CAPTURE(wait1);
    CAPTURE(wait2);
    Bench bench({{1, kExact, bit_of(Port::East)}}, with_rule(waits(wait1, wait2)));
    bench.output(Port::East).send({9, 0, 0}, 0);
    bench.input(Port::West).send({1, 0, 0}, 0);
    const auto lost = [&] { return bench.router.blocked_activity().lost == 1; };
    CHECK(first_cycle(bench, lost) == kEligible + wait1 + wait2);
    CHECK(bench.router.quiet());
    CHECK(bench.router.link_activity(Port::East).dropped == 1);
  }
}

TEST_CASE("an output that is free in the last cycle of the wait still takes the copy") {
  for (const Cycle late : {0U, 1U}) {
    CAPTURE(late);
    Bench bench({{1, kExact, bit_of(Port::East)}}, with_rule(waits(5, 5)));
    bench.output(Port::East).send({9, 0, 0}, 0);
    bench.input(Port::West).send({1, 0, 0}, 0);
    // Popped in the cycle before, its credit is there in the last cycle, or one later.
    while (bench.now < kEligible + 10 - 1 + late) bench.cycle();
    bench.output(Port::East).pop(bench.now);
    for (int i = 0; i < 5; ++i) bench.cycle();
    CHECK(bench.router.blocked_activity().lost == late);
    CHECK(bench.router.sent_packets(Port::East) == 1 - late);
  }
}

TEST_CASE("only the copies that wait are dropped") {
  Bench bench({{1, kExact, bit_of(Port::East) | bit_of(Port::North) | bit_of(Port::Core)}},
              with_rule(waits(4, 0)));
  bench.output(Port::East).send({9, 0, 0}, 0);
  bench.input(Port::West).send({1, 0, 0}, 0);
  for (int i = 0; i < 20; ++i) bench.cycle();
  CHECK(bench.output(Port::North).head().key == 1);
  CHECK(bench.output(Port::Core).head().key == 1);
  CHECK(bench.router.blocked_activity().dropped == 1);
  CHECK(bench.router.quiet());
}

/// West to East, East full; every link has a detour.
Bench hot_east(const BlockedSpec& blocked, std::uint32_t route = bit_of(Port::East)) {
  LinkProperties links;
  links.has_detour = true;
  return Bench({{1, kExact, route}}, with_rule(blocked), {}, links);
}

TEST_CASE("after wait1 a copy leaves by the first leg around the triangle") {
  for (const std::uint32_t wait1 : {0U, 6U}) {
    CAPTURE(wait1);
    Bench bench = hot_east(waits(wait1, 3, true));
    bench.output(Port::East).send({9, 0, 0}, 0);
    bench.input(Port::West).send({1, 0, 0}, 0);
    const auto detoured = [&] { return bench.router.blocked_activity().detoured == 1; };
    CHECK(first_cycle(bench, detoured) == kEligible + wait1);
    CHECK(bench.output(Port::NorthEast).head().detour == Detour::FirstLeg);
    CHECK(bench.router.link_activity(Port::East).detoured == 1);
    CHECK(bench.router.link_activity(Port::NorthEast).packets == 1);
    CHECK(bench.router.quiet());
  }
}

TEST_CASE("without wait2, or without its triangle, no copy takes the emergency way") {
  for (const bool has_detour : {false, true}) {
    CAPTURE(has_detour);
    LinkProperties links;
    links.has_detour = has_detour;
    Bench bench({{1, kExact, bit_of(Port::East)}},
                with_rule(waits(6, has_detour ? 0 : 9, true)),
                {},
                links);
    bench.output(Port::East).send({9, 0, 0}, 0);
    bench.input(Port::West).send({1, 0, 0}, 0);
    for (int i = 0; i < 40; ++i) bench.cycle();
    CHECK(bench.router.blocked_activity().detoured == 0);
    CHECK(bench.router.blocked_activity().lost == 1);
  }
}

TEST_CASE("a copy whose packet asks for the first leg itself waits for that") {
  Bench bench = hot_east(waits(2, 20, true), bit_of(Port::East) | bit_of(Port::NorthEast));
  bench.output(Port::East).send({9, 0, 0}, 0);
  bench.output(Port::NorthEast).send({8, 0, 0}, 0);
  bench.output(Port::North).send({8, 0, 0}, 0);  // the first leg around NorthEast
  bench.input(Port::West).send({1, 0, 0}, 0);
  for (int i = 0; i < 15; ++i) bench.cycle();
  CHECK(bench.router.blocked_activity().detoured == 0);
  bench.output(Port::NorthEast).pop(bench.now);
  bench.cycle();
  bench.cycle();
  CHECK(bench.output(Port::NorthEast).head().key == 1);
  CHECK(bench.output(Port::NorthEast).head().detour == Detour::None);
  bench.output(Port::NorthEast).pop(bench.now);
  bench.cycle();
  bench.cycle();
  CHECK(bench.output(Port::NorthEast).head().detour == Detour::FirstLeg);
}

TEST_CASE("a copy that waits for a channel of the first leg does not leave by the other one") {
  LinkProperties links;
  links.has_detour = true;
  RouterSpec spec = with_rule(waits(2, 30, true));
  spec.virtual_channels = 2;
  Bench bench({{1, kExact, bit_of(Port::East) | bit_of(Port::NorthEast)}}, spec, {}, links);
  Packet packet{1, 0, 0};
  packet.channel = 1;  // to the east still, but not after the turn
  bench.output(Port::East, 1).send({9, 0, 0}, 0);
  bench.output(Port::NorthEast, 0).send({8, 0, 0}, 0);
  bench.output(Port::North, 0).send({8, 0, 0}, 0);  // the first leg around NorthEast
  bench.input(Port::West, 1).send(packet, 0);
  for (int i = 0; i < 20; ++i) bench.cycle();
  CHECK(bench.router.sent_packets(Port::NorthEast) == 0);
  bench.output(Port::NorthEast, 0).pop(bench.now);
  bench.cycle();
  bench.cycle();
  CHECK(bench.output(Port::NorthEast, 0).head().key == 1);
  CHECK(bench.output(Port::NorthEast, 0).head().detour == Detour::None);
}

TEST_CASE("the corner sends a packet on without a search, and behind it the blocked link counts") {
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    CAPTURE(link);
    const auto blocked = static_cast<Port>(link);
    const auto first = static_cast<Port>((link + 1) % 6),
               second = static_cast<Port>((link + 5) % 6);
    Packet packet{7, 0, 0};
    packet.detour = Detour::FirstLeg;
    Bench corner({{0, 0, bit_of(Port::Core)}});  // a search would find the core
    corner.input(opposite(first)).send(packet, 0);
    for (int i = 0; i < 5; ++i) corner.cycle();
    REQUIRE(corner.router.sent_packets(second) == 1);
    CHECK(corner.output(second).head().detour == Detour::SecondLeg);
    CHECK(corner.router.actions()[Action::RouteLookup] == 0);

    Bench behind({});  // default routes only
    behind.input(opposite(second)).send(corner.output(second).head(), 0);
    for (int i = 0; i < 5; ++i) behind.cycle();
    REQUIRE(behind.router.sent_packets(blocked) == 1);
    CHECK(behind.output(blocked).head().detour == Detour::None);
    CHECK(behind.router.actions()[Action::RouteLookup] == 1);
  }
}

TEST_CASE("a packet on its first leg takes no other detour") {
  Bench bench = hot_east(waits(2, 4, true));
  bench.output(Port::South).send({9, 0, 0}, 0);
  Packet packet{7, 0, 0};
  packet.detour = Detour::FirstLeg;
  bench.input(Port::SouthWest).send(packet, 0);
  for (int i = 0; i < 20; ++i) bench.cycle();
  CHECK(bench.router.blocked_activity().detoured == 0);
  CHECK(bench.router.blocked_activity().lost == 1);
}

BlockedSpec with_register(std::uint32_t wait, std::uint32_t places, std::uint32_t cycles) {
  BlockedSpec blocked = waits(wait, 0);
  blocked.reinjection = {places, cycles};
  return blocked;
}

TEST_CASE("the register asks again for exactly the outputs given up, its cycles later") {
  for (const std::uint32_t cycles : {1U, 2U, 17U}) {
    CAPTURE(cycles);
    Bench bench({{1, kExact, bit_of(Port::East) | bit_of(Port::North)}},
                with_rule(with_register(4, 1, cycles)));
    bench.output(Port::East).send({9, 0, 0}, 0);
    bench.input(Port::West).send({1, 0, 0}, 0);
    const Cycle dropped = kEligible + 4;
    while (bench.now <= dropped) bench.cycle();
    CHECK(bench.router.blocked_activity().dropped == 1);
    CHECK(bench.router.blocked_activity().lost == 0);
    CHECK_FALSE(bench.router.quiet());
    bench.output(Port::East).pop(dropped - 1);
    const auto sent = [&] { return bench.router.sent_packets(Port::East) == 1; };
    CHECK(first_cycle(bench, sent) == dropped + cycles);
    CHECK(bench.router.sent_packets(Port::North) == 1);
    CHECK(bench.router.blocked_activity().reinjected == 1);
    CHECK(bench.router.actions()[Action::RegisterWrite] == 1);
    CHECK(bench.router.actions()[Action::RouteLookup] == 1);
    CHECK(bench.router.quiet());
  }
}

TEST_CASE("the register keeps the virtual channel of a packet that came around a link") {
  RouterSpec spec = with_rule(with_register(4, 1, 2));
  spec.virtual_channels = 2;
  Bench bench({}, spec);
  Packet packet{7, 0, 0};
  packet.channel = 1;
  packet.detour = Detour::SecondLeg;
  bench.output(Port::East, 1).send({9, 0, 0}, 0);
  bench.input(Port::North, 1).send(packet, 0);  // the second leg around East goes south
  const auto dropped = [&] { return bench.router.blocked_activity().dropped == 1; };
  REQUIRE(first_cycle(bench, dropped) == kEligible + 4);
  bench.output(Port::East, 1).pop(bench.now - 1);
  CHECK(bench.arrival_at(bench.output(Port::East, 1)) < 20);
  CHECK(bench.output(Port::East, 1).head().key == 7);
  CHECK(bench.output(Port::East, 0).empty());
}

/// Packets at two inputs for a full output, eligible in the same cycle.
struct TwoBlocked : Bench {
  explicit TwoBlocked(const BlockedSpec& blocked)
      : Bench({{0, 0, bit_of(Port::East)}}, with_rule(blocked)) {
    output(Port::East).send({9, 0, 0}, 0);
    input(Port::West).send({1, 0, 0}, 0);
    input(Port::South).send({2, 0, 0}, 0);
  }
};

TEST_CASE("the register is written once a cycle, by the first input") {
  TwoBlocked bench(with_register(4, 2, 50));
  const auto dropped = [&](std::uint64_t n) {
    return [&bench, n] { return bench.router.blocked_activity().dropped == n; };
  };
  CHECK(first_cycle(bench, dropped(1)) == kEligible + 4);
  CHECK(bench.input(Port::West).empty());
  CHECK(first_cycle(bench, dropped(2)) == kEligible + 4 + 1);
  CHECK(bench.router.blocked_activity().lost == 0);
  CHECK(bench.router.balance().in_flight == 2);
}

TEST_CASE("a packet that finds the register full is lost") {
  TwoBlocked bench(with_register(4, 1, 50));
  const auto lost = [&] { return bench.router.blocked_activity().lost == 1; };
  CHECK(first_cycle(bench, lost) == kEligible + 4 + 1);
  CHECK(bench.router.blocked_activity().dropped == 2);
  CHECK(bench.router.balance().in_flight == 1);
}

TEST_CASE("what the register cannot send goes to its end") {
  TwoBlocked bench(with_register(4, 2, 10));
  // West is written in cycle 7, asks from 17 to 21 and goes behind South, written in 8, which asks
  // from 22, the first cycle at the head.
  while (bench.now <= 21) bench.cycle();
  CHECK(bench.router.actions()[Action::RegisterWrite] == 3);
  bench.output(Port::East).pop(bench.now);  // in 22: the credit is there in 23
  CHECK(bench.drain(Port::East, 30) == std::vector<std::uint32_t>{2, 1});
  CHECK(bench.router.blocked_activity().lost == 0);
  CHECK(bench.router.blocked_activity().dropped == 3);
  CHECK(bench.router.quiet());
}

TEST_CASE("a packet changes to channel 1 at its axis's dateline and back where it turns") {
  RouterSpec spec;
  spec.virtual_channels = 2;
  const auto channel_of = [&](Port from, std::uint32_t channel, Port to, bool crosses_dateline) {
    LinkProperties links;
    links.crosses_dateline = crosses_dateline;
    Bench bench({{0, 0, bit_of(to)}}, spec, {}, links);
    Packet packet{1, 0, 0};
    packet.channel = static_cast<std::uint8_t>(channel);
    bench.input(from, channel).send(packet, 0);
    for (int i = 0; i < 5; ++i) bench.cycle();
    const std::uint32_t found = bench.output(to, 0).empty() ? 1 : 0;
    CHECK_FALSE(bench.output(to, found).empty());
    CHECK(bench.output(to, found).head().channel == found);
    return found;
  };
  CHECK(channel_of(Port::Core, 0, Port::East, false) == 0);
  CHECK(channel_of(Port::Core, 0, Port::East, true) == 1);
  CHECK(channel_of(Port::West, 0, Port::East, false) == 0);
  CHECK(channel_of(Port::West, 0, Port::East, true) == 1);
  CHECK(channel_of(Port::West, 1, Port::East, false) == 1);
  CHECK(channel_of(Port::West, 1, Port::North, false) == 0);
  CHECK(channel_of(Port::West, 1, Port::North, true) == 1);
  CHECK(channel_of(Port::SouthWest, 1, Port::NorthEast, false) == 1);
  CHECK(channel_of(Port::SouthWest, 1, Port::East, false) == 0);
  CHECK(channel_of(Port::West, 1, Port::Core, false) == 0);
}

TEST_CASE("channels have credits of their own and share the link") {
  RouterSpec spec;
  spec.virtual_channels = 2;
  spec.input_queue_packets = 1;
  const LinkSpec link = {.latency_cycles = 1, .cycles_per_packet = 5};
  Bench bench({{0, 0, bit_of(Port::East)}}, spec, link);
  bench.output(Port::East, 0).send({9, 0, 0}, 0);  // channel 0 is full
  Packet second{2, 0, 0};
  second.channel = 1;
  bench.input(Port::West, 0).send({1, 0, 0}, 0);
  bench.input(Port::West, 1).send(second, 0);
  const auto sent = [&](std::uint64_t n) {
    return [&bench, n] { return bench.router.sent_packets(Port::East) == n; };
  };
  CHECK(first_cycle(bench, sent(1)) == kEligible);
  CHECK(bench.output(Port::East, 1).head().key == 2);
  bench.output(Port::East, 0).pop(bench.now);  // its credit is there in the next cycle
  CHECK(first_cycle(bench, sent(2)) == kEligible + 5);
  CHECK(bench.router.link_activity(Port::East).busy_cycles == 10);
  CHECK(bench.router.link_activity(Port::East).starved_cycles == 2);
}

TEST_CASE("a payload takes its cycles on the link and is counted") {
  const LinkSpec link = {.latency_cycles = 2, .cycles_per_packet = 3, .payload_cycles = 4};
  Bench bench({{0, 0, bit_of(Port::East)}}, {}, link);
  Packet graded{5, 0, 0};
  graded.payload = 17;
  bench.input(Port::West).send(graded, 0);
  bench.input(Port::West).send({6, 0, 0}, 1);
  CHECK(bench.arrival_at(bench.output(Port::East)) == kEligible + 2 + 3 + 4 - 1);
  CHECK(bench.output(Port::East).head().payload == 17);
  bench.output(Port::East).pop(bench.now);
  CHECK(bench.arrival_at(bench.output(Port::East)) == kEligible + (3 + 4) + 2 + 3 - 1);
  CHECK(bench.router.actions()[Action::PayloadHop] == 1);
  CHECK(bench.router.actions()[Action::HopEastWest] == 2);
}

TEST_CASE("hops count by axis, and between chips whatever their axis") {
  LinkProperties links;
  for (const bool is_between_chips : {false, true}) {
    links.is_between_chips = is_between_chips;
    Bench bench({{0, 0, bit_of(Port::NorthEast) | bit_of(Port::South) | bit_of(Port::West)}},
                {},
                {},
                links);
    bench.input(Port::Core).send({1, 0, 0}, 0);
    for (int i = 0; i < 5; ++i) bench.cycle();
    const ActionCounts counts = bench.router.actions();
    const std::uint64_t own = is_between_chips ? 0 : 1;
    CHECK(counts[Action::HopDiagonal] == own);
    CHECK(counts[Action::HopNorthSouth] == own);
    CHECK(counts[Action::HopEastWest] == own);
    CHECK(counts[Action::HopBetweenChips] == 3 * (1 - own));
  }
}

}  // namespace
}  // namespace spikeloom::chip_sim
