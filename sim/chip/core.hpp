#pragma once
// A core: synapse engine and update engine around a delay ring, and the port that offers spikes to
// the router.

#include "sim/chip/synapse_engine.hpp"
#include "sim/chip/update_engine.hpp"

namespace spikeloom::chip_sim {

class Core {
 public:
  /// `image` outlives the core. `id` is woken through `agenda`.
  Core(BlockId id, const CoreImage& image, const CoreSpec& core, Agenda& agenda, Barrier& barrier);

  /// From the router, and to it.
  void connect(Channel& from_router, Channel& to_router);
  void declare(StatScope scope) const;

  void release(std::uint64_t step, Cycle now);
  /// All is quiet: what the step streamed is in the ring.
  void end_step() { synapses_.end_step(); }
  void evaluate(Cycle now);
  void commit(Cycle now);
  bool quiet(Cycle now) const;
  /// Clears state, ring and queues (charged). Returns the cycles it takes: one neuron state and, in
  /// parallel, one wide word of the ring per cycle.
  std::uint64_t clear();

  ActionCounts actions() const;
  const CoreImage& image() const { return image_; }
  std::span<const std::uint32_t> spiked() const { return updates_.spiked(); }
  const std::vector<NeuronState>& states() const { return updates_.states(); }

 private:
  void sleep(Cycle now);

  BlockId id_;
  const CoreImage& image_;
  std::uint32_t lanes_;
  Agenda& agenda_;
  DelayRing ring_;
  Channel output_queue_;
  SynapseEngine synapses_;
  UpdateEngine updates_;
  Channel* to_router_ = nullptr;
  bool injects_ = false;
  ActionCounts actions_;
};

}  // namespace spikeloom::chip_sim
