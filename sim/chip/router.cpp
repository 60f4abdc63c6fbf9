#include "sim/chip/router.hpp"

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

constexpr std::uint32_t kAllLinks = (1U << kLinkCount) - 1;

TernaryTable route_table(const std::vector<RouteEntry>& table) {
  std::vector<TernaryTable::Entry> entries;
  entries.reserve(table.size());
  for (const RouteEntry& entry : table) entries.push_back({entry.key, entry.mask, entry.route});
  return TernaryTable(std::move(entries));
}

/// Calls visit(index) for every bit of `mask`, in ascending order.
template <typename Mask, typename Visit>
void for_each_bit(Mask mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::uint32_t>(std::countr_zero(mask)));
}

constexpr InputMask input_bit(std::uint32_t input) { return InputMask{1} << input; }
constexpr std::uint32_t copies(std::uint32_t outputs) {
  return static_cast<std::uint32_t>(std::popcount(outputs));
}

}  // namespace

Router::Router(const Setup& setup,
               const std::vector<RouteEntry>& table,
               const RouterSpec& spec,
               Agenda& agenda,
               Barrier& barrier)
    : inputs_(std::size_t{kLinkCount} * spec.virtual_channels + setup.ports - kLinkCount),
      outputs_(setup.ports),
      routes_(route_table(table)),
      id_(setup.id),
      tile_(setup.tile),
      hop_limit_(setup.hop_limit),
      channels_(spec.virtual_channels),
      switch_cycles_(spec.cycles_per_packet),
      agenda_(agenda),
      blocked_(spec.blocked),
      register_input_(static_cast<std::uint32_t>(inputs_.size())) {
  for (OutputPort& output : outputs_) output.set_interval(switch_cycles_);
  if (!blocked_ || !blocked_->reinjection) return;
  register_ = std::make_unique<DropRegister>(*blocked_->reinjection, id_, agenda, barrier);
  inputs_.emplace_back().queue = &register_->queue();
  register_->queue().connect_valid(valid_inputs_, input_bit(register_input_));
}

/// Inputs are numbered by port, then by virtual channel; only links have two.
std::uint32_t Router::input_of(Port port, std::uint32_t channel) const {
  return is_link(port) ? index_of(port) * channels_ + channel
                       : index_of(port) + kLinkCount * (channels_ - 1);
}

void Router::connect_input(Port port, Channel& queue, std::uint32_t channel) {
  const std::uint32_t i = input_of(port, channel);
  inputs_[i].queue = &queue;
  inputs_[i].port = port;
  queue.connect_valid(valid_inputs_, input_bit(i));
}

void Router::connect_output(Port port, Channel& queue, std::uint32_t channel) {
  outputs_[index_of(port)].connect(channel, queue);
  existing_ |= bit_of(port);
}

void Router::describe_link(Port link, const LinkProperties& properties) {
  outputs_[index_of(link)].set_timing(properties.timing.cycles_per_packet,
                                      properties.timing.payload_cycles);
  if (properties.is_between_chips) links_between_chips_ |= bit_of(link);
  if (properties.crosses_dateline && channels_ == kMostChannels) dateline_links_ |= bit_of(link);
  if (properties.has_detour && blocked_ && blocked_->emergency) links_with_detour_ |= bit_of(link);
}

void Router::declare(StatScope scope) const {
  scope.declare("hops", Unit::Packet, "packets sent over links", hops_);
  scope.declare("unrouted", Unit::Packet, "copies without an output to leave by", unrouted_);
  if (blocked_) {
    scope.declare("detoured", Unit::Packet, "copies sent the emergency way", detoured_);
    scope.declare("dropped", Unit::Packet, "copies that waited too long", dropped_);
    scope.declare("reinjected", Unit::Packet, "copies sent from the register", reinjected_);
    scope.declare("lost", Unit::Packet, "dropped copies the register did not take", lost_);
  }
  for (std::uint32_t i = 0; i < inputs_.size(); ++i) declare_input(scope, i);
  for (std::uint32_t o = 0; o < outputs_.size(); ++o)
    if ((existing_ >> o & 1U) != 0)
      outputs_[o].declare(scope.child("to_" + name_of(static_cast<Port>(o))));
}

