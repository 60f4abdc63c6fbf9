#pragma once
// One router, whose neighbours are a test.

#include <deque>
#include <vector>

#include "sim/chip/router.hpp"

namespace spikeloom::chip_sim::test {

/// A router between channels that the test fills and empties: six links, one core, no io.
struct Bench {
  explicit Bench(std::vector<RouteEntry> entries,
                 RouterSpec spec = {},
                 LinkSpec link = {},
                 LinkProperties properties = {})
      : table(std::move(entries)),
        router({.id = 0, .tile = TileId{0}, .ports = kPorts, .hop_limit = 1000},
               table,
               spec,
               agenda,
               barrier) {
    properties.timing = link;
    for (std::uint32_t port = 0; port < kPorts; ++port) {
      const bool is_link = port < kLinkCount;
      const std::uint32_t way = is_link ? link.latency_cycles : 1;
      const std::uint32_t parts = is_link ? link.cycles_per_packet : 1;
      for (std::uint32_t channel = 0; channel < kMostChannels; ++channel) {
        in.emplace_back(
            ChannelTiming{.depth = spec.input_queue_packets, .lookup = spec.pipeline_cycles},
            1,
            0,
            agenda,
            barrier);
        out.emplace_back(ChannelTiming{.depth = spec.input_queue_packets,
                                       .latency = way + parts - 1,
                                       .credit_latency = way},
                         0,
                         1,
                         agenda,
                         barrier);
        if (channel >= (is_link ? spec.virtual_channels : 1)) continue;
        connect(static_cast<Port>(port), channel);
      }
      if (is_link) router.describe_link(static_cast<Port>(port), properties);
    }
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  void connect(Port port, std::uint32_t channel) {
    if (port == Port::Io) return;
    router.connect_input(port, input(port, channel), channel);
    router.connect_output(port, output(port, channel), channel);
  }
  Channel& input(Port port, std::uint32_t channel = 0) {
    return in[index_of(port) * kMostChannels + channel];
  }
  Channel& output(Port port, std::uint32_t channel = 0) {
    return out[index_of(port) * kMostChannels + channel];
  }
  void cycle() {
    agenda.take(now, [](BlockId) {});
    router.evaluate(now);
    router.commit(now);
    ++now;
  }
  /// Runs until `channel` has an eligible packet; that cycle, at most `limit`.
  Cycle arrival_at(Channel& channel, Cycle limit = 500) {
    while (now < limit && channel.eligible_at() > now) cycle();
    return now;
  }
  /// Runs for `cycles`, taking a packet from `port` whenever there is one; their keys.
  std::vector<std::uint32_t> drain(Port port, Cycle cycles) {
    std::vector<std::uint32_t> keys;
    for (const Cycle end = now + cycles; now < end; cycle()) {
      if (output(port).eligible_at() > now) continue;
      keys.push_back(output(port).head().key);
      output(port).pop(now);
    }
    return keys;
  }

  static constexpr std::uint32_t kPorts = 8;
  Agenda agenda{2};
  Barrier barrier;
  std::vector<RouteEntry> table;
  Router router;
  std::deque<Channel> in, out;
  Cycle now = 0;
};

}  // namespace spikeloom::chip_sim::test
