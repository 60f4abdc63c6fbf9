#pragma once
// The computing half of a core: once per step it sends its neurons through the update pipeline,
// one per update_cycles_per_neuron, and offers the spikes to the output queue.

#include <span>

#include "models/base/statistics.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/barrier.hpp"
#include "sim/chip/core.hpp"
#include "sim/chip/core_clock.hpp"
#include "sim/chip/delay_ring.hpp"
#include "sim/chip/neuron_arithmetic.hpp"
#include "sim/chip/spike_queue.hpp"
#include "sim/chip/step_book.hpp"

namespace spikeloom::chip_sim {

class UpdateEngine {
 public:
  /// All outlive the engine. Cycles are those of the core's clock.
  UpdateEngine(const CoreImage& image,
               const CoreSpec& core,
               const CoreClock& clock,
               const StepBook& steps,
               DelayRing& ring,
               Barrier& barrier);

  void connect_output(SpikeQueue& queue) { output_ = &queue; }
  void declare(StatScope scope) const;

  /// `step` begins in cycle `now`: neuron 0 enters the pipeline. The ring slot of
  /// this step and the states change in no other way during the step, so all neurons are computed
  /// at once; the spikes still leave when the pipeline brings them.
  void release(std::uint64_t step, Cycle now);
  void evaluate(Cycle now) { exits_ = next_exit() <= now && output_->can_send(now); }
  /// Moves the packet at the pipeline's end to the output queue. A full queue stops the pipeline,
  /// and so does every further packet of the same neuron, for a cycle.
  void commit(Cycle now);
  /// When the next packet reaches the pipeline's end if nothing stalls it, or kNever.
  Cycle next_exit() const;
  /// When commit() can next do something, or kNever.
  Cycle next_move(Cycle now);
  /// The pipeline is empty from this cycle on; kNever while packets are in it.
  Cycle done_at() const { return next_ == leaving_.size() ? end_ : kNever; }
  /// Visits the packets in the pipeline.
  template <typename Visit>
  void for_each_leaving(Visit visit) const {
    for (std::size_t i = next_; i < leaving_.size(); ++i)
      for (std::uint32_t p = 0; p < leaving_[i].packets; ++p)
        visit(steps_.packet(leaving_[i].neuron, leaving_[i].payload));
  }

  /// Cycles of clearing the neuron states, one per cycle.
  std::uint64_t clear();

  const ActionCounts& actions() const { return actions_; }
  /// Local neurons that spiked in the present step, ascending.
  std::span<const NeuronSpikes> spiked() const { return spiked_; }
  const std::vector<NeuronState>& states() const { return states_; }

 private:
  /// Packets that a neuron sends in a step, one a cycle.
  struct Departure {
    std::uint32_t neuron, packets, payload;
  };

  void update(std::uint32_t neuron, std::uint64_t step);
  Departure departure(const NeuronSpikes& spikes) const;
  void stand_still(Cycle cycles);

  const CoreImage& image_;
  const CoreClock& clock_;
  const StepBook& steps_;
  DelayRing& ring_;
  Barrier& barrier_;
  SpikeQueue* output_ = nullptr;
  std::uint32_t interval_, depth_;
  bool graded_;
  std::vector<NeuronDatapath> datapaths_;  // per profile
  std::vector<NeuronState> states_;
  std::vector<NeuronSpikes> spiked_;
  std::vector<Departure> leaving_;  // of those that send packets; the first one's count down
  std::size_t next_ = 0;            // of leaving_
  bool exits_ = false;
  Cycle begin_ = 0;  // when neuron 0 entered, moved by every cycle that the pipeline stands still
  Cycle end_ = 0;    // the pipeline is empty from then on

  ActionCounts actions_;
  Counter spikes_, sent_, stalls_;
};

}  // namespace spikeloom::chip_sim
