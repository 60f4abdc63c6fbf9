#include <fmt/format.h>

#include <algorithm>

#include "models/base/error.hpp"
#include "models/mapping/check_core.hpp"
#include "models/mapping/check_mapping.hpp"
#include "models/mapping/deadlock.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {

void Refusal::fail(const std::string& place, const std::string& sentence) const {
  throw InputError(file, place, sentence);
}

void Refusal::limit(const std::string& place,
                    const char* what,
                    std::uint64_t found,
                    std::uint64_t allowed) const {
  if (found > allowed) fail(place, fmt::format("{} {}, the chip allows {}", found, what, allowed));
}

namespace {

/// Of one input. Far above any sensor, and small enough to visit one by one.
constexpr std::uint32_t kMaxInputElements = 1U << 22;

class LegalityCheck {
 public:
  LegalityCheck(const Mapping& mapping, const Chip& chip, const std::string& file)
      : mapping_(mapping), chip_(chip), grid_(chip.topology), refusal_{file} {}

  void run() {
    check_shape();
    for (const CoreId id : ids_of(mapping_.cores)) check_core(id);
    for (const TileId id : ids_of(mapping_.tables)) check_table(id);
    check_inputs();
    check_keys();
    check_walks();
  }

 private:
  void check_shape() const {
    if (mapping_.width != chip_.topology.width || mapping_.height != chip_.topology.height)
      refusal_.fail("/",
                    fmt::format("made for {} x {} tiles, chip \"{}\" has {} x {}",
                                mapping_.width,
                                mapping_.height,
                                chip_.name,
                                chip_.topology.width,
                                chip_.topology.height));
    if (mapping_.tables.size() != chip_.tile_count())
      refusal_.fail("/tiles",
                    fmt::format("{} routing tables, the chip has {} tiles",
                                mapping_.tables.size(),
                                chip_.tile_count()));
    std::vector<std::uint32_t> taken(chip_.tile_count());  // masks of slots
    for (const CoreId id : ids_of(mapping_.cores)) check_position(id, taken);
  }

  void check_position(CoreId id, std::vector<std::uint32_t>& taken) const {
    const CoreImage& core = mapping_.cores[id];
    const auto tile = index_of(core.tile);
    const std::string place = fmt::format("/cores/{}/tile", index_of(id));
    if (tile >= taken.size())
      refusal_.fail(place,
                    fmt::format("tile {} does not exist, the chip has {}", tile, taken.size()));
    if (core.slot >= chip_.topology.cores_per_tile)
      refusal_.fail(
          fmt::format("/cores/{}/slot", index_of(id)),
          fmt::format("is {}, the tile has {} cores", core.slot, chip_.topology.cores_per_tile));
    if (!grid_.has_core(core.tile, core.slot))
      refusal_.fail(place, fmt::format("core {} of tile {} is dead", core.slot, tile));
    if ((taken[tile] >> core.slot & 1U) != 0)
      refusal_.fail(place, fmt::format("tile {} already has a core image", tile));
    taken[tile] |= 1U << core.slot;
  }

  void check_core(CoreId id) const {
    const std::string place = fmt::format("/cores/{}", index_of(id));
    check_neurons(mapping_.cores[id], chip_, mapping_.population_names.size(), place, refusal_);
    check_synapses(mapping_.cores[id], chip_, place, refusal_);
  }

  void check_table(TileId id) const {
    const auto& table = mapping_.tables[id];
    const std::string place = fmt::format("/tiles/{}/routes", index_of(id));
    refusal_.limit(place, "routing entries", table.size(), chip_.router.table_entries);
    const std::uint32_t existing = existing_ports(id);
    for (std::size_t i = 0; i < table.size(); ++i) {
      if ((table[i].key & ~table[i].mask) != 0)
        refusal_.fail(place,
                      fmt::format("entry {} has key {:#010x} outside its mask {:#010x}",
                                  i,
                                  table[i].key,
                                  table[i].mask));
      if (table[i].route == 0) refusal_.fail(place, fmt::format("entry {} routes nowhere", i));
      if ((table[i].route & ~existing) != 0)
        refusal_.fail(
            place,
            fmt::format(
                "entry {} routes to ports {:#x}, the tile has {:#x}", i, table[i].route, existing));
    }
  }

