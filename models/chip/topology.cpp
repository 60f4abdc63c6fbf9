#include "models/chip/topology.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kMostTilesPerSide = 256;

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = {
      "mesh", "torus", "triangular_mesh", "triangular_torus"};
  return names;
}

std::vector<std::string> link_names(const Topology& topology) {
  std::vector<std::string> names;
  for (std::uint32_t link = 0; link < kLinkCount; ++link)
    if (topology.has(static_cast<Port>(link))) names.push_back(name_of(static_cast<Port>(link)));
  return names;
}

Port link_named(const std::string& name) {
  for (std::uint32_t link = 0; link < kLinkCount; ++link)
    if (name_of(static_cast<Port>(link)) == name) return static_cast<Port>(link);
  throw InternalError("link \"" + name + "\" has a name");
}

std::uint32_t coordinate(const Json& value, const JsonPlace& place, std::uint32_t side) {
  const bool inside = value.is_number_integer() && value >= 0 && value < side;
  if (!inside)
    place.fail("is " + value.dump(-1, ' ', true) + ", allowed is an integer 0 to " +
               std::to_string(side - 1) + ", the mesh");
  return value.get<std::uint32_t>();
}

/// Refuses what is no array of `elements` elements.
void require_elements(const Json& value,
                      const JsonPlace& place,
                      std::size_t elements,
                      const std::string& sentence) {
  if (!value.is_array() || value.size() != elements) place.fail(sentence);
}

TilePosition position_in(const Json& value, const JsonPlace& place, const Topology& topology) {
  return {coordinate(value[0], place / std::size_t{0}, topology.width),
          coordinate(value[1], place / std::size_t{1}, topology.height)};
}

DeadCore read_dead_core(const Json& value, const JsonPlace& place, const Topology& topology) {
  require_elements(value, place, 3, "a core has three coordinates: x, y and its number");
  const JsonPlace number = place / std::size_t{2};
  const bool inside =
      value[2].is_number_integer() && value[2] >= 0 && value[2] < topology.cores_per_tile;
  if (!inside)
    number.fail("is " + value[2].dump(-1, ' ', true) + ", allowed is an integer 0 to " +
                std::to_string(topology.cores_per_tile - 1) + ", the cores of a tile");
  return {position_in(value, place, topology), value[2].get<std::uint32_t>()};
}

DeadLink read_dead_link(const Json& value, const JsonPlace& place, const Topology& topology) {
  require_elements(value, place, 3, "a link has three parts: x, y and its name");
  const auto names = link_names(topology);
  const bool known =
      value[2].is_string() &&
      std::find(names.begin(), names.end(), value[2].get<std::string>()) != names.end();
  if (!known) {
    std::string allowed;
    for (const std::string& name : names) allowed += (allowed.empty() ? "" : ", ") + name;
    (place / std::size_t{2})
        .fail("is " + value[2].dump(-1, ' ', true) + ", allowed is one of " + allowed);
  }
  return {position_in(value, place, topology), link_named(value[2].get<std::string>())};
}

void read_dead_tiles(ObjectReader& reader, Topology& topology) {
  reader.array("dead_tiles", [&](const Json& value, const JsonPlace& place) {
    const TilePosition tile = read_position(value, place, topology);
    auto& dead = topology.dead_tiles;
    if (std::find(dead.begin(), dead.end(), tile) != dead.end()) place.fail("is in the list twice");
    dead.push_back(tile);
  });
  if (topology.dead_tiles.size() == topology.tile_count())
    reader.fail("dead_tiles", "leaves no tile alive");
}

void read_dead_cores(ObjectReader& reader, Topology& topology) {
  reader.array("dead_cores", [&](const Json& value, const JsonPlace& place) {
    topology.dead_cores.push_back(read_dead_core(value, place, topology));
  });
}

/// `whole` has no faults: a dead link may lead to a dead tile, but not off the board.
void read_dead_links(ObjectReader& reader, Topology& topology, const Grid& whole) {
  reader.array("dead_links", [&](const Json& value, const JsonPlace& place) {
    const DeadLink dead = read_dead_link(value, place, topology);
    if (!whole.neighbour(topology.tile_at(dead.tile), dead.link))
      place.fail("leads to no tile of the " + name_of(topology.kind));
    topology.dead_links.push_back(dead);
  });
}

void read_faults(ObjectReader& reader, Topology& topology) {
  const Grid whole(topology);
  if (reader.has("dead_tiles")) read_dead_tiles(reader, topology);
  if (reader.has("dead_cores")) read_dead_cores(reader, topology);
  if (reader.has("dead_links")) read_dead_links(reader, topology, whole);
}

std::uint32_t read_chip_side(ObjectReader& reader, const std::string& key, std::uint32_t side) {
  const auto tiles =
      static_cast<std::uint32_t>(reader.unsigned_integer(key, 1, kMostTilesPerSide, side));
  if (side % tiles != 0)
    reader.fail(key,
                "is " + std::to_string(tiles) + ", which does not divide the " +
                    std::to_string(side) + " tiles of the board");
  return tiles;
}

Json position_json(TilePosition at) { return Json::array({at.x, at.y}); }

}  // namespace

std::string name_of(Port port) {
  static const std::array<std::string, 8> names = {
      "east", "north_east", "north", "west", "south_west", "south", "io", "core"};
  if (port <= Port::Core) return names.at(index_of(port));
  return "core" + std::to_string(slot_of(port));
}

const std::string& name_of(TopologyKind kind) {
  return kind_names().at(static_cast<std::size_t>(kind));
}

TilePosition read_position(const Json& value, const JsonPlace& place, const Topology& topology) {
  require_elements(value, place, 2, "a tile has two coordinates, x and y");
  return position_in(value, place, topology);
}

Topology read_topology(ObjectReader reader) {
  Topology topology;
  const std::string kind = reader.word("kind", kind_names(), "mesh");
  const auto& names = kind_names();
  topology.kind =
      static_cast<TopologyKind>(std::find(names.begin(), names.end(), kind) - names.begin());
  const auto number = [&](const std::string& key, std::uint32_t most, auto... fallback) {
    return static_cast<std::uint32_t>(reader.unsigned_integer(key, 1, most, fallback...));
  };
  topology.width = number("width", kMostTilesPerSide);
  topology.height = number("height", kMostTilesPerSide);
  topology.cores_per_tile = number("cores_per_tile", kMostCoresPerTile, 1);
  topology.chip_width = read_chip_side(reader, "chip_width", topology.width);
  topology.chip_height = read_chip_side(reader, "chip_height", topology.height);
  read_faults(reader, topology);
  reader.finish();
  return topology;
}

Json to_json(const Topology& topology) {
  Json json = {{"kind", name_of(topology.kind)},
               {"width", topology.width},
               {"height", topology.height},
               {"cores_per_tile", topology.cores_per_tile},
               {"dead_tiles", Json::array()},
               {"dead_cores", Json::array()},
               {"dead_links", Json::array()}};
  if (topology.chips() > 1) {
    json["chip_width"] = topology.chip_width;
    json["chip_height"] = topology.chip_height;
  }
  for (const TilePosition tile : topology.dead_tiles)
    json["dead_tiles"].push_back(position_json(tile));
  for (const DeadCore& core : topology.dead_cores)
    json["dead_cores"].push_back(Json::array({core.tile.x, core.tile.y, core.slot}));
  for (const DeadLink& link : topology.dead_links)
    json["dead_links"].push_back(Json::array({link.tile.x, link.tile.y, name_of(link.link)}));
  return json;
}

}  // namespace spikeloom
