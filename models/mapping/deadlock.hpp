#pragma once
// Whether packets of a mapping can wait for each other in a circle. A packet that holds a place in
// the queue behind a link (and virtual channel) waits for a place behind the next: a dependency
// between channels. Without a circle of dependencies some packet can always move (Dally and Seitz,
// "Deadlock-free message routing in multiprocessor interconnection networks", 1987). Cores and io
// ports take packets in always, and are no part of a circle. Where routers send packets the
// emergency way, these wait for, and hold, the channels of both ways.

#include <array>
#include <string>
#include <vector>

#include "models/chip/grid.hpp"
#include "models/mapping/mapping.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {

/// A link by the tile it leaves, and the virtual channel that a packet on it is in.
struct Channel {
  TileId tile;
  Port link;
  std::uint32_t virtual_channel;
  bool operator==(const Channel&) const = default;
};

/// The channel of a packet that leaves `tile` by `link`, having come in by `arrival` in `channel`:
/// 1 behind a dateline, 0 again after a turn to another axis. With one virtual channel always 0.
std::uint32_t channel_after(const Chip& chip,
                            const Grid& grid,
                            TileId tile,
                            Port arrival,
                            std::uint32_t channel,
                            Port link);

class ChannelDependencies {
 public:
  /// `chip` and `grid` outlive it.
  ChannelDependencies(const Chip& chip, const Grid& grid);

  /// A packet that came to `tile` by the port `arrival` in `channel` leaves by `link`. What comes
  /// from cores and io ports holds no channel. Detours around both links are added with it.
  void add(TileId tile, Port arrival, std::uint32_t channel, Port link);
  void add(const std::vector<PacketHop>& hops);
  /// Channels of which each waits for the next, the last for the first; empty if there are none.
  std::vector<Channel> cycle() const;

 private:
  using Node = std::uint32_t;
  /// The queues in which a packet may be: that behind a link, and that behind a detour around it.
  struct Holders {
    std::array<Node, 2> nodes{};
    std::size_t count = 0;
  };
  Node node_of(TileId tile, Port arrival, std::uint32_t channel) const;
  Channel channel_of(Node node) const;
  Holders holders(TileId tile, Port arrival, std::uint32_t channel) const;
  void wait(Node node, Port link, std::uint32_t channel);
  void add_detour(const DetourWay& way, const Holders& holders, std::uint32_t channel);
  template <typename Visit>
  void for_each_next(Node node, const Visit& visit) const;
  std::vector<std::uint32_t> waiting_counts() const;
  std::vector<std::uint8_t> left_after_all_can_move() const;
  Node node_on_cycle(const std::vector<std::uint8_t>& left) const;
  std::vector<Node> shortest_cycle(Node start) const;

  const Chip& chip_;
  const Grid& grid_;
  bool makes_detours_;
  std::vector<std::uint16_t> next_;  ///< per node: mask of links and channels it waits for
};

/// `tile (0, 0) east, tile (1, 0) east, tile (2, 0) east`, with the virtual channel where there are
/// two; of long circles the first channels. Empty for no channels.
std::string describe(const std::vector<Channel>& cycle, const Chip& chip);

/// What a lossless chip needs to open a circle: `give the chip 2 virtual_channels or a rule for
/// blocked packets`, the first where rings have one channel only.
std::string cure_of_circles(const Chip& chip);

}  // namespace spikeloom
