#include "sim/chip/router.hpp"

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

std::vector<TernaryTable::Entry> keys_of(const std::vector<RouteEntry>& table) {
  std::vector<TernaryTable::Entry> entries;
  entries.reserve(table.size());
  for (const RouteEntry& entry : table) entries.push_back({entry.key, entry.mask});
  return entries;
}

/// Calls visit(index) for every bit of `mask`, in ascending order.
template <typename Visit>
void for_each_bit(std::uint32_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

}  // namespace

Router::Router(BlockId id,
               const std::vector<RouteEntry>& table,
               const LinkSpec& link,
               std::uint32_t hop_limit,
               Agenda& agenda)
    : id_(id),
      routes_(table),
      table_(keys_of(table)),
      link_cycles_(link.cycles_per_packet),
      hop_limit_(hop_limit),
      agenda_(agenda) {}

void Router::declare(StatScope scope) const {
  scope.declare("hops", Unit::Packet, "packets sent over links", hops_);
  scope.declare("dropped", Unit::Packet, "copies without an output to leave by", dropped_);
  for (std::size_t i = 0; i < kPortCount; ++i) {
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
  const auto entry = table_.find(input.queue->head().key);
  const std::uint32_t route = entry ? routes_[*entry].route : straight_on(port);
  input.remaining = route & existing_;
  const auto lost = static_cast<std::uint32_t>(std::popcount(route & ~existing_));
  input.lost = route == 0 ? 1 : lost;
  input.routed = true;
}

void Router::evaluate(Cycle now) {
  std::array<std::uint32_t, kPortCount> requests{};  // per output: mask over inputs
  std::uint32_t requested = 0;
  granted_outputs_ = touched_inputs_ = 0;
  for (std::size_t i = 0; i < kPortCount; ++i) {
    Input& input = inputs_[i];
    if (input.queue == nullptr || input.queue->eligible_at() > now) continue;
    if (!input.routed) look_up(i);
    if (input.remaining == 0) touched_inputs_ |= 1U << i;
    requested |= input.remaining;
    for_each_bit(input.remaining, [&](std::size_t o) { requests[o] |= 1U << i; });
  }
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
  if (is_link && ++copy.hops > hop_limit_)
    throw InputError("",
                     "",
                     "packet with key " + std::to_string(copy.key) +
                         " runs in circles: it crossed " + std::to_string(copy.hops) + " links");
  if (output.channel != nullptr) output.channel->send(copy, now);
  input.remaining &= ~(1U << port);
  output.free_at = now + (is_link ? link_cycles_ : 1);
  output.pointer = (winner_[port] + 1U) % kPortCount;
  output.sent.add();
  count_hop(port);
}

void Router::count_hop(std::size_t port) {
  if (port < kLinkCount) hops_.add();
  switch (static_cast<Port>(port)) {
    case Port::East:
    case Port::West:
      ++actions_[Action::HopEastWest];
      break;
    case Port::North:
    case Port::South:
      ++actions_[Action::HopNorthSouth];
      break;
    case Port::Io:
      ++actions_[Action::OutputPacket];
      break;
    case Port::Core:
      break;  // counted by the core as the write into its queue
  }
}

// Counts the packet's whole stay here; every packet that came in goes out before a step ends.
void Router::finish(std::size_t port, Cycle now) {
  Input& input = inputs_[port];
  input.stalls.add(now - std::max(input.queue->eligible_at(), input.head_since));
  dropped_.add(input.lost);
  ++actions_[Action::QueueWrite];
  ++actions_[Action::RouteLookup];
  ++actions_[Action::QueueRead];
  input.queue->pop(now);
  input.routed = false;
  input.head_since = now + 1;
}

Cycle Router::next_move(Input& input, Cycle now) {
  if (!input.routed) return std::max(input.queue->eligible_at(), now + 1);
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
  for (Input& input : inputs_)
    if (input.queue != nullptr && !input.queue->empty())
      earliest = std::min(earliest, next_move(input, now));
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

bool Router::quiet() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [](const Input& input) {
    return input.queue == nullptr || input.queue->empty();
  });
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
