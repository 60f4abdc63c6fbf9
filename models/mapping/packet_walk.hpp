#pragma once
// Follows packets through the routing tables of a mapping, as the routers would. Keys that take the
// same way are walked together: a set of keys is a ternary cube, split only where an entry asks.

#include <functional>
#include <string>
#include <vector>

#include "models/chip/grid.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// The keys k with (k & mask) == key.
struct KeyCube {
  std::uint32_t key, mask;
  bool contains(std::uint32_t k) const { return (k & mask) == key; }
};
inline bool intersects(KeyCube a, KeyCube b) { return ((a.key ^ b.key) & a.mask & b.mask) == 0; }
/// True if every key of `inner` is one of `outer`.
inline bool covers(KeyCube outer, KeyCube inner) {
  return intersects(outer, inner) && (outer.mask & ~inner.mask) == 0;
}

/// What injects packets: a core (through its core port) or an input population (through io).
struct PacketSource {
  std::string place;  ///< for errors: "/cores/3" or "/inputs/0"
  TileId tile;
  Port port;
  std::uint32_t key_base;
  std::uint32_t size;                      ///< local numbers 0 .. size-1
  const std::vector<std::uint8_t>* sends;  ///< per local number; nullptr: all send
  bool is_sending(std::uint32_t n) const { return sends == nullptr || (*sends)[n] != 0; }
};

/// One copy of a packet that left the routers: into a core, through one of its axon entries, or
/// out of the io port.
struct PacketDelivery {
  bool to_io = false;
  CoreId core{};
  std::uint32_t axon = 0;
};

/// A copy of a packet that left a router by a link.
struct PacketHop {
  TileId tile;
  Port arrival;           ///< the port it came by
  std::uint32_t channel;  ///< virtual channel it came in
  Port link;
};

/// The smallest power of two that is at least `size` (1 for 0).
std::uint32_t key_block(std::uint32_t size);

/// All cores that send, then all inputs.
std::vector<PacketSource> packet_sources(const Mapping& mapping, const Chip& chip);

class PacketWalker {
 public:
  /// `file` names the mapping in errors. Tiles, routes and axon entries have been checked.
  PacketWalker(const Mapping& mapping, const Chip& chip, std::string file);

  using Visit = std::function<void(KeyCube keys, const std::vector<PacketDelivery>& deliveries)>;
  /// Calls `visit` with disjoint cubes that hold all sending keys of `source`. InputError for
  /// loops, dead ends, links that leave the grid, and cores that do not know a key.
  void walk(const PacketSource& source, const Visit& visit);

  /// What the last walked cube did on links.
  const std::vector<PacketHop>& hops() const { return hops_; }

 private:
  struct Arrival {
    TileId tile;
    Port port;
    std::uint32_t channel;
  };
  static constexpr std::uint32_t kNoSplit = 0;

  void walk_cube(const PacketSource& source, KeyCube cube, const Visit& visit);
  bool sends_any(const PacketSource& source, KeyCube cube) const;
  std::uint32_t follow(const PacketSource& source, KeyCube cube);
  std::uint32_t pass_router(const PacketSource& source, KeyCube cube, Arrival arrival);
  void forward(const PacketSource& source, KeyCube cube, Arrival arrival, Port link);
  std::uint32_t deliver_all(const PacketSource& source,
                            KeyCube cube,
                            TileId tile,
                            std::uint32_t route);
  std::uint32_t deliver(const PacketSource& source, KeyCube cube, TileId tile, std::uint32_t slot);
  [[noreturn]] void fail(const PacketSource& source, KeyCube cube, const std::string& what) const;
  std::string place_of(TileId tile) const;

  const Mapping& mapping_;
  const Chip& chip_;
  Grid grid_;
  std::string file_;
  IdVector<TileId, std::vector<std::uint32_t>> core_at_;  ///< per slot: CoreId + 1, 0: none
  IdVector<TileId, std::uint32_t> visited_;               ///< number of the walk that last came by
  std::uint32_t walk_number_ = 0;
  std::vector<PacketHop> hops_;
  std::vector<Arrival> open_;
  std::vector<PacketDelivery> deliveries_;
};

}  // namespace spikeloom
