#include "tests/unit/chip_sim/hand_built.hpp"

#include <algorithm>
#include <map>

namespace spikeloom::test {
namespace {

using Routes = std::map<std::uint32_t, std::uint32_t>;  // tile -> mask of outputs

void walk(Routes& routes, const Chip& chip, TileId source, TileId target) {
  TilePosition at = chip.position_of(source);
  const TilePosition goal = chip.position_of(target);
  const auto leave_by = [&](Port port) {
    routes[static_cast<std::uint32_t>(chip.tile_at(at))] |= bit_of(port);
  };
  for (; at.x < goal.x; ++at.x) leave_by(Port::East);
  for (; at.x > goal.x; --at.x) leave_by(Port::West);
  for (; at.y < goal.y; ++at.y) leave_by(Port::North);
  for (; at.y > goal.y; --at.y) leave_by(Port::South);
  leave_by(Port::Core);
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

std::vector<TileId> some_tiles(const Mapping& mapping, Draw& draw) {
  std::vector<TileId> tiles;
  for (const CoreImage& core : mapping.cores)
    if (!draw.one_in(3)) tiles.push_back(core.tile);
  return tiles;
}

void connect(Mapping& mapping,
             const Chip& chip,
             std::uint32_t key,
             std::uint32_t sources,
             TileId source,
             const std::vector<TileId>& targets,
             Draw& draw) {
  route_tree(mapping, chip, key, kNeuronMask, source, targets);
  for (const CoreId id : ids_of(mapping.cores)) {
    CoreImage& core = mapping.cores[id];
    if (std::find(targets.begin(), targets.end(), core.tile) != targets.end())
      add_random_rows(core, chip.core, key, sources, draw);
  }
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

CoreId add_core(Mapping& mapping, TileId tile, std::uint32_t neurons, std::uint32_t first) {
  CoreImage core;
  core.tile = tile;
  core.key_base = static_cast<std::uint32_t>(tile) << kNeuronBits;
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

void route_tree(Mapping& mapping,
                const Chip& chip,
                std::uint32_t key,
                std::uint32_t mask,
                TileId source,
                const std::vector<TileId>& targets) {
  Routes routes;
  for (const TileId target : targets) walk(routes, chip, source, target);
  for (const auto& [tile, route] : routes)
    mapping.tables[TileId{tile}].push_back({key, mask, route});
}

RandomTraffic random_traffic(const Chip& chip, Draw& draw) {
  RandomTraffic traffic;
  Mapping& mapping = traffic.mapping = blank(chip);
  std::uint32_t neurons = 0;
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) {
    if (draw.one_in(4)) continue;
    const std::uint32_t local = draw.between(1, 12);
    excite(mapping.cores[add_core(mapping, TileId{tile}, local, neurons)], draw);
    neurons += local;
  }
  for (const CoreId id : ids_of(mapping.cores)) {
    const TileId tile = mapping.cores[id].tile;
    const std::uint32_t key = mapping.cores[id].key_base;
    const auto targets = some_tiles(mapping, draw);
    connect(mapping, chip, key, mapping.cores[id].neurons(), tile, targets, draw);
    traffic.fan_out.push_back(static_cast<std::uint32_t>(targets.size()));
  }
  traffic.inputs = draw.between(1, 6);
  mapping.inputs = {{PopulationId{1}, kInputKeys, traffic.inputs}};
  const auto targets = some_tiles(mapping, draw);
  connect(mapping,
          chip,
          kInputKeys,
          traffic.inputs,
          chip.tile_at(chip.io.ports.front()),
          targets,
          draw);
  traffic.input_fan_out = static_cast<std::uint32_t>(targets.size());
  return traffic;
}

}  // namespace spikeloom::test
