#pragma once
// How the tiles of a chip, or of a board of chips, are connected.

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/ids.hpp"
#include "models/base/json_reader.hpp"

namespace spikeloom {

struct TilePosition {
  std::uint32_t x, y;  ///< x grows to the east, y to the north
  bool operator==(const TilePosition&) const = default;
};

/// Ports of a router. A route is a bit mask over them (bit = index). Core c of a tile has port
/// Core + c. Links are numbered counterclockwise as SpiNNaker's are.
enum class Port : std::uint8_t {
  East = 0,
  NorthEast = 1,
  North = 2,
  West = 3,
  SouthWest = 4,
  South = 5,
  Io = 6,
  Core = 7
};
constexpr std::uint32_t kLinkCount = 6;  ///< the first ports are links
constexpr std::uint32_t kMostCoresPerTile = 24;
constexpr std::uint32_t kMostPorts = 7 + kMostCoresPerTile;

constexpr std::uint32_t index_of(Port port) { return static_cast<std::uint32_t>(port); }
constexpr std::uint32_t bit_of(Port port) { return 1U << index_of(port); }
constexpr bool is_link(Port port) { return index_of(port) < kLinkCount; }
constexpr bool is_core(Port port) { return port >= Port::Core; }
constexpr Port core_port(std::uint32_t slot) {
  return static_cast<Port>(index_of(Port::Core) + slot);
}
constexpr std::uint32_t slot_of(Port core) { return index_of(core) - index_of(Port::Core); }
/// The link on the other side: a packet without table entry goes straight on.
constexpr Port opposite(Port link) {
  return static_cast<Port>((index_of(link) + kLinkCount / 2) % kLinkCount);
}
/// The next link counterclockwise.
constexpr Port next_link(Port link) { return static_cast<Port>((index_of(link) + 1) % kLinkCount); }
std::string name_of(Port port);  ///< "east", "north_east", ..., "io", "core", "core1", ...

enum class TopologyKind { Mesh, Torus, TriangularMesh, TriangularTorus };
const std::string& name_of(TopologyKind kind);  ///< "mesh", ..., "triangular_torus"

/// A core that does not work.
struct DeadCore {
  TilePosition tile;
  std::uint32_t slot;
};
/// A link that does not work, in neither direction.
struct DeadLink {
  TilePosition tile;
  Port link;
};

struct Topology {
  TopologyKind kind = TopologyKind::Mesh;
  std::uint32_t width = 1, height = 1;  ///< tiles of the whole board, 1 to 256 each
  std::uint32_t cores_per_tile = 1;     ///< 1 to kMostCoresPerTile
  /// Tiles of one chip; they divide width and height. 0: one chip takes them all.
  std::uint32_t chip_width = 0, chip_height = 0;
  std::vector<TilePosition> dead_tiles{};  ///< absent or broken: no router, no core, no link
  std::vector<DeadCore> dead_cores{};
  std::vector<DeadLink> dead_links{};

  bool is_triangular() const { return kind >= TopologyKind::TriangularMesh; }
  bool wraps() const {
    return kind == TopologyKind::Torus || kind == TopologyKind::TriangularTorus;
  }
  /// Whether tiles have this link at all (if there is a neighbour).
  bool has(Port link) const {
    return is_triangular() || (link != Port::NorthEast && link != Port::SouthWest);
  }
  std::uint32_t chips() const {
    return (chip_width == 0 ? 1 : width / chip_width) *
           (chip_height == 0 ? 1 : height / chip_height);
  }
  std::uint32_t tile_count() const { return width * height; }
  TileId tile_at(TilePosition position) const { return TileId{position.y * width + position.x}; }
  TilePosition position_of(TileId tile) const {
    const auto index = static_cast<std::uint32_t>(tile);
    return {index % width, index / width};
  }
};

/// Member `key`, an array of two coordinates inside the board.
TilePosition read_position(const Json& value, const JsonPlace& place, const Topology& topology);
Topology read_topology(ObjectReader reader);
Json to_json(const Topology& topology);

}  // namespace spikeloom