void Router::declare_input(StatScope scope, std::uint32_t i) const {
  const Input& input = inputs_[i];
  if (input.queue == nullptr) return;
  std::string name = i == register_input_ ? "register" : name_of(input.port);
  if (channels_ == kMostChannels && i < kLinkCount * channels_ && i % channels_ == 1)
    name += "_channel1";
  StatScope port = scope.child(name);
  port.declare("stalls", Unit::Cycle, "cycles a routed packet waited at the head", input.stalls);
  port.declare("worst_queue", Unit::Packet, "fullest input queue", input.queue->high_water());
  port.declare("packets", Unit::Packet, "packets put into the queue", input.queue->sent());
  port.declare("packet_cycles",
               Unit::Cycle,
               "sum of the cycles of all packets in the queue: divided by the cycles of the run, "
               "its mean occupancy",
               input.queue->packet_cycles());
}

// ---- decisions ----

void Router::evaluate(Cycle now) {
  granted_ = 0;
  touched_ = 0;
  for_each_bit(valid_inputs_ & ~routed_inputs_, [&](std::uint32_t i) {
    if (head_since(inputs_[i]) <= now) look_up(i, now);
  });
  if (blocked_) watch_waits(now);
  for_each_bit(wanted_ | detour_outputs_, [&](std::uint32_t o) { arbitrate(o, now); });
}

void Router::look_up(std::uint32_t i, Cycle now) {
  Input& input = inputs_[i];
  const std::uint32_t outputs = claim_of(i);
  input.remaining = outputs & existing_;
  const std::uint32_t missing = outputs & ~existing_;
  input.missing = outputs == 0 ? 1 : missing == 0 ? 0 : copies(missing);
  if (channels_ > 1) input.second_channel = second_channel_of(input, input.queue->head());
  routed_inputs_ |= input_bit(i);
  wanted_ |= input.remaining;
  if (input.remaining == 0) touched_ |= input_bit(i);
  for_each_bit(input.remaining,
               [&](std::uint32_t o) { outputs_[o].request(i, channel_of(input, o), now); });
}

/// The outputs that the packet at the head asks for.
std::uint32_t Router::claim_of(std::uint32_t i) {
  Input& input = inputs_[i];
  if (i == register_input_) {
    input.arrival = register_->head().arrival;
    return register_->head().outputs;
  }
  const Packet& packet = input.queue->head();
  input.arrival = arrival_of(input.port, packet.detour);
  const std::uint32_t outputs = outputs_of(input, packet);
  if ((outputs & (outputs - 1)) != 0) forked_.add(copies(outputs) - 1);
  return outputs;
}

/// A packet on its first leg is sent on without a search; after the second it is looked up as if it
/// had come by the blocked link.
std::uint32_t Router::outputs_of(const Input& input, const Packet& packet) {
  if (packet.detour == Detour::FirstLeg) {
    unsearched_.add();
    return bit_of(next_link(input.port));
  }
  const TernaryTable::Answer& answer = routes_.find(packet.key);
  if (answer.matches) return answer.value;
  return is_link(input.arrival) ? bit_of(opposite(input.arrival)) : 0;
}

/// Channel 1 from the dateline of an axis on, until a packet turns to another axis. A detour keeps
/// the channel that the blocked link would have had.
std::uint32_t Router::second_channel_of(const Input& input, const Packet& packet) const {
  if (packet.detour == Detour::FirstLeg) return packet.channel == 0 ? 0 : kAllLinks;
  if (packet.channel == 0 || !is_link(input.arrival)) return dateline_links_;
  return dateline_links_ | bit_of(input.arrival) | bit_of(opposite(input.arrival));
}

