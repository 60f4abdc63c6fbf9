#include "sim/chip/core.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

Core::Core(
    BlockId id, const CoreImage& image, const CoreSpec& core, Agenda& agenda, Barrier& barrier)
    : id_(id),
      image_(image),
      lanes_(core.synapses_per_word),
      agenda_(agenda),
      ring_(image.neurons(), core.delay_steps),
      output_queue_({.depth = core.output_queue_packets}, id, id, agenda, barrier),
      synapses_(image, core, ring_, barrier),
      updates_(image, core, ring_, barrier) {
  updates_.connect_output(output_queue_);
}

void Core::connect(Channel& from_router, Channel& to_router) {
  synapses_.connect_input(from_router);
  to_router_ = &to_router;
}

void Core::declare(StatScope scope) const {
  synapses_.declare(scope);
  updates_.declare(scope);
}

void Core::release(std::uint64_t step, Cycle now) {
  ring_.begin_step(step);
  updates_.release(step, now);
  if (const Cycle exit = updates_.next_exit(); exit != kNever) agenda_.wake(id_, exit);
}

void Core::evaluate(Cycle now) {
  synapses_.evaluate(now);
  updates_.evaluate(now);
  injects_ = output_queue_.eligible_at() <= now && to_router_->can_send(now);
}

void Core::commit(Cycle now) {
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

void Core::sleep(Cycle now) {
  Cycle earliest = std::min(synapses_.next_move(now), updates_.next_move(now));
  if (!output_queue_.empty())
    earliest = std::min(
        earliest, std::max({output_queue_.eligible_at(), to_router_->await_credit(), now + 1}));
  if (earliest != kNever) agenda_.wake(id_, earliest);
}

bool Core::quiet(Cycle now) const {
  return synapses_.quiet(now) && updates_.quiet(now) && output_queue_.empty();
}

std::uint64_t Core::clear() {
  const std::uint64_t slots = ring_.slots();
  ring_.clear();
  output_queue_.clear();
  synapses_.clear();
  actions_[Action::RingWrite] += slots * image_.neurons();
  const std::uint64_t ring_words = (image_.neurons() + lanes_ - 1) / lanes_;
  return std::max(updates_.clear(), slots * ring_words);
}

ActionCounts Core::actions() const {
  ActionCounts sum = actions_;
  sum += synapses_.actions();
  sum += updates_.actions();
  return sum;
}

}  // namespace spikeloom::chip_sim
