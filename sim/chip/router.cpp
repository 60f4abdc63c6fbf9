#include "sim/chip/router.hpp"

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

TernaryTable route_table(const std::vector<RouteEntry>& table) {
  std::vector<TernaryTable::Entry> entries;
  entries.reserve(table.size());
  for (const RouteEntry& entry : table) entries.push_back({entry.key, entry.mask, entry.route});
  return TernaryTable(std::move(entries));
}

/// Calls visit(index) for every bit of `mask`, in ascending order.
template <typename Visit>
void for_each_bit(std::uint32_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

}  // namespace

Router::Router(BlockId id,
               const std::vector<RouteEntry>& table,
               const RouterSpec& router,
               const LinkSpec& link,
               std::uint32_t hop_limit,
               Agenda& agenda)
    : id_(id),
      routes_(route_table(table)),
      switch_cycles_(router.cycles_per_packet),
      link_cycles_(std::max(link.cycles_per_packet, router.cycles_per_packet)),
      hop_limit_(hop_limit),
      agenda_(agenda) {}

void Router::declare(StatScope scope) const {
  scope.declare("hops", Unit::Packet, "packets sent over links", hops_);
  scope.declare("dropped", Unit::Packet, "copies without an output to leave by", dropped_);
  for (std::size_t i = 0; i < kMostPorts; ++i) {
    const Input& input = inputs_[i];
    if (input.queue == nullptr) continue;
    StatScope port = scope.child(name_of(static_cast<Port>(i)));
    port.declare("stalls", Unit::Cycle, "cycles a routed packet waited at the head", input.stalls);
    port.declare("worst_queue", Unit::Packet, "fullest input queue", input.queue->high_water());
  }
}

std::uint32_t Router::straight_on(std::size_t port) const {
  return port < kLinkCount ? bit_of(opposite(static_cast<Port>(port))) : 0;
}

void Router::look_up(std::size_t port) {
  Input& input = inputs_[port];
  const TernaryTable::Answer& answer = routes_.find(input.queue->head().key);
  const std::uint32_t route = answer.matches ? answer.value : straight_on(port);
  input.remaining = route & existing_;
  const std::uint32_t missing = route & ~existing_;
  input.lost = missing == 0 ? 0 : static_cast<std::uint32_t>(std::popcount(missing));
  if (route == 0) input.lost = 1;
  input.routed = true;
}

void Router::evaluate(Cycle now) {
  std::array<std::uint32_t, kMostPorts> requests{};  // per output: mask over inputs
  std::uint32_t requested = 0;
  granted_outputs_ = touched_inputs_ = 0;
  for_each_bit(valid_inputs_, [&](std::size_t i) {
    Input& input = inputs_[i];
    if (std::max(input.queue->eligible_at(), input.head_since) > now) return;
    if (!input.routed) look_up(i);
    if (input.remaining == 0) touched_inputs_ |= 1U << i;
    requested |= input.remaining;
    for_each_bit(input.remaining, [&](std::size_t o) { requests[o] |= 1U << i; });
  });
  for_each_bit(requested, [&](std::size_t o) {
    if (can_send(outputs_[o], now)) arbitrate(o, requests[o]);
  });
}

// The first request at or after the pointer, around the end.
void Router::arbitrate(std::size_t port, std::uint32_t requests) {
  const std::uint32_t from_pointer = requests >> outputs_[port].pointer << outputs_[port].pointer;
  const auto input = std::countr_zero(from_pointer != 0 ? from_pointer : requests);
  winner_[port] = static_cast<std::uint8_t>(input);
  granted_outputs_ |= 1U << port;
  touched_inputs_ |= 1U << input;
}

void Router::commit(Cycle now) {
  for_each_bit(granted_outputs_, [&](std::size_t o) { forward(o, now); });
  for_each_bit(touched_inputs_, [&](std::size_t i) {
    if (inputs_[i].remaining == 0) finish(i, now);
  });
  granted_outputs_ = touched_inputs_ = 0;
  sleep(now);
}

void Router::forward(std::size_t port, Cycle now) {
  Output& output = outputs_[port];
  Input& input = inputs_[winner_[port]];
  Packet copy = input.queue->head();
  const bool is_link = port < kLinkCount;
  if (is_link) {
    hops_.add();
    if (++copy.hops > hop_limit_) fail_in_circles(copy);
  }
  if (output.channel != nullptr) output.channel->send(copy, now);
  input.remaining &= ~(1U << port);
  output.free_at = now + (is_link ? link_cycles_ : switch_cycles_);
  output.pointer = (winner_[port] + 1U) % kMostPorts;
  output.sent.add();
}

void Router::fail_in_circles(const Packet& packet) const {
  throw InputError("",
                   "",
                   "packet with key " + std::to_string(packet.key) +
                       " runs in circles: it crossed " + std::to_string(packet.hops) + " links");
}

// Counts the packet's whole stay here; every packet that came in goes out before a step ends.
void Router::finish(std::size_t port, Cycle now) {
  Input& input = inputs_[port];
  input.stalls.add(now - std::max(input.queue->eligible_at(), input.head_since));
  dropped_.add(input.lost);
  passed_.add();
  input.queue->pop(now);
  input.routed = false;
  input.head_since = now + switch_cycles_;
}

Cycle Router::next_move(Input& input, Cycle now) {
  if (!input.routed) return std::max({input.queue->eligible_at(), input.head_since, now + 1});
  Cycle earliest = kNever;
  for_each_bit(input.remaining, [&](std::size_t o) {
    Output& output = outputs_[o];
    const Cycle credit = output.channel == nullptr ? 0 : output.channel->await_credit();
    earliest = std::min(earliest, std::max({credit, output.free_at, now + 1}));
  });
  return earliest;
}

void Router::sleep(Cycle now) {
  Cycle earliest = kNever;
  for_each_bit(valid_inputs_,
               [&](std::size_t i) { earliest = std::min(earliest, next_move(inputs_[i], now)); });
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

// Packets to Core are counted by the core as the write into its queue.
ActionCounts Router::actions() const {
  ActionCounts counts;
  counts[Action::QueueWrite] = passed_.value();
  counts[Action::RouteLookup] = passed_.value();
  counts[Action::QueueRead] = passed_.value();
  counts[Action::HopEastWest] = sent_packets(Port::East) + sent_packets(Port::West);
  counts[Action::HopNorthSouth] = sent_packets(Port::North) + sent_packets(Port::South);
  counts[Action::HopDiagonal] = sent_packets(Port::NorthEast) + sent_packets(Port::SouthWest);
  counts[Action::OutputPacket] = sent_packets(Port::Io);
  return counts;
}

void Router::clear() {
  for (Input& input : inputs_) {
    if (input.queue != nullptr) input.queue->clear();
    input.routed = false;
    input.head_since = 0;
  }
  for (Output& output : outputs_) output.free_at = output.pointer = 0;
}

std::uint64_t Router::worst_queue() const {
  std::uint64_t worst = 0;
  for (const Input& input : inputs_)
    if (input.queue != nullptr) worst = std::max(worst, input.queue->high_water().value());
  return worst;
}

std::uint32_t Router::starved_outputs(Port port, Cycle now) const {
  const Input& input = inputs_[index(port)];
  if (input.queue == nullptr || input.queue->empty() || !input.routed) return 0;
  std::uint32_t starved = 0;
  for_each_bit(input.remaining, [&](std::size_t o) {
    const Channel* channel = outputs_[o].channel;
    if (channel != nullptr && !channel->can_send(now)) starved |= 1U << o;
  });
  return starved;
}

}  // namespace spikeloom::chip_sim
