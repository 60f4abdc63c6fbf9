// The router in Verilog against the router of the chip model: the same packets, credits and times,
// in every cycle, whatever comes.

#include <doctest/doctest.h>

#include <deque>
#include <random>

#include "sim/chip/router.hpp"

#include <Vchannels.h>
#include <Vdetours.h>
#include <Vdrops.h>
#include <Vlossless.h>
#include <Vregister.h>

using namespace spikeloom;
using namespace spikeloom::chip_sim;

namespace {

constexpr std::uint32_t kPacketBits = 50, kPayloadLsb = 32, kDetourLsb = 48;

/// What the Verilog parameters of a router say.
struct Parameters {
  std::uint32_t cores = 1, core_queue = 8;
  RouterSpec spec;
  LinkSpec link, chip_link;
};

std::uint64_t bits_of(const Packet& packet) {
  return packet.key | std::uint64_t{packet.payload} << kPayloadLsb |
         static_cast<std::uint64_t>(packet.detour) << kDetourLsb;
}

// Verilator's ports are integers or arrays of words.
template <typename Port>
void set_field(Port& port, std::uint32_t lsb, std::uint32_t width, std::uint64_t value) {
  for (std::uint32_t bit = lsb; bit < lsb + width; ++bit, value >>= 1)
    if constexpr (std::is_integral_v<Port>) {
      port = static_cast<Port>((port & ~(Port{1} << bit)) | (value & 1U) << bit);
    } else {
      port[bit / 32] = (port[bit / 32] & ~(1U << bit % 32)) | static_cast<std::uint32_t>(value & 1U)
                                                                  << bit % 32;
    }
}
template <typename Port>
std::uint64_t field(const Port& port, std::uint32_t lsb, std::uint32_t width) {
  std::uint64_t value = 0;
  for (std::uint32_t i = width; i-- > 0;) {
    const std::uint32_t bit = lsb + i;
    if constexpr (std::is_integral_v<Port>)
      value = value << 1 | (port >> bit & 1U);
    else
      value = value << 1 | (port[bit / 32] >> bit % 32 & 1U);
  }
  return value;
}

/// A packet that leaves in a cycle.
struct Sent {
  std::uint64_t packet;
  std::uint32_t channel;
  bool operator==(const Sent&) const = default;
};

class Bench {
 public:
  Bench(const Parameters& parameters, std::uint32_t seed)
      : parameters_(parameters),
        random_(seed),
        agenda_(2),
        ports_(index_of(Port::Core) + parameters.cores),
        surround(),
        table(draw_table()),
        router(Router::Setup{0, TileId{0}, ports_, 1'000'000},
               table,
               parameters.spec,
               agenda_,
               barrier_),
        trace_([this](const PacketMoved& moved) {
          if (moved.move == PacketMove::Leave) left_ = moved;
        }) {
    connect();
  }

  std::uint32_t queues() const { return kLinkCount * channels() + 1 + parameters_.cores; }
  std::uint32_t channels() const { return parameters_.spec.virtual_channels; }
  std::uint32_t ports() const { return ports_; }
  std::uint32_t channels_of(std::uint32_t port) const { return port < kLinkCount ? channels() : 1; }
  std::uint32_t first_queue_of(std::uint32_t port) const {
    return port < kLinkCount ? port * channels() : kLinkCount * (channels() - 1) + port;
  }

  /// Draws what comes in, and which queues behind the outputs are popped, in cycle `now`.
  void draw(Cycle now) {
    if (below(64) == 0) input_rate_ = below(100), output_rate_ = 10 + below(91);
    arriving.assign(queues(), std::nullopt);
    popped.assign(queues(), false);
    for (std::uint32_t port = 0; port < ports_; ++port)
      for (std::uint32_t channel = 0; channel < channels_of(port); ++channel)
        draw_queue(port, channel, now);
  }

