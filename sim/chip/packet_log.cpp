#include "sim/chip/packet_log.hpp"

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"
#include "sim/chip/core.hpp"

namespace spikeloom::chip_sim {

PacketLog::PacketLog(const Chip& chip, const Mapping& mapping)
    : mapping_(mapping),
      grid_(chip.topology),
      core_at_(chip.tile_count(), std::vector<std::uint32_t>(chip.topology.cores_per_tile)) {
  for (const CoreId id : ids_of(mapping.cores)) {
    const CoreImage& core = mapping.cores[id];
    core_at_[core.tile][core.slot] = static_cast<std::uint32_t>(index_of(id)) + 1;
    if (core.neurons() > 0) senders_.push_back({core.key_base, core.neurons(), &core, nullptr});
  }
  for (const InputImage& input : mapping.inputs)
    senders_.push_back({input.key_base, input.size, nullptr, &input});
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
  return {sender.input->population, sender.input->first + number};
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
  std::vector<CoreId> cores;
  follow(tile, outputs, packet.key, cores);
  add_lost(cores, packet, cause);
}

void PacketLog::lost_before(TileId tile, Port port, const Packet& packet, EventCause cause) {
  lost_copies(tile, route_of({tile, port}, packet.key), packet, cause);
}

std::uint32_t PacketLog::route_of(const Arrival& arrival, std::uint32_t key) const {
  for (const RouteEntry& entry : mapping_.tables[arrival.tile])
    if ((key & entry.mask) == entry.key) return entry.route;
  return is_link(arrival.port) ? bit_of(opposite(arrival.port)) : 0;
}

// A way that comes by the same router twice is followed once.
void PacketLog::follow(TileId tile,
                       std::uint32_t outputs,
                       std::uint32_t key,
                       std::vector<CoreId>& cores) const {
  std::vector<Arrival> seen;
  std::vector<std::pair<TileId, std::uint32_t>> open = {{tile, outputs}};
  while (!open.empty()) {
    const auto [here, left] = open.back();
    open.pop_back();
    for (std::uint32_t ports = left; ports != 0; ports &= ports - 1) {
      const auto port = static_cast<Port>(std::countr_zero(ports));
      if (is_core(port) && slot_of(port) < core_at_[here].size()) {
        const std::uint32_t core = core_at_[here][slot_of(port)];
        if (core != 0) cores.push_back(CoreId{core - 1});
      }
      const auto next = is_link(port) ? grid_.neighbour(here, port) : std::nullopt;
      if (!next) continue;
      const Arrival arrival{*next, opposite(port)};
      if (std::find(seen.begin(), seen.end(), arrival) != seen.end()) continue;
      seen.push_back(arrival);
      open.push_back({*next, route_of(arrival, key)});
    }
  }
}

}  // namespace spikeloom::chip_sim
