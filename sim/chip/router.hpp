#pragma once
// A multicast router: a queue per input port, a ternary route table, a round-robin arbiter per
// output port. The copies of a forked packet leave independently.

#include <array>
#include <optional>

#include "models/base/statistics.hpp"
#include "models/mapping/mapping.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"
#include "sim/chip/ternary_table.hpp"

namespace spikeloom::chip_sim {

class Router {
 public:
  /// A packet that has crossed more than `hop_limit` links runs in circles.
  Router(BlockId id,
         const std::vector<RouteEntry>& table,
         const RouterSpec& router,
         const LinkSpec& link,
         std::uint32_t hop_limit,
         Agenda& agenda);

  void connect_input(Port port, Channel& channel) {
    inputs_[index(port)].queue = &channel;
    channel.connect_valid(valid_inputs_, bit_of(port));
  }
  void connect_output(Port port, Channel& channel) {
    outputs_[index(port)].channel = &channel;
    existing_ |= bit_of(port);
  }
  /// The Io output: takes a packet per cycle.
  void connect_sink() { existing_ |= bit_of(Port::Io); }
  void declare(StatScope scope) const;

  /// Decides who moves in cycle `now`, from registered state alone.
  void evaluate(Cycle now);
  /// Moves them. Throws InputError if a packet runs in circles.
  void commit(Cycle now);
  /// No packet in any input queue, nor on the link before it.
  bool quiet() const { return valid_inputs_ == 0; }
  /// Pointers, links and queues as after power-up.
  void clear();

  /// Calls visit(packet, arrival, outputs) for each packet in a queue or on the link before it,
  /// with the outputs by which it has still to leave; nullopt if it has not been looked up.
  template <typename Visit>
  void for_each_in_flight(Visit visit) const;

  ActionCounts actions() const;
  std::uint64_t sent_packets(Port port) const { return outputs_[index(port)].sent.value(); }
  std::uint64_t dropped_packets() const { return dropped_.value(); }
  std::uint64_t worst_queue() const;
  /// Outputs for which the packet at the head of `port` waits for a credit; 0 if it does not wait.
  std::uint32_t starved_outputs(Port port, Cycle now) const;

 private:
  static constexpr std::size_t index(Port port) { return index_of(port); }
  struct Input {
    Channel* queue = nullptr;
    bool routed = false;          // `remaining` belongs to the packet at the head
    std::uint32_t remaining = 0;  // outputs that still need a copy
    std::uint32_t lost = 0;       // copies without an output
    Cycle head_since = 0;         // the switch takes the packet at the head from then on
    Counter stalls;
  };
  struct Output {
    Channel* channel = nullptr;
    Cycle free_at = 0;          // it takes a packet again
    std::uint32_t pointer = 0;  // input with the highest priority
    Counter sent;
  };

  void look_up(std::size_t port);
  std::uint32_t straight_on(std::size_t port) const;
  bool can_send(const Output& output, Cycle now) const {
    return output.free_at <= now && (output.channel == nullptr || output.channel->can_send(now));
  }
  void arbitrate(std::size_t port, std::uint32_t requests);
  void forward(std::size_t port, Cycle now);
  void finish(std::size_t port, Cycle now);
  [[noreturn]] void fail_in_circles(const Packet& packet) const;
  Cycle next_move(Input& input, Cycle now);
  void sleep(Cycle now);

  BlockId id_;
  TernaryTable routes_;  // their values are masks over outputs
  std::uint32_t switch_cycles_, link_cycles_;
  std::uint32_t hop_limit_;
  Agenda& agenda_;
  std::uint32_t existing_ = 0;      // mask over outputs
  std::uint32_t valid_inputs_ = 0;  // mask: those whose link or queue is not empty
  std::array<Input, kMostPorts> inputs_;
  std::array<Output, kMostPorts> outputs_;
  // The decisions of evaluate():
  std::uint32_t granted_outputs_ = 0;            // mask over outputs
  std::array<std::uint8_t, kMostPorts> winner_;  // per granted output: its input
  std::uint32_t touched_inputs_ = 0;             // mask: won a grant, or has nowhere to go

  Counter passed_, hops_, dropped_;
};

template <typename Visit>
void Router::for_each_in_flight(Visit visit) const {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].queue == nullptr) continue;
    bool is_routed = inputs_[i].routed;
    inputs_[i].queue->for_each([&](const Packet& packet) {
      visit(packet,
            static_cast<Port>(i),
            is_routed ? std::optional(inputs_[i].remaining) : std::nullopt);
      is_routed = false;
    });
  }
}

}  // namespace spikeloom::chip_sim