  /// Runs the model's cycle. What it did is in sent and credited.
  void run(Cycle now) {
    quiet = router.quiet();
    router.evaluate(now);
    std::vector<std::uint64_t> held_before;
    sent_before_.clear();
    for (const auto& in : inputs_) held_before.push_back(in == nullptr ? 0 : in->held());
    for (const auto& out : outputs_)
      sent_before_.push_back(out == nullptr ? 0 : out->sent().value());
    left_.reset();
    router.commit(now);
    credited.clear();
    for (std::uint32_t q = 0; q < queues(); ++q)
      credited.push_back(inputs_[q] != nullptr && inputs_[q]->held() < held_before[q]);
    trace_.close(now);
    sent.clear();
    for (std::uint32_t port = 0; port < ports_; ++port) sent.push_back(sent_by(port));
    for (std::uint32_t q = 0; q < queues(); ++q) {
      if (arriving[q]) inputs_[q]->send(*arriving[q], now);
      if (popped[q]) outputs_[q]->pop(now);
    }
    agenda_.take(now, [](BlockId) {});
  }

  struct Surround {
    std::uint32_t exists = 0, between_chips = 0, dateline = 0, detour = 0;
  };

 private:
  const Parameters parameters_;
  std::mt19937 random_;
  Agenda agenda_;
  Barrier barrier_;
  std::uint32_t ports_;
  std::uint32_t input_rate_ = 30, output_rate_ = 80;
  std::deque<Channel> channels_;
  std::vector<Channel*> inputs_, outputs_;  // by queue; null where none is

 public:
  Surround surround;
  std::vector<RouteEntry> table;
  Router router;
  std::vector<std::optional<Packet>> arriving;  // by queue
  std::vector<bool> popped, credited;           // by queue
  std::vector<std::optional<Sent>> sent;        // by port
  bool quiet = true;

 private:
  PacketTrace trace_;
  std::optional<PacketMoved> left_;

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  std::vector<RouteEntry> draw_table() {
    std::vector<RouteEntry> entries(parameters_.spec.table_entries - below(4));
    for (RouteEntry& entry : entries) {
      entry.mask = below(256);
      entry.key = below(256) & entry.mask;
      for (std::uint32_t bits = below(4); bits-- > 0;) entry.route |= 1U << below(ports_);
    }
    return entries;
  }

  void connect() {
    router.trace(trace_);
    inputs_.assign(queues(), nullptr);
    outputs_.assign(queues(), nullptr);
    for (std::uint32_t port = 0; port < ports_; ++port)
      if (below(6) != 0) surround.exists |= 1U << port;
    for (std::uint32_t port = 0; port < ports_; ++port) connect_port(port);
    for (std::uint32_t link = 0; link < kLinkCount; ++link) describe(link);
  }

  void connect_port(std::uint32_t number) {
    const Port port = static_cast<Port>(number);
    if ((surround.exists >> number & 1U) == 0) return;
    if (port == Port::Io) router.connect_sink();
    for (std::uint32_t channel = 0; channel < channels_of(number); ++channel) {
      const std::uint32_t q = first_queue_of(number) + channel;
      inputs_[q] =
          &channels_.emplace_back(ChannelTiming{.depth = parameters_.spec.input_queue_packets,
                                                .lookup = parameters_.spec.pipeline_cycles},
                                  1,
                                  0,
                                  agenda_,
                                  barrier_);
      router.connect_input(port, *inputs_[q], channel);
      if (port == Port::Io) continue;
      outputs_[q] = &channels_.emplace_back(
          ChannelTiming{.depth = number < kLinkCount ? parameters_.spec.input_queue_packets
                                                     : parameters_.core_queue},
          0,
          1,
          agenda_,
          barrier_);
      router.connect_output(port, *outputs_[q], channel);
    }
  }

  void describe(std::uint32_t link) {
    const std::uint32_t bit = 1U << link;
    if (below(3) == 0) surround.between_chips |= bit;
    if (channels() > 1 && below(2) == 0) surround.dateline |= bit;
    const bool has_leg = (surround.exists >> (link + 1) % kLinkCount & 1U) != 0;
    if (has_leg && below(4) != 0) surround.detour |= bit;
    const bool is_between_chips = (surround.between_chips & bit) != 0;
    router.describe_link(static_cast<Port>(link),
                         {.timing = is_between_chips ? parameters_.chip_link : parameters_.link,
                          .is_between_chips = is_between_chips,
                          .crosses_dateline = (surround.dateline & bit) != 0,
                          .has_detour = (surround.detour & bit) != 0});
  }

