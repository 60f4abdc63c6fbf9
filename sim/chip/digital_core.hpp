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
      BlockId id, const CoreImage& image, const Chip& chip, Agenda& agenda, Barrier& barrier);

  void connect(Channel& from_router, Channel& to_router) override;
  void declare(StatScope scope) const override;

  void foresee() override { synapses_.foresee(); }
  void take_foreseen() override { synapses_.take_foreseen(); }
  void release(std::uint64_t step, Cycle now) override;
  void tick(Cycle now) override;
  void give_up(const std::function<void(const Packet&)>& visit) override;
  void end_step() override { synapses_.end_step(); }
  /// All that the core does in a router cycle it does in commit(): channels show it what they held
  /// at the beginning of the cycle, whoever commits first.
  void evaluate(Cycle) override {}
  void commit(Cycle now) override;
  bool quiet(Cycle now) const override;
  /// It takes one neuron state and, in parallel, one wide word of the ring per cycle.
  std::uint64_t clear() override;

  ActionCounts actions() const override;
  std::span<const NeuronSpikes> spiked() const override { return updates_.spiked(); }
  NeuronReading reading(std::uint32_t neuron) const override {
    return {updates_.states()[neuron].u, updates_.states()[neuron].v};
  }

 private:
  // Core cycles:
  void run(Cycle cycle);
  void begin(std::uint64_t step, Cycle cycle);
  bool waits_for_step(Cycle cycle);
  void inject(Cycle cycle);
  void sleep(Cycle next);

  BlockId id_;
  std::uint32_t lanes_;
  CoreClock clock_;
  bool drops_late_;
  Agenda& agenda_;
  DelayRing ring_;
  SpikeQueue output_queue_;
  SynapseEngine synapses_;
  UpdateEngine updates_;
  Channel* to_router_ = nullptr;
  Barrier& barrier_;
  ActionCounts actions_;
};

}  // namespace spikeloom::chip_sim
