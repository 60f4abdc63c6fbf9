#pragma once
// A multicast router: a queue per input port and virtual channel, a ternary route table, a
// round-robin arbiter per output port. The copies of a forked packet leave independently. Copies
// that wait too long take another way, wait in a register, or are lost.

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "models/base/statistics.hpp"
#include "models/chip/grid.hpp"
#include "models/mapping/mapping.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/detour.hpp"
#include "sim/chip/drop_register.hpp"
#include "sim/chip/event_sink.hpp"
#include "sim/chip/output_port.hpp"
#include "sim/chip/ternary_table.hpp"

namespace spikeloom::chip_sim {

/// What a router knows of one of its links.
struct LinkProperties {
  LinkSpec timing;
  bool is_between_chips = false;
  bool crosses_dateline = false;
  bool has_detour = false;  ///< the two other sides of its triangle work
};

/// A queue of the router at the other end of `link`.
struct QueueBehindLink {
  Port link;
  std::uint32_t channel;
};

class Router {
 public:
  struct Setup {
    BlockId id;
    TileId tile;
    std::uint32_t ports;      ///< links, io and cores
    std::uint32_t hop_limit;  ///< a packet that has crossed more links runs in circles
  };
  Router(const Setup& setup,
         const std::vector<RouteEntry>& table,
         const RouterSpec& spec,
         Agenda& agenda,
         Barrier& barrier);

  void connect_input(Port port, Channel& queue, std::uint32_t channel = 0);
  void connect_output(Port port, Channel& queue, std::uint32_t channel = 0);
  void describe_link(Port link, const LinkProperties& properties);
  /// The Io output always takes packets.
  void connect_sink() { existing_ |= bit_of(Port::Io); }
  /// Told of copies that wait too long and find no place in the register.
  void observe(EventSink& sink) { events_ = &sink; }
  /// Told of packets that leave the chip, and of copies without an output.
  void trace(PacketTrace& trace) { trace_ = &trace; }
  void declare(StatScope scope) const;

  /// Decides who moves in cycle `now`, from registered state alone.
  void evaluate(Cycle now);
  /// Moves them. Throws InputError if a packet runs in circles.
  void commit(Cycle now);
  /// No packet in any input queue, nor on the link before it, nor in the register.
  bool quiet() const { return valid_inputs_ == 0; }
  /// Pointers, links, queues and register as after power-up.
  void clear();

  /// Calls visit(packet, port, outputs) for each packet in a queue, on the link before it or in the
  /// register, with the outputs by which it has still to leave; nullopt if it has not been looked
  /// up.
  template <typename Visit>
  void for_each_in_flight(Visit visit) const;

  ActionCounts actions() const;
  CopyBalance balance() const;
  BlockedActivity blocked_activity() const;
  LinkActivity link_activity(Port link) const { return output(link).activity(); }
  std::uint64_t sent_packets(Port port) const { return output(port).sent(); }
  /// Copies without an output to leave by.
  std::uint64_t unrouted_copies() const { return unrouted_.value(); }
  std::uint64_t worst_queue() const;
  /// The first queue for whose credit the packet at the head of this one waits.
  std::optional<QueueBehindLink> waits_for(Port link, std::uint32_t channel, Cycle now) const;

 private:
  struct Input {
    Channel* queue = nullptr;
    Cycle free_at = 0;                 // the switch takes the packet at the head from then on
    std::uint32_t remaining = 0;       // outputs that still need a copy
    std::uint32_t second_channel = 0;  // of these, links that it leaves over virtual channel 1
    std::uint32_t missing = 0;         // copies without an output
    Port port = Port::Io;
    Port arrival = Port::Io;  // where the packet at the head came from as far as routes go
    Counter stalls;
  };

  std::uint32_t input_of(Port port, std::uint32_t channel) const;
  const OutputPort& output(Port port) const { return outputs_[index_of(port)]; }
  Cycle head_since(const Input& input) const {
    return std::max(input.queue->eligible_at(), input.free_at);
  }