  void draw_queue(std::uint32_t port, std::uint32_t channel, Cycle now) {
    const std::uint32_t q = first_queue_of(port) + channel;
    const bool link_is_taken = channel == 1 && arriving[q - 1].has_value();
    if (inputs_[q] != nullptr && !link_is_taken && inputs_[q]->can_send(now) &&
        below(100) < input_rate_)
      arriving[q] = draw_packet(port, channel);
    if (outputs_[q] != nullptr && !outputs_[q]->empty() && outputs_[q]->arrived_at() <= now &&
        below(100) < output_rate_)
      popped[q] = true;
  }

  Packet draw_packet(std::uint32_t port, std::uint32_t channel) {
    Packet packet;
    packet.key = below(512);
    packet.payload = below(3) == 0 ? 1 + below(65'535) : 0;
    packet.channel = static_cast<std::uint8_t>(channel);
    const bool may_detour = parameters_.spec.blocked && parameters_.spec.blocked->emergency;
    if (port < kLinkCount && may_detour && below(3) == 0)
      packet.detour = below(2) == 0 ? Detour::FirstLeg : Detour::SecondLeg;
    return packet;
  }

  /// What went out by `port` in the cycle that is over, if anything did.
  std::optional<Sent> sent_by(std::uint32_t port) {
    if (port == index_of(Port::Io)) {
      if (!left_) return std::nullopt;
      return Sent{left_->key | std::uint64_t{left_->payload} << kPayloadLsb, 0};
    }
    for (std::uint32_t channel = 0; channel < channels_of(port); ++channel) {
      const std::uint32_t q = first_queue_of(port) + channel;
      if (outputs_[q] == nullptr || outputs_[q]->sent().value() == sent_before_[q]) continue;
      Packet last;
      outputs_[q]->for_each([&](const Packet& packet) { last = packet; });
      return Sent{bits_of(last), last.channel};
    }
    return std::nullopt;
  }

  std::vector<std::uint64_t> sent_before_;  // by queue
};

/// Clocks a Verilated router beside the model.
template <typename Rtl>
class Lockstep {
 public:
  Lockstep(const Parameters& parameters, std::uint32_t seed) : bench_(parameters, seed) {
    set_field(rtl_.exists_i, 0, bench_.ports(), bench_.surround.exists);
    rtl_.between_chips_i = static_cast<CData>(bench_.surround.between_chips);
    rtl_.dateline_i = static_cast<CData>(bench_.surround.dateline);
    const bool emergency = parameters.spec.blocked && parameters.spec.blocked->emergency;
    rtl_.detour_i = static_cast<CData>(emergency ? bench_.surround.detour : 0);
    for (const bool level : {true, false, true}) {
      rtl_.rst_ni = level;
      rtl_.eval();
    }
    for (std::uint32_t i = 0; i < bench_.table.size(); ++i) {
      const RouteEntry& entry = bench_.table[i];
      configure(i, 0, entry.key);
      configure(i, 1, entry.mask);
      configure(i, 2, entry.route | 1U << 31);
    }
  }

  void run(Cycle cycles) {
    for (Cycle now = 1; now <= cycles; ++now) {
      CAPTURE(now);
      bench_.draw(now);
      bench_.run(now);
      drive();
      compare();
      clock();
    }
  }
  std::uint64_t packets() const { return packets_; }

 private:
  void configure(std::uint32_t index, std::uint32_t beat, std::uint32_t data) {
    rtl_.cfg_write_i = 1;
    rtl_.cfg_memory_i = 7;
    rtl_.cfg_index_i = index;
    rtl_.cfg_beat_i = static_cast<CData>(beat);
    rtl_.cfg_data_i = data;
    clock();
    rtl_.cfg_write_i = 0;
  }

  void clock() {
    rtl_.clk_i = 1;
    rtl_.eval();
    rtl_.clk_i = 0;
    rtl_.eval();
  }