void Router::watch_waits(Cycle now) {
  expired_ = 0;
  detour_outputs_ = 0;
  for_each_bit(routed_inputs_, [&](std::uint32_t i) {
    const Cycle waited = now - head_since(inputs_[i]);
    if (waited >= blocked_->wait1_cycles + blocked_->wait2_cycles)
      expired_ |= input_bit(i);
    else if (waited >= blocked_->wait1_cycles)
      offer_detours(i, now);
  });
}

/// Remaining links around which the packet at the head may go.
std::uint32_t Router::detours_of(const Input& input) const {
  return input.queue->head().detour == Detour::FirstLeg ? 0 : input.remaining & links_with_detour_;
}

// Only around a link that can take no packet now, so a copy never leaves by both ways at once.
void Router::offer_detours(std::uint32_t i, Cycle now) {
  const Input& input = inputs_[i];
  for_each_bit(detours_of(input), [&](std::uint32_t link) {
    const std::uint32_t channel = channel_of(input, link);
    const std::uint32_t leg = index_of(next_link(static_cast<Port>(link)));
    const bool is_used_itself = (input.remaining >> leg & 1U) != 0;
    if (is_used_itself || outputs_[link].can_send(channel, now) ||
        !outputs_[leg].can_send(channel, now))
      return;
    if ((detour_outputs_ >> leg & 1U) == 0) detours_[leg] = 0;
    detour_outputs_ |= 1U << leg;
    detours_[leg] |= input_bit(i);
  });
}

void Router::arbitrate(std::uint32_t o, Cycle now) {
  InputMask ready = outputs_[o].ready(now);
  if ((detour_outputs_ >> o & 1U) != 0) ready |= detours_[o];
  if (ready == 0) return;
  const std::uint32_t input = outputs_[o].choose(ready);
  winner_[o] = static_cast<std::uint8_t>(input);
  granted_ |= 1U << o;
  touched_ |= input_bit(input);
}

// ---- moves ----

void Router::commit(Cycle now) {
  for_each_bit(granted_, [&](std::uint32_t o) { forward(o, now); });
  if (expired_ != 0) give_up(now);
  for_each_bit(touched_, [&](std::uint32_t i) {
    if (inputs_[i].remaining == 0) finish(i, now);
  });
  granted_ = 0;
  touched_ = 0;
  sleep(now);
}

void Router::forward(std::uint32_t o, Cycle now) {
  const std::uint32_t i = winner_[o];
  const Input& input = inputs_[i];
  const bool is_detour = (input.remaining >> o & 1U) == 0;
  const std::uint32_t wanted = is_detour ? index_of(blocked_link(static_cast<Port>(o))) : o;
  Packet copy = input.queue->head();
  copy.channel = static_cast<std::uint8_t>(channel_of(input, wanted));
  if (o < kLinkCount) cross_link(copy, o, is_detour);
  withdraw(i, wanted, now);
  if (trace_ != nullptr && o == index_of(Port::Io))
    trace_->add(PacketMove::Leave, copy, tile_, Port::Io);
  outputs_[o].send(copy, i, now);
  if (i == register_input_) reinjected_.add();
}

void Router::cross_link(Packet& copy, std::uint32_t link, bool is_detour) {
  hops_.add();
  if (copy.payload != 0) payload_hops_.add();
  if (++copy.hops > hop_limit_) fail_in_circles(copy);
  if (is_detour) {
    copy.detour = Detour::FirstLeg;
    outputs_[index_of(blocked_link(static_cast<Port>(link)))].count_detour();
    detoured_.add();
  } else {
    copy.detour = after(copy.detour);
  }
}

void Router::withdraw(std::uint32_t i, std::uint32_t o, Cycle now) {
  Input& input = inputs_[i];
  outputs_[o].withdraw(i, channel_of(input, o), now);
  if (!outputs_[o].is_wanted()) wanted_ &= ~(1U << o);
  input.remaining &= ~(1U << o);
}

