#pragma once
// Where packets enter the chip: at the release of a step it sends this step's input spikes.

#include "models/base/statistics.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

/// `count` packets with the same key, of one step.
struct InputSpikes {
  std::uint32_t key;
  std::uint64_t count;
  std::uint32_t step;
  std::uint32_t payload = 0;

  Packet packet() const {
    Packet packet;
    packet.key = key;
    packet.payload = payload;
    packet.step = step & Packet::kStepMask;
    return packet;
  }
};

class IoBlock {
 public:
  IoBlock(BlockId id, const IoSpec& spec, Agenda& agenda, Barrier& barrier)
      : id_(id),
        cycles_per_packet_(spec.cycles_per_packet),
        order_(spec.order),
        agenda_(agenda),
        barrier_(barrier) {}

  void connect_output(Channel& channel) { output_ = &channel; }
  void declare(StatScope scope) const;

  /// The input spikes of the step that begins in cycle `now`, by key. In real time they queue
  /// behind those that are left of earlier steps.
  void release(const std::vector<InputSpikes>& spikes, Cycle now);
  /// Visits every packet that is not sent yet.
  template <typename Visit>
  void for_each_waiting(Visit visit) const {
    for (std::size_t i = first_; i < spikes_.size(); ++i)
      for (std::uint64_t n = 0; n < spikes_[i].count; ++n) visit(spikes_[i].packet());
  }
  void evaluate(Cycle now) {
    injects_ = next_ < spikes_.size() && free_at_ <= now && output_->can_send(now);
  }
  void commit(Cycle now);
  bool quiet() const { return next_ == spikes_.size(); }
  void clear();

  const ActionCounts& actions() const { return actions_; }

 private:
  /// A packet of spikes_[next_] has left: whose turn is it?
  void advance();

  BlockId id_;
  std::uint32_t cycles_per_packet_;
  InputOrder order_;
  Agenda& agenda_;
  Barrier& barrier_;
  Channel* output_ = nullptr;
  std::vector<InputSpikes> spikes_;
  std::size_t first_ = 0;  // those before it have been sent
  std::size_t next_ = 0;   // whose turn it is; round robin goes on from here
  Cycle free_at_ = 0;
  bool injects_ = false;
  ActionCounts actions_;
  Counter injected_;
};

}  // namespace spikeloom::chip_sim