  void drive() {
    for (std::uint32_t q = 0; q < bench_.queues(); ++q) {
      set_field(rtl_.push_i, q, 1, bench_.arriving[q] ? 1 : 0);
      set_field(rtl_.credit_i, q, 1, bench_.popped[q] ? 1 : 0);
    }
    for (std::uint32_t port = 0; port < bench_.ports(); ++port)
      for (std::uint32_t channel = 0; channel < bench_.channels_of(port); ++channel)
        if (const auto& packet = bench_.arriving[bench_.first_queue_of(port) + channel])
          set_field(rtl_.packet_i, port * kPacketBits, kPacketBits, bits_of(*packet));
    rtl_.eval();
  }

  void compare() {
    REQUIRE((rtl_.quiet_o != 0) == bench_.quiet);
    for (std::uint32_t q = 0; q < bench_.queues(); ++q) {
      CAPTURE(q);
      REQUIRE((field(rtl_.credit_o, q, 1) != 0) == bench_.credited[q]);
    }
    for (std::uint32_t port = 0; port < bench_.ports(); ++port) {
      CAPTURE(port);
      std::optional<Sent> sent;
      if (field(rtl_.send_o, port, 1) != 0)
        sent = Sent{field(rtl_.packet_o, port * kPacketBits, kPacketBits),
                    static_cast<std::uint32_t>(field(rtl_.channel_o, port, 1))};
      if (sent && port == index_of(Port::Io)) sent->packet &= ~(3ULL << kDetourLsb);
      REQUIRE(sent.has_value() == bench_.sent[port].has_value());
      if (!sent) continue;
      ++packets_;
      REQUIRE(sent->packet == bench_.sent[port]->packet);
      REQUIRE(sent->channel == bench_.sent[port]->channel);
    }
  }

  Bench bench_;
  Rtl rtl_;
  std::uint64_t packets_ = 0;
};

template <typename Rtl>
void check(const Parameters& parameters) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Lockstep<Rtl> lockstep(parameters, seed);
    lockstep.run(5'000);
    CHECK(lockstep.packets() > 500);
  }
}

Parameters small() {
  Parameters parameters;
  parameters.spec.table_entries = 16;
  return parameters;
}

}  // namespace

TEST_CASE("a lossless router sends in every cycle what the model sends") {
  check<Vlossless>(small());
}

TEST_CASE("virtual channels, slow links and several cores") {
  Parameters parameters = small();
  parameters.cores = 3, parameters.core_queue = 3;
  parameters.spec.virtual_channels = 2;
  parameters.spec.pipeline_cycles = 1;
  parameters.spec.input_queue_packets = 2;
  parameters.spec.cycles_per_packet = 2;
  parameters.link = {.cycles_per_packet = 3, .payload_cycles = 2};
  parameters.chip_link = {.cycles_per_packet = 5};
  check<Vchannels>(parameters);
}

TEST_CASE("copies that wait take the emergency way, then are lost") {
  Parameters parameters = small();
  parameters.spec.pipeline_cycles = 4;
  parameters.spec.input_queue_packets = 8;
  parameters.spec.blocked = BlockedSpec{.wait1_cycles = 3, .emergency = true, .wait2_cycles = 5};
  check<Vdetours>(parameters);
}

TEST_CASE("dropped copies wait in the register and ask again") {
  Parameters parameters = small();
  parameters.cores = 2;
  parameters.spec.virtual_channels = 2;
  parameters.spec.pipeline_cycles = 3;
  parameters.spec.cycles_per_packet = 2;
  parameters.chip_link = {.cycles_per_packet = 3, .payload_cycles = 4};
  parameters.spec.blocked = BlockedSpec{.wait1_cycles = 2,
                                        .emergency = true,
                                        .wait2_cycles = 4,
                                        .reinjection = ReinjectionSpec{3, 10}};
  check<Vregister>(parameters);
}

TEST_CASE("without any waiting what is not granted at once goes into the register") {
  Parameters parameters = small();
  parameters.spec.input_queue_packets = 1;
  parameters.spec.blocked = BlockedSpec{.wait1_cycles = 0,
                                        .emergency = false,
                                        .wait2_cycles = 0,
                                        .reinjection = ReinjectionSpec{1, 1}};
  check<Vdrops>(parameters);
}