void Router::fail_in_circles(const Packet& packet) const {
  throw InputError("",
                   "",
                   "packet with key " + std::to_string(packet.key) +
                       " runs in circles: it crossed " + std::to_string(packet.hops) + " links");
}

// The register has one write port, which the first input takes; the others ask again in the next
// cycle. What it holds itself goes to its end, in the place that it leaves.
void Router::give_up(Cycle now) {
  const bool has_place = register_ != nullptr && register_->has_place(now);
  bool written = false;
  for_each_bit(expired_, [&](std::uint32_t i) {
    if (inputs_[i].remaining == 0) return;
    if (!has_place && i != register_input_) return lose(i, now);
    if (!written) keep(i, now);
    written = true;
  });
  expired_ = 0;
}

void Router::leave_outputs(std::uint32_t i, Cycle now) {
  for_each_bit(inputs_[i].remaining, [&](std::uint32_t o) {
    outputs_[o].count_drop();
    dropped_.add();
    withdraw(i, o, now);
  });
  touched_ |= input_bit(i);
}

void Router::keep(std::uint32_t i, Cycle now) {
  const Input& input = inputs_[i];
  const Packet packet = input.queue->head();
  const DropRegister::Claim claim = {input.remaining, input.arrival};
  leave_outputs(i, now);
  if (i == register_input_) finish(i, now);
  register_->keep(packet, claim, now);
}

void Router::lose(std::uint32_t i, Cycle now) {
  const Input& input = inputs_[i];
  lost_.add(copies(input.remaining));
  if (events_ != nullptr)
    events_->lost_copies(tile_, input.remaining, input.queue->head(), EventCause::Dropped);
  leave_outputs(i, now);
}

// Counts the packet's whole stay here; every packet that came in goes out before a step ends.
void Router::finish(std::uint32_t i, Cycle now) {
  Input& input = inputs_[i];
  input.stalls.add(now - head_since(input));
  unrouted_.add(input.missing);
  if (trace_ != nullptr)
    for (std::uint32_t copy = 0; copy < input.missing; ++copy)
      trace_->add(PacketMove::Drop, input.queue->head(), tile_, input.port);
  input.missing = 0;
  routed_inputs_ &= ~input_bit(i);
  touched_ &= ~input_bit(i);
  input.free_at = now + switch_cycles_;
  if (i == register_input_) return register_->pop(now);
  passed_.add();
  input.queue->pop(now);
}

// ---- when to look again ----