  std::uint32_t existing_ports(TileId tile) const {
    std::uint32_t ports = 0;
    for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot)
      if (grid_.has_core(tile, slot)) ports |= bit_of(core_port(slot));
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      if (grid_.neighbour(tile, static_cast<Port>(link))) ports |= 1U << link;
    if (chip_.has_io(tile)) ports |= bit_of(Port::Io);
    return ports;
  }

  void check_inputs() const {
    for (std::size_t i = 0; i < mapping_.inputs.size(); ++i) {
      refusal_.limit(
          fmt::format("/inputs/{}", i), "elements", mapping_.inputs[i].size(), kMaxInputElements);
      for (const std::uint32_t element : mapping_.inputs[i].elements)
        if (element >= kMaxInputElements)
          refusal_.fail(
              fmt::format("/inputs/{}", i),
              fmt::format("has element {}, allowed are 0 to {}", element, kMaxInputElements - 1));
      if (mapping_.inputs[i].port >= chip_.io.ports.size())
        refusal_.fail(fmt::format("/inputs/{}", i),
                      fmt::format("enters at port {}, the chip has {}",
                                  mapping_.inputs[i].port,
                                  chip_.io.ports.size()));
      if (index_of(mapping_.inputs[i].population) >= mapping_.population_names.size())
        refusal_.fail(fmt::format("/inputs/{}", i),
                      fmt::format("is population {}, there are {}",
                                  index_of(mapping_.inputs[i].population),
                                  mapping_.population_names.size()));
    }
  }

  void check_keys() const {
    std::vector<PacketSource> sources = packet_sources(mapping_, chip_);
    std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) {
      return a.key_base < b.key_base;
    });
    for (const PacketSource& source : sources)
      if ((source.key_base & (key_block(source.size) - 1)) != 0)
        refusal_.fail(source.place,
                      fmt::format("key base {:#010x} is not aligned to {} keys",
                                  source.key_base,
                                  key_block(source.size)));
    for (std::size_t i = 1; i < sources.size(); ++i)
      if (sources[i].key_base - sources[i - 1].key_base < sources[i - 1].size ||
          sources[i].key_base == sources[i - 1].key_base)
        refusal_.fail(sources[i].place,
                      fmt::format("key base {:#010x} lies in the keys of {}",
                                  sources[i].key_base,
                                  sources[i - 1].place));
  }

  void check_walks() const {
    PacketWalker walker(mapping_, chip_, refusal_.file);
    ChannelDependencies dependencies(chip_, grid_);
    for (const PacketSource& source : packet_sources(mapping_, chip_))
      walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
        dependencies.add(walker.hops());
        for (const PacketDelivery& delivery : deliveries)
          if (!delivery.to_io) check_row_numbers(source, cube, delivery);
      });
    if (!chip_.router.blocked) refuse_circle(dependencies.cycle());
  }

  void refuse_circle(const std::vector<Channel>& circle) const {
    if (circle.empty()) return;
    refusal_.fail(
        "/tiles",
        fmt::format("packets can wait for each other for ever: {}; map with router up_down, or {}",
                    describe(circle, chip_),
                    cure_of_circles(chip_)));
  }

  void check_row_numbers(const PacketSource& source, KeyCube cube, PacketDelivery delivery) const {
    const CoreImage& core = mapping_.cores[delivery.core];
    const AxonEntry& axon = core.axons[delivery.axon];
    for (std::uint32_t n = 0; n < source.size; ++n) {
      const std::uint32_t key = source.key_base | n;
      if (!cube.contains(key) || !source.is_sending(n)) continue;
      const std::uint64_t row = row_of(axon, key);
      if (row >= core.rows.size())
        refusal_.fail(fmt::format("/cores/{}/axons", index_of(delivery.core)),
                      fmt::format("entry {} takes key {:#010x} to row {}, the core has {}",
                                  delivery.axon,
                                  key,
                                  row,
                                  core.rows.size()));
    }
  }

  const Mapping& mapping_;
  const Chip& chip_;
  const Grid grid_;
  const Refusal refusal_;
};

}  // namespace

void check_legal(const Mapping& mapping, const Chip& chip, const std::string& file) {
  LegalityCheck(mapping, chip, file).run();
}

}  // namespace spikeloom
