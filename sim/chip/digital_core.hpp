#pragma once
// A digital core: synapse engine and update engine around a delay ring, and the port that offers
// spikes to the router.

#include "sim/chip/core.hpp"
#include "sim/chip/synapse_engine.hpp"
#include "sim/chip/update_engine.hpp"

namespace spikeloom::chip_sim {

class DigitalCore final : public Core {
 public:
  /// `image` outlives the core. `id` is woken through `agenda`.
  DigitalCore(
      BlockId id, const CoreImage& image, const CoreSpec& core, Agenda& agenda, Barrier& barrier);

  void connect(Channel& from_router, Channel& to_router) override;
  void declare(StatScope scope) const override;

  void release(std::uint64_t step, Cycle now) override;
  void end_step() override { synapses_.end_step(); }
  void evaluate(Cycle now) override;
  void commit(Cycle now) override;
  bool quiet(Cycle now) const override;
  /// It takes one neuron state and, in parallel, one wide word of the ring per cycle.
  std::uint64_t clear() override;

  ActionCounts actions() const override;
  std::span<const std::uint32_t> spiked() const override { return updates_.spiked(); }
  NeuronReading reading(std::uint32_t neuron) const override {
    return {updates_.states()[neuron].u, updates_.states()[neuron].v};
  }

 private:
  void sleep(Cycle now);

  BlockId id_;
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
