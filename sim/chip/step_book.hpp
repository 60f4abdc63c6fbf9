#pragma once
// The steps of a core. With barriers every core is in the same step; in real time a core may lag
// behind the ticks, and packets come in another step than the one in which they were sent.

#include <algorithm>

#include "models/base/statistics.hpp"
#include "sim/chip/event_sink.hpp"

namespace spikeloom::chip_sim {

class StepBook {
 public:
  /// `image` outlives it.
  explicit StepBook(const CoreImage& image) : image_(image) {}
  /// Who is told of packets of other steps; nobody by default.
  void observe(EventSink* sink) { sink_ = sink; }
  EventSink* sink() const { return sink_; }
  void declare(StatScope scope) const {
    scope.declare("late", Unit::Packet, "packets that came after their step", late_);
    scope.declare("early", Unit::Packet, "packets that came before their step", early_);
    scope.declare("overruns", Unit::Count, "ticks at which the core was still busy", overruns_);
  }

  // ---- ticks and steps ----
  /// A tick: one more step is to begin. The core is `busy` if its update is not over.
  void tick(bool busy) {
    if (busy || is_behind()) {
      overruns_.add();
      if (sink_ != nullptr) sink_->overran(image_);
    }
    ++ticks_;
  }
  /// The next step must begin as soon as the core is done with the present one.
  bool is_behind() const { return begun_ < ticks_; }
  void begin(std::uint64_t step) {
    step_ = step;
    begun_ = step + 1;
    ticks_ = std::max(ticks_, begun_);
  }
  /// Steps begun so far; the next one has this number.
  std::uint64_t begun() const { return begun_; }
  void clear() { step_ = ticks_ = begun_ = 0; }

  // ---- packets ----
  /// A packet of a neuron of the core, as it leaves the update.
  Packet packet(std::uint32_t neuron, std::uint32_t payload = 0) const {
    Packet packet;
    packet.key = image_.key_base | neuron;
    packet.payload = payload;
    packet.step = static_cast<std::uint32_t>(step_) & Packet::kStepMask;
    packet.overrun = is_behind() ? 1 : 0;
    return packet;
  }
  /// The core books a packet in its present step.
  void received(const Packet& packet) {
    const std::uint64_t sent = packet.step;
    if (sent == step_) return;
    (sent < step_ ? late_ : early_).add();
    if (sink_ != nullptr) sink_->booked(image_, packet, step_);
  }
  /// A packet that the core never books.
  void lost(const Packet& packet, EventCause cause) {
    if (cause == EventCause::Late) late_.add();
    if (sink_ != nullptr) sink_->lost(image_, packet, cause);
  }
  /// A packet still waits when `next` begins, and is thrown away: late if it is of a step before.
  void flushed(const Packet& packet, std::uint64_t next) {
    const std::uint64_t sent = packet.step;
    lost(packet, sent < next ? EventCause::Late : EventCause::Overrun);
  }

 private:
  const CoreImage& image_;
  EventSink* sink_ = nullptr;
  std::uint64_t step_ = 0;   // the present one
  std::uint64_t ticks_ = 0;  // that have come
  std::uint64_t begun_ = 0;  // steps
  Counter late_, early_, overruns_;
};

}  // namespace spikeloom::chip_sim
