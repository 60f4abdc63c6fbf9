#pragma once
// All tiles of a chip, wired. It knows neither steps nor SystemC.

#include <deque>
#include <map>
#include <memory>

#include "models/chip/grid.hpp"
#include "sim/chip/tile.hpp"

namespace spikeloom::chip_sim {

class Fabric {
 public:
  /// `chip` and `mapping` outlive it. Throws InputError if the mapping does not fit the chip.
  Fabric(const Chip& chip, const Mapping& mapping);

  Agenda& agenda() { return agenda_; }
  Barrier& barrier() { return barrier_; }
  std::size_t tile_count() const { return tiles_.size(); }
  Tile& tile(std::size_t index) { return *tiles_[index]; }
  const Tile& tile(std::size_t index) const { return *tiles_[index]; }
  /// The channels between a router and a core.
  Channel& to_core(BlockId core) { return *core_ports_.at(core).to_core; }
  Channel& from_core(BlockId core) { return *core_ports_.at(core).from_core; }
  std::size_t io_tile_index() const { return io_tile_; }
  /// Cores that have neurons.
  const std::vector<Core*>& populated() const { return populated_; }
  const Grid& grid() const { return grid_; }
  const BlockNumbers& blocks() const { return blocks_; }

  /// Tells `trace` what every packet does from now on.
  void trace(PacketTrace& trace);
  bool quiet(Cycle now) const;
  /// Clears every block. Returns the cycles the slowest core takes.
  std::uint64_t clear();
  /// Tells `sink` of every packet on the chip: the run is over, and none will arrive.
  void give_up(EventSink& sink) const;
  void declare(Statistics& statistics) const;
  /// Over all routers; even in every cycle.
  CopyBalance balance() const;
  BlockedActivity blocked_activity() const;
  /// "tile (0,0) west -> tile (1,0) west -> tile (0,0) west": queues whose heads wait for each
  /// other; only meaningful when nothing can move any more.
  std::string waiting_cycle(Cycle now) const;

 private:
  struct CorePort {
    Channel *to_core, *from_core;
  };
  struct QueuePlace {
    std::uint32_t tile;
    Port port;
    std::uint32_t channel;
    bool operator==(const QueuePlace&) const = default;
  };

  void wire(std::uint32_t index);
  void wire_link(std::uint32_t index, Port port);
  Channel& new_channel(const ChannelTiming& timing, BlockId sender, BlockId receiver);
  void wire_core(Tile& tile, std::uint32_t slot);
  void wire_io(Tile& tile);
  std::optional<QueuePlace> blocked_by(QueuePlace place, Cycle now) const;
  std::optional<QueuePlace> any_blocked(Cycle now) const;
  std::string shown(QueuePlace place) const;

  const Chip& chip_;
  Grid grid_;
  BlockNumbers blocks_;
  Agenda agenda_;
  Barrier barrier_;
  std::deque<Channel> channels_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<Core*> populated_;
  std::map<BlockId, CorePort> core_ports_;
  std::size_t io_tile_;
};

}  // namespace spikeloom::chip_sim
