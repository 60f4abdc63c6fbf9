#include "tests/unit/chip_sim/hand_built.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

namespace spikeloom::test {
namespace {

using Routes = std::map<std::uint32_t, std::uint32_t>;  // tile -> mask of outputs
using Way = std::vector<Port>;

/// The shorter displacement from a to b on a ring of `side`, or the only one.
int displacement(std::uint32_t a, std::uint32_t b, std::uint32_t side, bool wraps) {
  int d = static_cast<int>(b) - static_cast<int>(a);
  const int length = static_cast<int>(side);
  if (wraps && 2 * d > length) d -= length;
  if (wraps && 2 * d <= -length) d += length;
  return d;
}

void go(Way& way, int links, Port forward) {
  way.insert(way.end(),
             static_cast<std::size_t>(std::abs(links)),
             links > 0 ? forward : opposite(forward));
}

/// Each axis goes its own shorter way, so all ways of a source are one tree.
Way ordered_way(const Topology& topology, TileId source, TileId target) {
  const TilePosition a = topology.position_of(source), b = topology.position_of(target);
  int dx = displacement(a.x, b.x, topology.width, topology.wraps());
  int dy = displacement(a.y, b.y, topology.height, topology.wraps());
  Way way;
  if (topology.is_triangular() && (dx > 0) == (dy > 0)) {
    const int diagonal = std::abs(dx) < std::abs(dy) ? dx : dy;
    go(way, diagonal, Port::NorthEast);
    dx -= diagonal, dy -= diagonal;
  }
  go(way, dx, Port::East);
  go(way, dy, Port::North);
  return way;
}

/// Per tile: the link by which a breadth-first search from `source` came there.
std::map<TileId, Port> shortest_tree(const Grid& grid, TileId source) {
  std::map<TileId, Port> arrivals = {{source, Port::Core}};
  std::vector<TileId> front = {source};
  for (std::size_t i = 0; i < front.size(); ++i)
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      if (const auto next = grid.neighbour(front[i], static_cast<Port>(link));
          next && arrivals.emplace(*next, static_cast<Port>(link)).second)
        front.push_back(*next);
  return arrivals;
}

std::optional<Way> shortest_way(const Grid& grid, TileId source, TileId target) {
  const auto arrivals = shortest_tree(grid, source);
  if (arrivals.count(target) == 0) return std::nullopt;
  Way way;
  for (TileId at = target; at != source;) {
    way.insert(way.begin(), arrivals.at(at));
    at = *grid.neighbour(at, opposite(arrivals.at(at)));
  }
  return way;
}

bool walk(Routes& routes, const Grid& grid, TileId source, CoreAt target) {
  const bool is_whole = grid.topology().dead_tiles.empty() && grid.topology().dead_links.empty();
  const auto way = is_whole ? std::optional(ordered_way(grid.topology(), source, target.tile))
                            : shortest_way(grid, source, target.tile);
  if (!way) return false;
  TileId at = source;
  for (const Port port : *way) {
    routes[static_cast<std::uint32_t>(at)] |= bit_of(port);
    at = *grid.neighbour(at, port);
  }
  routes[static_cast<std::uint32_t>(at)] |= bit_of(core_port(target.slot));
  return true;
}

// Rows of `sources` sources with random synapses, found by (key, kNeuronMask).
void add_random_rows(
    CoreImage& core, const CoreSpec& spec, std::uint32_t key, std::uint32_t sources, Draw& draw) {
  core.axons.push_back({key, kNeuronMask, static_cast<std::uint32_t>(core.rows.size())});
  const std::uint32_t lanes = spec.synapses_per_word;
  for (std::uint32_t source = 0; source < sources; ++source) {
    const std::uint32_t words = draw.between(0, 6);
    core.rows.push_back(
        {static_cast<std::uint32_t>(core.words.size() / lanes), words, draw.between(0, 3)});
    for (std::uint32_t i = 0; i < words * lanes; ++i) {
      const std::uint32_t target = draw.between(0, core.neurons() - 1);
      const auto weight = static_cast<std::int32_t>(draw.between(0, 12)) - 6;
      core.words.emplace_back(target, draw.between(1, spec.delay_steps), weight);
    }
  }
}

std::vector<CoreAt> some_cores(const Mapping& mapping, Draw& draw) {
  std::vector<CoreAt> places;
  for (const CoreImage& core : mapping.cores)
    if (!draw.one_in(3)) places.emplace_back(core.tile, core.slot);
  return places;
}

/// Returns how many targets the keys reach.
std::uint32_t connect(Mapping& mapping,
                      const Chip& chip,
                      std::uint32_t key,
                      std::uint32_t sources,
                      TileId source,
                      const std::vector<CoreAt>& targets,
                      Draw& draw) {
  for (const CoreId id : ids_of(mapping.cores)) {
    CoreImage& core = mapping.cores[id];
    if (std::find(targets.begin(), targets.end(), CoreAt(core.tile, core.slot)) != targets.end())
      add_random_rows(core, chip.core, key, sources, draw);
  }
  return route_tree(mapping, chip, key, kNeuronMask, source, targets);
}

void excite(CoreImage& core, Draw& draw) {
  core.profiles = {relay(0), relay(draw.between(0, 3))};
  for (std::uint32_t n = 0; n < core.neurons(); ++n) {
    core.profile_of[n] = static_cast<std::uint16_t>(draw.between(0, 1));
    core.bias[n] = draw.one_in(4) ? 1000 : -static_cast<std::int32_t>(draw.between(0, 500));
    core.sends[n] = draw.one_in(5) ? 0 : 1;
  }
}

}  // namespace

Chip mesh(std::uint32_t width, std::uint32_t height) {
  Chip chip;
  chip.name = "hand-built";
  chip.topology.width = width;
  chip.topology.height = height;
  return chip;
}

void draw_timing(Chip& chip, Draw& draw) {
  chip.router.input_queue_packets = draw.between(1, 5);
  chip.router.pipeline_cycles = draw.between(1, 4);
  chip.link.latency_cycles = draw.between(1, 4);
  chip.link.cycles_per_packet = draw.between(1, 4);
  chip.core.input_queue_packets = draw.between(1, 5);
  chip.core.output_queue_packets = draw.between(1, 4);
  chip.core.lookup_cycles = draw.between(1, 4);
  chip.core.update_cycles_per_neuron = draw.between(1, 4);
  chip.core.update_latency_cycles = draw.between(1, 6);
  chip.core.synapses_per_word = draw.between(1, 4);
  chip.core.delay_steps = draw.between(1, 6);
  chip.barrier.latency_cycles = draw.between(1, 20);
  chip.io.cycles_per_packet = draw.between(1, 3);
  chip.io.ports.front() = {draw.between(0, chip.topology.width - 1),
                           draw.between(0, chip.topology.height - 1)};
}

std::vector<std::uint32_t> elements(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

Mapping blank(const Chip& chip) {
  Mapping mapping;
  mapping.chip_name = chip.name;
  mapping.width = chip.topology.width;
  mapping.height = chip.topology.height;
  mapping.tables.resize(chip.tile_count());
  mapping.population_names = {"neurons", "input"};
  return mapping;
}

CoreProfile relay(std::uint32_t start) {
  CoreProfile profile;
  profile.neuron.decay_u = profile.neuron.decay_v = Arithmetic{}.no_memory();
  profile.start = start;
  return profile;
}

CoreId add_core(Mapping& mapping, CoreAt place, std::uint32_t neurons, std::uint32_t first) {
  CoreImage core;
  core.tile = place.tile;
  core.slot = place.slot;
  core.key_base = place.slot << 20 | static_cast<std::uint32_t>(place.tile) << kNeuronBits;
  core.profiles = {relay()};
  core.profile_of.assign(neurons, 0);
  core.bias.assign(neurons, 0);
  core.sends.assign(neurons, 0);
  for (std::uint32_t n = 0; n < neurons; ++n) core.identity.push_back({PopulationId{0}, first + n});
  return mapping.cores.push_back(std::move(core));
}

std::uint32_t add_row(CoreImage& core, std::uint32_t words, std::uint32_t lanes) {
  core.rows.push_back({static_cast<std::uint32_t>(core.words.size() / lanes), words, 0});
  for (std::uint32_t i = 0; i < words; ++i) {
    core.words.emplace_back(0, 1, 1);
    core.words.resize(core.words.size() + lanes - 1);
  }
  return static_cast<std::uint32_t>(core.rows.size() - 1);
}

std::uint32_t route_tree(Mapping& mapping,
                         const Chip& chip,
                         std::uint32_t key,
                         std::uint32_t mask,
                         TileId source,
                         const std::vector<CoreAt>& targets) {
  const Grid grid(chip.topology);
  Routes routes;
  std::uint32_t reached = 0;
  for (const CoreAt target : targets) reached += walk(routes, grid, source, target) ? 1 : 0;
  for (const auto& [tile, route] : routes)
    mapping.tables[TileId{tile}].push_back({key, mask, route});
  return reached;
}

RandomTraffic random_traffic(const Chip& chip, Draw& draw) {
  RandomTraffic traffic;
  Mapping& mapping = traffic.mapping = blank(chip);
  const Grid grid(chip.topology);
  std::uint32_t neurons = 0;
  for (std::uint32_t i = 0; i < chip.tile_count() * chip.topology.cores_per_tile; ++i) {
    const CoreAt place(TileId{i / chip.topology.cores_per_tile}, i % chip.topology.cores_per_tile);
    if (!grid.has_core(place.tile, place.slot) || draw.one_in(4)) continue;
    const std::uint32_t local = draw.between(1, 12);
    excite(mapping.cores[add_core(mapping, place, local, neurons)], draw);
    neurons += local;
  }
  for (const CoreId id : ids_of(mapping.cores)) {
    const auto [tile, key, local] =
        std::tuple(mapping.cores[id].tile, mapping.cores[id].key_base, mapping.cores[id].neurons());
    traffic.fan_out.push_back(
        connect(mapping, chip, key, local, tile, some_cores(mapping, draw), draw));
  }
  traffic.inputs = draw.between(1, 6);
  mapping.inputs = {{PopulationId{1}, kInputKeys, elements(0, traffic.inputs)}};
  traffic.input_fan_out = connect(mapping,
                                  chip,
                                  kInputKeys,
                                  traffic.inputs,
                                  chip.tile_at(chip.io.ports.front()),
                                  some_cores(mapping, draw),
                                  draw);
  return traffic;
}

Chip any_chip(Draw& draw) {
  Chip chip = mesh(draw.between(1, 4), draw.between(1, 4));
  Topology& topology = chip.topology;
  topology.kind = static_cast<TopologyKind>(draw.between(0, 3));
  topology.cores_per_tile = draw.between(1, 3);
  const auto part = [&](std::uint32_t side) {
    return side % 2 == 0 && draw.one_in(3) ? side / 2 : side;
  };
  topology.chip_width = part(topology.width);
  topology.chip_height = part(topology.height);
  draw_timing(chip, draw);
  chip.router.virtual_channels = draw.between(1, 2);
  chip.chip_link = {draw.between(1, 9), draw.between(1, 9), draw.between(0, 4)};
  return chip;
}

void draw_faults(Chip& chip, Draw& draw) {
  Topology& topology = chip.topology;
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) {
    const TilePosition at = chip.position_of(TileId{tile});
    if (draw.one_in(10) && !(at == chip.io.ports.front())) topology.dead_tiles.push_back(at);
    if (draw.one_in(6))
      topology.dead_cores.push_back({at, draw.between(0, topology.cores_per_tile - 1)});
    const auto link = static_cast<Port>(draw.between(0, kLinkCount - 1));
    if (draw.one_in(4) && topology.has(link)) topology.dead_links.push_back({at, link});
  }
}

BlockedSpec draw_blocked(const Chip& chip, Draw& draw) {
  BlockedSpec blocked;
  blocked.wait1_cycles = draw.between(0, 12);
  blocked.wait2_cycles = draw.between(0, 12);
  blocked.emergency = chip.topology.is_triangular() && !draw.one_in(3);
  if (!draw.one_in(3)) blocked.reinjection = {draw.between(1, 3), draw.between(1, 20)};
  return blocked;
}

}  // namespace spikeloom::test