void Router::sleep(Cycle now) {
  Cycle earliest = kNever;
  for_each_bit(valid_inputs_ & ~routed_inputs_, [&](std::uint32_t i) {
    earliest = std::min(earliest, std::max(head_since(inputs_[i]), now + 1));
  });
  for_each_bit(wanted_, [&](std::uint32_t o) {
    earliest = std::min(earliest, outputs_[o].next_chance(now));
  });
  if (blocked_) earliest = std::min(earliest, next_time_out(now));
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

Cycle Router::next_time_out(Cycle now) {
  Cycle earliest = kNever;
  for_each_bit(routed_inputs_, [&](std::uint32_t i) {
    const Input& input = inputs_[i];
    const Cycle detour_from = head_since(input) + blocked_->wait1_cycles;
    const Cycle expires = detour_from + blocked_->wait2_cycles;
    earliest = std::min(earliest, std::max(expires, now + 1));
    if (detours_of(input) != 0 && detour_from < expires)
      earliest = std::min(earliest, std::max(detour_from, next_detour(input, now)));
  });
  return earliest;
}

Cycle Router::next_detour(const Input& input, Cycle now) {
  Cycle earliest = kNever;
  for_each_bit(detours_of(input), [&](std::uint32_t link) {
    const std::uint32_t leg = index_of(next_link(static_cast<Port>(link)));
    earliest = std::min(earliest, outputs_[leg].next_chance(channel_of(input, link), now));
  });
  return earliest;
}

void Router::clear() {
  cleared_.add(copies_in_flight());
  if (register_) register_->clear();
  for (Input& input : inputs_) {
    if (input.queue != nullptr) input.queue->clear();
    input.remaining = input.missing = 0;
    input.free_at = 0;
  }
  for (OutputPort& output : outputs_) output.clear();
  routed_inputs_ = 0;
  wanted_ = 0;
}

// ---- observation ----

// Packets to Core are counted by the core as the write into its queue.
ActionCounts Router::actions() const {
  ActionCounts counts;
  counts[Action::QueueWrite] = passed_.value();
  counts[Action::RouteLookup] = passed_.value() - unsearched_.value();
  counts[Action::QueueRead] = passed_.value();
  for (std::uint32_t link = 0; link < kLinkCount; ++link)
    counts[hop_action(static_cast<Port>(link))] += sent_packets(static_cast<Port>(link));
  counts[Action::PayloadHop] = payload_hops_.value();
  if (register_) counts[Action::RegisterWrite] = register_->queue().sent().value();
  counts[Action::OutputPacket] = sent_packets(Port::Io);
  return counts;
}

Action Router::hop_action(Port link) const {
  if ((links_between_chips_ & bit_of(link)) != 0) return Action::HopBetweenChips;
  switch (axis_of(link)) {
    case Axis::X:
      return Action::HopEastWest;
    case Axis::Y:
      return Action::HopNorthSouth;
    default:
      return Action::HopDiagonal;
  }
}

BlockedActivity Router::blocked_activity() const {
  return {detoured_.value(), dropped_.value(), reinjected_.value(), lost_.value()};
}

std::uint64_t Router::copies_in_flight() const {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < inputs_.size(); ++i) {
    const Input& input = inputs_[i];
    if (input.queue == nullptr || i == register_input_) continue;
    count += input.queue->held();
    if ((routed_inputs_ >> i & 1U) != 0) count += copies(input.remaining) + input.missing - 1;
  }
  return count + copies_in_register();
}

std::uint64_t Router::copies_in_register() const {
  if (!register_) return 0;
  std::uint64_t count = 0;
  for (const DropRegister::Claim& claim : register_->claims()) count += copies(claim.outputs);
  if ((routed_inputs_ >> register_input_ & 1U) != 0)
    count -= copies(register_->head().outputs & ~inputs_[register_input_].remaining);
  return count;
}

CopyBalance Router::balance() const {
  CopyBalance balance;
  for (std::uint32_t i = kLinkCount * channels_; i < register_input_; ++i)
    if (inputs_[i].queue != nullptr) balance.sent += inputs_[i].queue->sent().value();
  for (std::uint32_t o = kLinkCount; o < outputs_.size(); ++o)
    balance.delivered += outputs_[o].sent();
  balance.forked = forked_.value();
  balance.lost = unrouted_.value() + lost_.value() + cleared_.value();
  balance.in_flight = copies_in_flight();
  return balance;
}

std::uint64_t Router::worst_queue() const {
  std::uint64_t worst = 0;
  for (std::uint32_t i = 0; i < register_input_; ++i)
    if (const Channel* const queue = inputs_[i].queue; queue != nullptr)
      worst = std::max(worst, queue->high_water().value());
  return worst;
}

std::optional<QueueBehindLink> Router::waits_for(Port link,
                                                 std::uint32_t channel,
                                                 Cycle now) const {
  const std::uint32_t i = input_of(link, channel);
  const Input& input = inputs_[i];
  if ((routed_inputs_ >> i & 1U) == 0) return std::nullopt;
  for (std::uint32_t o = 0; o < kLinkCount; ++o)
    if ((input.remaining >> o & 1U) != 0 && outputs_[o].is_starved(channel_of(input, o), now))
      return QueueBehindLink{static_cast<Port>(o), channel_of(input, o)};
  return std::nullopt;
}

}  // namespace spikeloom::chip_sim
