#include "sim/chip/packet_log.hpp"

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"
#include "sim/chip/core.hpp"

namespace spikeloom::chip_sim {

PacketLog::PacketLog(const Chip& chip, const Mapping& mapping)
    : mapping_(mapping), walk_(chip, mapping) {
  for (const CoreImage& core : mapping.cores)
    if (core.neurons() > 0) senders_.push_back({core.key_base, core.neurons(), &core, nullptr});
  for (const InputImage& input : mapping.inputs)
    senders_.push_back({input.key_base, input.size(), nullptr, &input});
  std::sort(senders_.begin(), senders_.end(), [](const Sender& a, const Sender& b) {
    return a.key_base < b.key_base;
  });
}

void PacketLog::open(Recorder& recorder) {
  recorder_ = &recorder;
  log_ = EventLog();
  counts_ = {};
}

void PacketLog::stop(const Core& core, std::uint64_t end) {
  log_.stop(id_of(core.image()), static_cast<std::uint32_t>(core.steps_begun()));
  recorder_->hold(core, core.steps_begun(), end);
}

EventLog PacketLog::finish() {
  log_.finish();
  return std::move(log_);
}

CoreId PacketLog::id_of(const CoreImage& core) const {
  return CoreId{static_cast<std::uint32_t>(&core - &*mapping_.cores.begin())};
}

NeuronIdentity PacketLog::sender_of(std::uint32_t key) const {
  const auto above = std::upper_bound(
      senders_.begin(), senders_.end(), key, [](std::uint32_t k, const Sender& sender) {
        return k < sender.key_base;
      });
  SPIKELOOM_CHECK(above != senders_.begin(), "every packet has a sender");
  const Sender& sender = *std::prev(above);
  const std::uint32_t number = key - sender.key_base;
  SPIKELOOM_CHECK(number < sender.size, "every packet has a sender");
  if (sender.core != nullptr) return sender.core->identity[number];
  return {sender.input->population, sender.input->elements[number]};
}

void PacketLog::add(CoreId core, const Packet& packet, std::int32_t shift, EventCause cause) {
  const NeuronIdentity sender = sender_of(packet.key);
  log_.add({packet.step,
            sender.population,
            sender.neuron,
            std::max(packet.payload, 1U),
            core,
            shift,
            cause});
}

void PacketLog::booked(const CoreImage& core, const Packet& packet, std::uint64_t step) {
  const auto shift =
      static_cast<std::int32_t>(static_cast<std::int64_t>(step) - std::int64_t{packet.step});
  ++(shift > 0 ? counts_.late : counts_.early);
  const bool overrun = shift < 0 || packet.overrun != 0;
  add(id_of(core), packet, shift, overrun ? EventCause::Overrun : EventCause::Late);
}

void PacketLog::lost(const CoreImage& core, const Packet& packet, EventCause cause) {
  trace_drops(core.tile, bit_of(core_port(core.slot)), packet);
  add_lost({id_of(core)}, packet, cause);
}

void PacketLog::add_lost(const std::vector<CoreId>& cores, const Packet& packet, EventCause cause) {
  for (const CoreId core : cores) {
    if (cause == EventCause::Late) ++counts_.late;
    add(core, packet, PacketEvent::kLost, cause);
  }
}

void PacketLog::began(const Core& core, std::uint64_t step) { recorder_->core(step, core); }

void PacketLog::lost_copies(TileId tile,
                            std::uint32_t outputs,
                            const Packet& packet,
                            EventCause cause) {
  trace_drops(tile, outputs, packet);
  add_lost(walk_.from_outputs(tile, outputs, packet), packet, cause);
}

void PacketLog::trace_drops(TileId tile, std::uint32_t outputs, const Packet& packet) {
  if (trace_ == nullptr) return;
  for (std::uint32_t ports = outputs; ports != 0; ports &= ports - 1)
    trace_->add(PacketMove::Drop, packet, tile, static_cast<Port>(std::countr_zero(ports)));
}

void PacketLog::lost_before(TileId tile, Port port, const Packet& packet, EventCause cause) {
  trace_drops(tile, bit_of(port), packet);
  add_lost(walk_.from_input(tile, port, packet), packet, cause);
}

}  // namespace spikeloom::chip_sim
