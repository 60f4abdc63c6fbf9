#pragma once
// Turns what the sink is told into the event log of a sample: which neuron a packet is of, and
// which cores a lost copy would still have reached.

#include "sim/chip/event_sink.hpp"
#include "sim/chip/packet_walk.hpp"
#include "sim/chip/recorder.hpp"

namespace spikeloom::chip_sim {

/// Copies that came in another step than their own, and ticks that met a busy core.
struct TimingCounts {
  std::uint64_t late = 0;   ///< booked after their step, or lost because they were late
  std::uint64_t early = 0;  ///< booked before their step, by a core that lags behind
  std::uint64_t overruns = 0;
};

class PacketLog final : public EventSink {
 public:
  /// Both outlive it.
  PacketLog(const Chip& chip, const Mapping& mapping);

  /// Who traces packets is told of lost copies.
  void trace(PacketTrace& trace) { trace_ = &trace; }
  /// A new sample, whose steps go to `recorder`.
  void open(Recorder& recorder);
  /// `core` never began the steps from steps_begun() to `end`.
  void stop(const Core& core, std::uint64_t end);
  EventLog finish();
  const TimingCounts& counts() const { return counts_; }

  void booked(const CoreImage& core, const Packet& packet, std::uint64_t step) override;
  void lost(const CoreImage& core, const Packet& packet, EventCause cause) override;
  void began(const Core& core, std::uint64_t step) override;
  void overran(const CoreImage&) override { ++counts_.overruns; }
  void lost_copies(TileId tile,
                   std::uint32_t outputs,
                   const Packet& packet,
                   EventCause cause) override;
  void lost_before(TileId tile, Port port, const Packet& packet, EventCause cause) override;

 private:
  /// Keys key_base .. key_base + size - 1 are those of a core's neurons, or of input elements.
  struct Sender {
    std::uint32_t key_base, size;
    const CoreImage* core;
    const InputImage* input;
  };

  void trace_drops(TileId tile, std::uint32_t outputs, const Packet& packet);
  CoreId id_of(const CoreImage& core) const;
  NeuronIdentity sender_of(std::uint32_t key) const;
  void add(CoreId core, const Packet& packet, std::int32_t shift, EventCause cause);
  void add_lost(const std::vector<CoreId>& cores, const Packet& packet, EventCause cause);

  const Mapping& mapping_;
  PacketWalk walk_;
  std::vector<Sender> senders_;  // by key_base
  Recorder* recorder_ = nullptr;
  PacketTrace* trace_ = nullptr;
  EventLog log_;
  TimingCounts counts_;
};

}  // namespace spikeloom::chip_sim
