#pragma once
// The computing half of a core: once per step it sends its neurons through the update pipeline,
// one per update_cycles_per_neuron, and offers the spikes to the output queue.

#include <span>

#include "models/base/statistics.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"
#include "sim/chip/delay_ring.hpp"
#include "sim/chip/neuron_arithmetic.hpp"

namespace spikeloom::chip_sim {

class UpdateEngine {
 public:
  /// `image` outlives the engine.
  UpdateEngine(const CoreImage& image, const CoreSpec& core, DelayRing& ring, Barrier& barrier);

  void connect_output(Channel& channel) { output_ = &channel; }
  void declare(StatScope scope) const;

  /// The barrier releases `step` in cycle `now`: neuron 0 enters the pipeline. The ring slot of
  /// this step and the states change in no other way during the step, so all neurons are computed
  /// at once; the spikes still leave when the pipeline brings them.
  void release(std::uint64_t step, Cycle now);
  void evaluate(Cycle now) { exits_ = next_exit() <= now && output_->can_send(now); }
  /// Moves the spike at the pipeline's end to the output queue. A full queue stops the pipeline.
  void commit(Cycle now);
  /// When the next packet reaches the pipeline's end if nothing stalls it, or kNever.
  Cycle next_exit() const;
  /// When commit() can next do something, or kNever.
  Cycle next_move(Cycle now);
  bool quiet(Cycle now) const { return next_ == leaving_.size() && now >= end_; }

  /// Cycles of clearing the neuron states, one per cycle.
  std::uint64_t clear();

  const ActionCounts& actions() const { return actions_; }
  /// Local neurons that spiked in the present step, ascending.
  std::span<const std::uint32_t> spiked() const { return spiked_; }
  const std::vector<NeuronState>& states() const { return states_; }

 private:
  void update(std::uint32_t neuron, std::uint64_t step);

  const CoreImage& image_;
  DelayRing& ring_;
  Barrier& barrier_;
  Channel* output_ = nullptr;
  std::uint32_t interval_, depth_;
  std::vector<NeuronDatapath> datapaths_;  // per profile
  std::vector<NeuronState> states_;
  std::vector<std::uint32_t> spiked_;
  std::vector<std::uint32_t> leaving_;  // those that send a packet
  std::size_t next_ = 0;                // of leaving_
  bool exits_ = false;
  Cycle begin_ = 0;  // when neuron 0 entered, moved by every stall
  Cycle end_ = 0;    // the pipeline is empty from then on

  ActionCounts actions_;
  Counter spikes_, sent_, stalls_;
};

}  // namespace spikeloom::chip_sim
