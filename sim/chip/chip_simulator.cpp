#include "sim/chip/chip_simulator.hpp"

#include <algorithm>

#include "sim/chip/host.hpp"

namespace spikeloom {

TileActivity& TileActivity::operator+=(const TileActivity& other) {
  actions += other.actions;
  for (std::size_t port = 0; port < sent_packets.size(); ++port)
    sent_packets[port] += other.sent_packets[port];
  worst_queue = std::max(worst_queue, other.worst_queue);
  for (std::size_t link = 0; link < links.size(); ++link) links[link] += other.links[link];
  blocked += other.blocked;
  unrouted += other.unrouted;
  return *this;
}

class ChipSimulator::Impl {
 public:
  Impl(const Chip& chip, const Mapping& mapping, const HostOptions& options)
      : chip_(chip),
        fabric_(chip, mapping),
        sequencer_(chip, mapping, options, fabric_),
        host_(chip.clock, sequencer_, fabric_),
        tiles_(chip.tile_count()) {
    fabric_.declare(statistics_);
  }

  SampleRun run(const Sample& sample, std::uint32_t steps, bool record_states) {
    sequencer_.begin_sample(sample, steps, record_states);
    host_.run_sample();
    read_activity();
    return sequencer_.end_sample();
  }

  std::uint64_t cycles() const { return sequencer_.now(); }
  const IdVector<TileId, TileActivity>& tiles() const { return tiles_; }
  const Statistics& statistics() const { return statistics_; }

  std::uint64_t dropped_packets() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < fabric_.tile_count(); ++i)
      sum += fabric_.tile(i).router.unrouted_copies();
    return sum;
  }

 private:
  void read_activity() {
    for (const TileId id : ids_of(tiles_)) {
      const chip_sim::Tile& tile = fabric_.tile(index_of(id));
      TileActivity& activity = tiles_[id];
      activity.actions = tile.actions();
      for (std::size_t port = 0; port < chip_.port_count(); ++port)
        activity.sent_packets[port] = tile.router.sent_packets(static_cast<Port>(port));
      activity.worst_queue = tile.router.worst_queue();
      for (std::uint32_t link = 0; link < kLinkCount; ++link)
        activity.links[link] = tile.router.link_activity(static_cast<Port>(link));
      activity.blocked = tile.router.blocked_activity();
      activity.unrouted = tile.router.unrouted_copies();
    }
    // The root of the barrier's tree stands at the io tile.
    tiles_[TileId{static_cast<std::uint32_t>(fabric_.io_tile_index())}]
        .actions[Action::BarrierStep] += sequencer_.barriers();
  }

  const Chip& chip_;
  chip_sim::Fabric fabric_;
  chip_sim::Sequencer sequencer_;
  chip_sim::Host host_;
  IdVector<TileId, TileActivity> tiles_;
  Statistics statistics_;
};

ChipSimulator::ChipSimulator(const Chip& chip, const Mapping& mapping, const HostOptions& options)
    : impl_(std::make_unique<Impl>(chip, mapping, options)) {}
ChipSimulator::~ChipSimulator() = default;

SampleRun ChipSimulator::run(const Sample& sample, std::uint32_t steps, bool record_states) {
  return impl_->run(sample, steps, record_states);
}

std::uint64_t ChipSimulator::cycles() const { return impl_->cycles(); }
const IdVector<TileId, TileActivity>& ChipSimulator::tiles() const { return impl_->tiles(); }
const Statistics& ChipSimulator::statistics() const { return impl_->statistics(); }
std::uint64_t ChipSimulator::dropped_packets() const { return impl_->dropped_packets(); }

ActionCounts ChipSimulator::actions() const {
  ActionCounts sum;
  for (const TileActivity& tile : tiles()) sum += tile.actions;
  return sum;
}

}  // namespace spikeloom
