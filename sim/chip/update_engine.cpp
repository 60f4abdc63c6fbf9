#include "sim/chip/update_engine.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {

UpdateEngine::UpdateEngine(const CoreImage& image,
                           const CoreSpec& core,
                           const CoreClock& clock,
                           const StepBook& steps,
                           DelayRing& ring,
                           Barrier& barrier)
    : image_(image),
      clock_(clock),
      steps_(steps),
      ring_(ring),
      barrier_(barrier),
      interval_(core.update_cycles_per_neuron),
      depth_(core.update_latency_cycles),
      graded_(core.spike_packets == SpikePackets::Graded),
      states_(image.neurons()) {
  for (const CoreProfile& profile : image.profiles)
    datapaths_.emplace_back(profile.neuron, core.arithmetic);
}

void UpdateEngine::declare(StatScope scope) const {
  scope.declare("spikes", Unit::Count, "spikes of the core's neurons", spikes_);
  scope.declare("packets_sent", Unit::Packet, "spikes that became packets", sent_);
  scope.declare("update_stalls", Unit::Cycle, "cycles the pipeline stood still", stalls_);
}

void UpdateEngine::update(std::uint32_t neuron, std::uint64_t step) {
  const std::uint32_t sum = ring_.take(neuron);
  const std::uint16_t number = image_.profile_of[neuron];
  const CoreProfile& profile = image_.profiles[number];
  if (profile.start > step) return;
  ++actions_[Action::NeuronStateRead];
  ++actions_[Action::NeuronStateWrite];
  if (profile.resets_before(step)) states_[neuron] = {};
  const std::uint32_t count = datapaths_[number].step(states_[neuron], sum, image_.bias[neuron]);
  ++actions_[count > 0 ? Action::NeuronUpdateActive : Action::NeuronUpdateInactive];
  if (count == 0) return;
  spiked_.push_back({neuron, count});
  if (image_.sends[neuron] != 0) leaving_.push_back(departure(spiked_.back()));
}

// A packet without payload stands for one spike.
UpdateEngine::Departure UpdateEngine::departure(const NeuronSpikes& spikes) const {
  if (!graded_) return {spikes.neuron, spikes.count, 0};
  return {spikes.neuron, 1, spikes.count == 1 ? 0 : spikes.count};
}

void UpdateEngine::release(std::uint64_t step, Cycle now) {
  const std::uint32_t neurons = image_.neurons();
  spiked_.clear();
  leaving_.clear();
  next_ = 0;
  begin_ = end_ = now;
  if (neurons == 0) return;
  for (std::uint32_t neuron = 0; neuron < neurons; ++neuron) update(neuron, step);
  actions_[Action::RingRead] += neurons;
  actions_[Action::RingWrite] += neurons;
  for (const NeuronSpikes& spikes : spiked_) spikes_.add(spikes.count);
  for (const Departure& departure : leaving_) barrier_.add_packets(departure.packets);
  end_ = now + std::uint64_t{neurons - 1} * interval_ + depth_;
  barrier_.stay_busy_until(clock_.router_cycle(end_));
}

Cycle UpdateEngine::next_exit() const {
  if (next_ == leaving_.size()) return kNever;
  return begin_ + std::uint64_t{leaving_[next_].neuron} * interval_ + depth_ - 1;
}

void UpdateEngine::commit(Cycle now) {
  if (!exits_) return;
  exits_ = false;
  const Cycle stalled = now - next_exit();
  stalls_.add(stalled);
  Departure& departure = leaving_[next_];
  output_->send(steps_.packet(departure.neuron, departure.payload), now);
  sent_.add();
  const bool another = --departure.packets > 0;
  stand_still(stalled + (another ? 1 : 0));
  if (!another) ++next_;
}

void UpdateEngine::stand_still(Cycle cycles) {
  begin_ += cycles;
  end_ += cycles;
  barrier_.stay_busy_until(clock_.router_cycle(end_));
}

Cycle UpdateEngine::next_move(Cycle now) {
  const Cycle exit = next_exit();
  return exit == kNever ? kNever : std::max({exit, output_->await_credit(), now + 1});
}

std::uint64_t UpdateEngine::clear() {
  std::fill(states_.begin(), states_.end(), NeuronState{});
  spiked_.clear();
  leaving_.clear();
  next_ = 0;
  begin_ = end_ = 0;
  actions_[Action::NeuronStateWrite] += states_.size();
  return states_.size();
}

}  // namespace spikeloom::chip_sim
