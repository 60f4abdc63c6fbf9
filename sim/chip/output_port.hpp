#pragma once
// An output of a router: who wants it, who gets it, and what it did. Its virtual channels have
// queues and credits of their own and take turns on the link.

#include <algorithm>
#include <array>
#include <bit>

#include "sim/chip/channel.hpp"
#include "sim/chip/fabric_activity.hpp"

namespace spikeloom::chip_sim {

constexpr std::uint32_t kMostChannels = 2;

/// A mask over the inputs of a router.
using InputMask = std::uint64_t;

class alignas(64) OutputPort {
 public:
  void connect(std::uint32_t channel, Channel& queue) { lanes_[channel].queue = &queue; }
  /// A packet keeps it busy for `cycles`, and `payload_cycles` more with a payload.
  void set_timing(std::uint32_t cycles, std::uint32_t payload_cycles) {
    cycles_ = cycles;
    payload_cycles_ = payload_cycles;
  }
  /// It takes a packet every `cycles` at most.
  void set_interval(std::uint32_t cycles) { interval_ = cycles; }
  std::uint32_t channels() const { return lanes_[1].queue == nullptr ? 1 : 2; }

  /// Input `input` wants it from `now` on, until it is served or withdraws.
  void request(std::uint32_t input, std::uint32_t channel, Cycle now) {
    Lane& lane = lanes_[channel];
    if (lane.wanted_by == 0) lane.wanted_since = now;
    lane.wanted_by |= InputMask{1} << input;
  }
  /// From now + 1 on it does not.
  void withdraw(std::uint32_t input, std::uint32_t channel, Cycle now);
  bool is_wanted() const { return (lanes_[0].wanted_by | lanes_[1].wanted_by) != 0; }

  /// It can take a packet into `channel` in cycle `now`.
  bool can_send(std::uint32_t channel, Cycle now) const {
    return free_at_ <= now && has_credit(lanes_[channel], now);
  }
  bool is_starved(std::uint32_t channel, Cycle now) const {
    return !has_credit(lanes_[channel], now);
  }
  /// Those of its requests that can be served in cycle `now`.
  InputMask ready(Cycle now) const {
    if (free_at_ > now) return 0;
    InputMask ready = has_credit(lanes_[0], now) ? lanes_[0].wanted_by : 0;
    if (lanes_[1].wanted_by != 0 && has_credit(lanes_[1], now)) ready |= lanes_[1].wanted_by;
    return ready;
  }
  /// The first of `ready` at or after the pointer, around the end.
  std::uint32_t choose(InputMask ready) const {
    const InputMask from_pointer = ready >> pointer_ << pointer_;
    return static_cast<std::uint32_t>(std::countr_zero(from_pointer != 0 ? from_pointer : ready));
  }
  /// Sends `packet`, of the input that was chosen.
  void send(const Packet& packet, std::uint32_t input, Cycle now);

  /// When it may serve one of its requests, after `now`; kNever if a queue must be popped first,
  /// which then wakes the router.
  Cycle next_chance(Cycle now);
  /// The same for a packet into `channel`, wanted or not.
  Cycle next_chance(std::uint32_t channel, Cycle now);
  void clear();

  void count_detour() { detoured_.add(); }
  void count_drop() { dropped_.add(); }
  std::uint64_t sent() const { return sent_.value(); }
  LinkActivity activity() const;
  void declare(StatScope scope) const;

 private:
  struct Lane {
    Channel* queue = nullptr;  // none: a sink
    InputMask wanted_by = 0;
    Cycle wanted_since = 0;
    Counter starved;
  };

  static bool has_credit(const Lane& lane, Cycle now) {
    return lane.queue == nullptr || lane.queue->can_send(now);
  }
  void count_starved(Lane& lane, Cycle now);

  Cycle free_at_ = 0;
  std::uint32_t pointer_ = 0;  // the input with the highest priority
  std::uint32_t interval_ = 1, cycles_ = 1, payload_cycles_ = 0;
  std::array<Lane, kMostChannels> lanes_;
  Counter sent_, busy_, detoured_, dropped_;
};

// Requests change in evaluated cycles only, so the cycles between are counted here at once.
inline void OutputPort::count_starved(Lane& lane, Cycle now) {
  if (lane.queue == nullptr) return;
  const Cycle until = std::min(lane.queue->credit_at(), now + 1);
  if (until > lane.wanted_since) lane.starved.add(until - lane.wanted_since);
  lane.wanted_since = now + 1;
}

inline void OutputPort::withdraw(std::uint32_t input, std::uint32_t channel, Cycle now) {
  Lane& lane = lanes_[channel];
  count_starved(lane, now);
  lane.wanted_by &= ~(InputMask{1} << input);
}

inline void OutputPort::send(const Packet& packet, std::uint32_t input, Cycle now) {
  const std::uint32_t payload_cycles = packet.payload == 0 ? 0 : payload_cycles_;
  if (Channel* const queue = lanes_[packet.channel].queue; queue != nullptr)
    queue->send(packet, now, payload_cycles);
  free_at_ = now + std::max(interval_, cycles_ + payload_cycles);
  pointer_ = input + 1;
  sent_.add();
  busy_.add(cycles_ + payload_cycles);
}

inline Cycle OutputPort::next_chance(std::uint32_t channel, Cycle now) {
  Channel* const queue = lanes_[channel].queue;
  return std::max({queue == nullptr ? 0 : queue->await_credit(), free_at_, now + 1});
}

inline Cycle OutputPort::next_chance(Cycle now) {
  Cycle earliest = kNever;
  for (std::uint32_t channel = 0; channel < kMostChannels; ++channel)
    if (lanes_[channel].wanted_by != 0) earliest = std::min(earliest, next_chance(channel, now));
  return earliest;
}

}  // namespace spikeloom::chip_sim