  // Decisions
  void look_up(std::uint32_t i, Cycle now);
  std::uint32_t claim_of(std::uint32_t i);
  std::uint32_t outputs_of(const Input& input, const Packet& packet);
  std::uint32_t second_channel_of(const Input& input, const Packet& packet) const;
  std::uint32_t channel_of(const Input& input, std::uint32_t o) const {
    return input.second_channel >> o & 1U;
  }
  void watch_waits(Cycle now);
  void offer_detours(std::uint32_t i, Cycle now);
  void arbitrate(std::uint32_t o, Cycle now);

  // Moves
  void forward(std::uint32_t o, Cycle now);
  void cross_link(Packet& copy, std::uint32_t link, bool is_detour);
  void withdraw(std::uint32_t i, std::uint32_t o, Cycle now);
  void give_up(Cycle now);
  void leave_outputs(std::uint32_t i, Cycle now);
  void keep(std::uint32_t i, Cycle now);
  void lose(std::uint32_t i, Cycle now);
  void finish(std::uint32_t i, Cycle now);
  [[noreturn]] void fail_in_circles(const Packet& packet) const;

  void sleep(Cycle now);
  Cycle next_time_out(Cycle now);
  Cycle next_detour(const Input& input, Cycle now);
  std::uint32_t detours_of(const Input& input) const;
  std::uint64_t copies_in_flight() const;
  std::uint64_t copies_in_register() const;
  Action hop_action(Port link) const;
  void declare_input(StatScope scope, std::uint32_t i) const;

  // What a packet's way through touches comes first.
  InputMask valid_inputs_ = 0;   // those whose link or queue is not empty
  InputMask routed_inputs_ = 0;  // `remaining` belongs to the packet at the head
  std::uint32_t wanted_ = 0;     // outputs
  std::uint32_t existing_ = 0;   // outputs
  // The decisions of evaluate():
  std::uint32_t granted_ = 0;                    // outputs
  InputMask touched_ = 0;                        // won a grant, or has nowhere to go
  InputMask expired_ = 0;                        // its time is up
  std::array<std::uint8_t, kMostPorts> winner_;  // per granted output: its input
  std::vector<Input> inputs_;
  std::vector<OutputPort> outputs_;
  TernaryTable routes_;  // their values are masks over outputs
  BlockId id_;
  TileId tile_;
  std::uint32_t hop_limit_, channels_, switch_cycles_;
  Agenda& agenda_;
  Counter passed_, hops_;

  std::uint32_t dateline_links_ = 0, links_between_chips_ = 0, links_with_detour_ = 0;
  std::optional<BlockedSpec> blocked_;
  std::array<InputMask, kLinkCount> detours_{};  // per output: inputs that may detour by it
  std::uint32_t detour_outputs_ = 0;             // those of which there are any
  std::unique_ptr<DropRegister> register_;
  std::uint32_t register_input_ = 0;
  PacketTrace* trace_ = nullptr;
  EventSink* events_ = nullptr;

  Counter unrouted_, unsearched_, forked_, payload_hops_;
  Counter detoured_, dropped_, reinjected_, lost_, cleared_;
};

template <typename Visit>
void Router::for_each_in_flight(Visit visit) const {
  for (std::uint32_t i = 0; i < inputs_.size(); ++i) {
    const Input& input = inputs_[i];
    if (input.queue == nullptr) continue;
    auto outputs = (routed_inputs_ >> i & 1U) != 0 ? std::optional(input.remaining) : std::nullopt;
    std::size_t place = 0;
    input.queue->for_each([&](const Packet& packet) {
      if (i == register_input_ && !outputs) outputs = register_->claims()[place].outputs;
      visit(packet, input.port, std::exchange(outputs, std::nullopt));
      ++place;
    });
  }
}

}  // namespace spikeloom::chip_sim
