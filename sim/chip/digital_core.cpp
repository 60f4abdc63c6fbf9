#include "sim/chip/digital_core.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

DigitalCore::DigitalCore(
    BlockId id, const CoreImage& image, const Chip& chip, Agenda& agenda, Barrier& barrier)
    : Core(image),
      id_(id),
      lanes_(chip.core.synapses_per_word),
      clock_(chip.core_clock),
      drops_late_(chip.step.late == LatePackets::Drop),
      agenda_(agenda),
      ring_(image.neurons(), chip.core.delay_steps),
      output_queue_(chip.core.output_queue_packets),
      synapses_(image, chip.core, clock_, steps_, ring_, barrier),
      updates_(image, chip.core, clock_, steps_, ring_, barrier),
      barrier_(barrier) {
  updates_.connect_output(output_queue_);
}

void DigitalCore::connect(Channel& from_router, Channel& to_router) {
  synapses_.connect_input(from_router);
  to_router_ = &to_router;
}

void DigitalCore::declare(StatScope scope) const {
  synapses_.declare(scope);
  updates_.declare(scope);
  steps_.declare(scope);
}

void DigitalCore::release(std::uint64_t step, Cycle now) {
  begin(step, clock_.first_at(now));
  const Cycle exit = updates_.next_exit();
  if (exit != kNever) agenda_.wake(id_, clock_.router_cycle(exit));
}

void DigitalCore::begin(std::uint64_t step, Cycle cycle) {
  steps_.begin(step);
  ring_.begin_step(step);
  updates_.release(step, cycle);
}

void DigitalCore::tick(Cycle now) {
  const Cycle cycle = clock_.first_at(now);
  steps_.tick(updates_.done_at() > cycle);
  agenda_.wake(id_, clock_.router_cycle(cycle));
}

void DigitalCore::commit(Cycle now) {
  const Cycle end = clock_.first_at(now + 1);
  for (Cycle cycle = clock_.first_at(now); cycle < end; ++cycle) run(cycle);
  sleep(end);
}

void DigitalCore::run(Cycle cycle) {
  const bool waits = steps_.is_behind() && waits_for_step(cycle);
  if (!waits) synapses_.evaluate(cycle);
  updates_.evaluate(cycle);
  const bool injects =
      output_queue_.eligible_at() <= cycle && to_router_->can_send(clock_.router_cycle(cycle));
  synapses_.commit(cycle);
  updates_.commit(cycle);
  if (injects) inject(cycle);
}

// Real time. Once the update is over, no row starts until the one under way is in the ring; then
// the next step begins. True if that is still to come.
bool DigitalCore::waits_for_step(Cycle cycle) {
  if (updates_.done_at() > cycle) return false;
  if (synapses_.drained_at() > cycle) return true;
  const std::uint64_t next = steps_.begun();
  if (drops_late_) synapses_.flush(next, cycle);
  end_step();
  begin(next, cycle);
  if (steps_.sink() != nullptr) steps_.sink()->began(*this, next);
  return false;
}

void DigitalCore::inject(Cycle cycle) {
  const Cycle now = clock_.router_cycle(cycle);
  Packet packet = output_queue_.head();
  packet.injected = now + 1;
  to_router_->send(packet, now);
  output_queue_.pop(cycle);
  barrier_.remove_packet();  // from the core; the channel has counted it again
  barrier_.stay_busy_until(clock_.router_cycle(cycle + 1));
  ++actions_[Action::QueueWrite];
  ++actions_[Action::QueueRead];
  ++actions_[Action::SpikeWithinTile];
}

// `next` is the first core cycle that has not been run.
void DigitalCore::sleep(Cycle next) {
  Cycle earliest = std::min(synapses_.next_move(next - 1), updates_.next_move(next - 1));
  if (steps_.is_behind() && updates_.done_at() != kNever)
    earliest = std::min(earliest, std::max({updates_.done_at(), synapses_.drained_at(), next}));
  if (earliest != kNever) agenda_.wake(id_, clock_.router_cycle(earliest));
  if (output_queue_.empty()) return;
  const Cycle leaves = clock_.router_cycle(std::max(output_queue_.eligible_at(), next));
  const Cycle credit = to_router_->await_credit();
  if (credit != kNever) agenda_.wake(id_, std::max(leaves, credit));
}

void DigitalCore::give_up(const std::function<void(const Packet&)>& visit) {
  synapses_.give_up();
  output_queue_.for_each(visit);
  updates_.for_each_leaving(visit);
}

bool DigitalCore::quiet(Cycle now) const {
  const auto since = [&](Cycle cycle) { return clock_.router_cycle(cycle) <= now; };
  return synapses_.quiet(now) && updates_.done_at() != kNever && since(updates_.done_at()) &&
         output_queue_.empty() && since(output_queue_.empty_from());
}

std::uint64_t DigitalCore::clear() {
  const std::uint64_t slots = ring_.slots();
  ring_.clear();
  output_queue_.clear();
  steps_.clear();
  synapses_.clear();
  actions_[Action::RingWrite] += slots * image().neurons();
  const std::uint64_t ring_words = (image().neurons() + lanes_ - 1) / lanes_;
  return clock_.router_cycle(std::max(updates_.clear(), slots * ring_words));
}

ActionCounts DigitalCore::actions() const {
  ActionCounts sum = actions_;
  sum += synapses_.actions();
  sum += updates_.actions();
  return sum;
}

}  // namespace spikeloom::chip_sim
