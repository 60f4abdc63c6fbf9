#include "sim/chip/digital_core.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

DigitalCore::DigitalCore(
    BlockId id, const CoreImage& image, const CoreSpec& core, Agenda& agenda, Barrier& barrier)
    : Core(image),
      id_(id),
      lanes_(core.synapses_per_word),
      agenda_(agenda),
      ring_(image.neurons(), core.delay_steps),
      output_queue_({.depth = core.output_queue_packets}, id, id, agenda, barrier),
      synapses_(image, core, ring_, barrier),
      updates_(image, core, ring_, barrier) {
  updates_.connect_output(output_queue_);
}

void DigitalCore::connect(Channel& from_router, Channel& to_router) {
  synapses_.connect_input(from_router);
  to_router_ = &to_router;
}

void DigitalCore::declare(StatScope scope) const {
  synapses_.declare(scope);
  updates_.declare(scope);
}

void DigitalCore::release(std::uint64_t step, Cycle now) {
  ring_.begin_step(step);
  updates_.release(step, now);
  if (const Cycle exit = updates_.next_exit(); exit != kNever) agenda_.wake(id_, exit);
}

void DigitalCore::evaluate(Cycle now) {
  synapses_.evaluate(now);
  updates_.evaluate(now);
  injects_ = output_queue_.eligible_at() <= now && to_router_->can_send(now);
}

void DigitalCore::commit(Cycle now) {
  synapses_.commit(now);
  updates_.commit(now);
  if (injects_) {
    Packet packet = output_queue_.head();
    packet.injected = now + 1;
    to_router_->send(packet, now);
    output_queue_.pop(now);
    ++actions_[Action::QueueWrite];
    ++actions_[Action::QueueRead];
    ++actions_[Action::SpikeWithinTile];
    injects_ = false;
  }
  sleep(now);
}

void DigitalCore::sleep(Cycle now) {
  Cycle earliest = std::min(synapses_.next_move(now), updates_.next_move(now));
  if (!output_queue_.empty())
    earliest = std::min(
        earliest, std::max({output_queue_.eligible_at(), to_router_->await_credit(), now + 1}));
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

bool DigitalCore::quiet(Cycle now) const {
  return synapses_.quiet(now) && updates_.quiet(now) && output_queue_.empty();
}

std::uint64_t DigitalCore::clear() {
  const std::uint64_t slots = ring_.slots();
  ring_.clear();
  output_queue_.clear();
  synapses_.clear();
  actions_[Action::RingWrite] += slots * image().neurons();
  const std::uint64_t ring_words = (image().neurons() + lanes_ - 1) / lanes_;
  return std::max(updates_.clear(), slots * ring_words);
}

ActionCounts DigitalCore::actions() const {
  ActionCounts sum = actions_;
  sum += synapses_.actions();
  sum += updates_.actions();
  return sum;
}

}  // namespace spikeloom::chip_sim
