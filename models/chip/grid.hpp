#pragma once
// The tiles of a board as a graph: who is whose neighbour, and what works. The one place that knows
// geometry.

#include <array>
#include <optional>

#include "models/chip/topology.hpp"

namespace spikeloom {

/// Directions that run through a board. Turning from one to another is a turn.
enum class Axis : std::uint8_t { X, Diagonal, Y };
constexpr Axis axis_of(Port link) { return static_cast<Axis>(index_of(link) % (kLinkCount / 2)); }

/// The way around a link: the other two sides of the triangle on its left, `first` to the tile
/// `corner` and `second` from there.
struct DetourWay {
  TileId corner;
  Port first, second;
};

class Grid {
 public:
  explicit Grid(const Topology& topology);

  std::uint32_t tiles() const { return static_cast<std::uint32_t>(alive_.size()); }
  /// The tile behind `link`, if there is one and it and the link work. Never the tile itself: a
  /// wrap-around of a single column or row is no link.
  std::optional<TileId> neighbour(TileId tile, Port link) const {
    const std::uint32_t next = next_[tile][index_of(link)];
    return next == kNone ? std::nullopt : std::optional(TileId{next});
  }
  /// The way around `link`, on triangular topologies, if the link and both sides work.
  std::optional<DetourWay> detour(TileId tile, Port link) const;
  bool is_alive(TileId tile) const { return alive_[tile]; }
  /// Whether the tile has a working core of that number.
  bool has_core(TileId tile, std::uint32_t slot) const { return cores_[tile] >> slot & 1U; }
  /// Cores that work.
  std::uint32_t core_count() const;
  /// The link leaves one chip for another.
  bool is_between_chips(TileId tile, Port link) const;
  /// The link is a wrap-around at which a ring of its axis is cut: in x for the axes X and
  /// Diagonal, in y for Y.
  bool crosses_dateline(TileId tile, Port link) const;
  /// Links on a shortest way, dead parts not regarded.
  std::uint32_t distance(TilePosition a, TilePosition b) const;
  const Topology& topology() const { return topology_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
  std::uint32_t geometric_neighbour(TileId tile, Port link) const;
  void cut(TileId tile, Port link);
  bool wraps_around(TileId tile, Port link) const;

  Topology topology_;
  IdVector<TileId, std::array<std::uint32_t, kLinkCount>> next_;
  IdVector<TileId, std::uint8_t> alive_;
  IdVector<TileId, std::uint32_t> cores_;  ///< mask of those that work
};

}  // namespace spikeloom
