// Routers, links, steps and ports of a chip's document.

#include <nlohmann/json.hpp>

#include "models/chip/grid.hpp"
#include "models/chip/spec_readers.hpp"

namespace spikeloom {
namespace {

constexpr std::uint64_t kMostTickCycles = std::uint64_t{1} << 40;
constexpr std::size_t kMostIoPorts = 64;

const WordList<StepMode> kStepModes = {{"barrier", StepMode::Barrier},
                                       {"realtime", StepMode::RealTime}};
const WordList<LatePackets> kLatePackets = {{"defer", LatePackets::Defer},
                                            {"drop", LatePackets::Drop}};
const WordList<InputOrder> kInputOrders = {{"by_key", InputOrder::ByKey},
                                           {"round_robin", InputOrder::RoundRobin}};
const WordList<InputPackets> kInputPackets = {{"packets", InputPackets::OneEach},
                                              {"graded", InputPackets::Graded}};

ReinjectionSpec read_reinjection(ObjectReader reader) {
  ReinjectionSpec spec;
  read_field(reader, "register_packets", spec.register_packets, 1, kMostQueuePackets);
  read_field(reader, "cycles", spec.cycles, 1, kMostWaitCycles);
  reader.finish();
  return spec;
}

BlockedSpec read_blocked(ObjectReader reader, const Topology& topology) {
  BlockedSpec blocked;
  read_field(reader, "wait1_cycles", blocked.wait1_cycles, 0, kMostWaitCycles);
  blocked.emergency = reader.boolean("emergency", blocked.emergency);
  if (blocked.emergency && !topology.is_triangular())
    reader.fail("emergency",
                "is true, but a " + name_of(topology.kind) + " has no triangles to go around by");
  read_field(reader, "wait2_cycles", blocked.wait2_cycles, 0, kMostWaitCycles);
  read_if_present(reader, "reinjection", [&](ObjectReader part) {
    blocked.reinjection = read_reinjection(std::move(part));
  });
  reader.finish();
  return blocked;
}

Json blocked_json(const BlockedSpec& blocked) {
  Json json = {{"wait1_cycles", blocked.wait1_cycles},
               {"emergency", blocked.emergency},
               {"wait2_cycles", blocked.wait2_cycles}};
  if (blocked.reinjection)
    json["reinjection"] = {{"register_packets", blocked.reinjection->register_packets},
                           {"cycles", blocked.reinjection->cycles}};
  return json;
}

void read_ports(ObjectReader& reader, const Topology& topology, IoSpec& io) {
  const Grid grid(topology);
  io.ports.clear();
  reader.array("ports", [&](const Json& value, const JsonPlace& place) {
    const TilePosition port = read_position(value, place, topology);
    if (!grid.is_alive(topology.tile_at(port))) place.fail("is a dead tile");
    for (const TilePosition other : io.ports)
      if (other == port) place.fail("already has a port");
    if (io.ports.size() == kMostIoPorts)
      place.fail("is port " + std::to_string(kMostIoPorts) + ", allowed are " +
                 std::to_string(kMostIoPorts));
    io.ports.push_back(port);
  });
  if (io.ports.empty()) reader.fail("ports", "is empty; at least one port is expected");
}

/// Without `ports` there is one, at the first tile that is alive.
TilePosition first_alive(const Topology& topology) {
  const Grid grid(topology);
  std::uint32_t tile = 0;
  while (!grid.is_alive(TileId{tile})) ++tile;
  return topology.position_of(TileId{tile});
}

}  // namespace

RouterSpec read_router(ObjectReader reader, const Topology& topology) {
  RouterSpec router;
  read_field(reader, "table_entries", router.table_entries, 1, kMostEntries);
  read_field(reader, "input_queue_packets", router.input_queue_packets, 1, kMostQueuePackets);
  read_field(reader, "pipeline_cycles", router.pipeline_cycles, 1, 64);
  read_field(reader, "cycles_per_packet", router.cycles_per_packet, 1, 64);
  read_field(reader, "virtual_channels", router.virtual_channels, 1, 2);
  read_if_present(reader, "blocked", [&](ObjectReader part) {
    router.blocked = read_blocked(std::move(part), topology);
  });
  reader.finish();
  return router;
}

LinkSpec read_link(ObjectReader reader, LinkSpec link) {
  read_field(reader, "latency_cycles", link.latency_cycles, 1, kMostCycles);
  read_field(reader, "cycles_per_packet", link.cycles_per_packet, 1, kMostCycles);
  read_field(reader, "payload_cycles", link.payload_cycles, 0, kMostCycles);
  reader.finish();
  return link;
}

StepSpec read_step(ObjectReader reader) {
  StepSpec step;
  step.mode = read_enum(reader, "mode", kStepModes, std::optional(step.mode));
  const bool is_realtime = step.mode == StepMode::RealTime;
  const auto unused = is_realtime ? std::nullopt : std::optional<std::uint64_t>(0);
  step.tick_cycles = reader.unsigned_integer("tick_cycles", 1, kMostTickCycles, unused);
  step.late = read_enum(reader, "late", kLatePackets, std::optional(step.late));
  for (const char* key : {"tick_cycles", "late"})
    if (!is_realtime && reader.has(key))
      reader.fail(key, "is for the mode realtime; a barrier has no tick");
  reader.finish();
  return step;
}

IoSpec read_io(ObjectReader reader, const Topology& topology) {
  IoSpec io;
  io.ports = {first_alive(topology)};
  if (reader.has("ports")) read_ports(reader, topology, io);
  read_field(reader, "cycles_per_packet", io.cycles_per_packet, 1, kMostCycles);
  io.order = read_enum(reader, "order", kInputOrders, std::optional(io.order));
  io.input = read_enum(reader, "input", kInputPackets, std::optional(io.input));
  read_field(
      reader, "configuration_cycles_per_word", io.configuration_cycles_per_word, 1, kMostCycles);
  reader.finish();
  return io;
}

Json to_json(const RouterSpec& router) {
  Json json = {{"table_entries", router.table_entries},
               {"input_queue_packets", router.input_queue_packets},
               {"pipeline_cycles", router.pipeline_cycles},
               {"cycles_per_packet", router.cycles_per_packet},
               {"virtual_channels", router.virtual_channels}};
  if (router.blocked) json["blocked"] = blocked_json(*router.blocked);
  return json;
}

Json to_json(const LinkSpec& link) {
  return {{"latency_cycles", link.latency_cycles},
          {"cycles_per_packet", link.cycles_per_packet},
          {"payload_cycles", link.payload_cycles}};
}

Json to_json(const StepSpec& step) {
  Json json = {{"mode", word_of(kStepModes, step.mode)}};
  if (step.mode == StepMode::RealTime) {
    json["tick_cycles"] = step.tick_cycles;
    json["late"] = word_of(kLatePackets, step.late);
  }
  return json;
}

Json to_json(const IoSpec& io) {
  Json ports = Json::array();
  for (const TilePosition port : io.ports) ports.push_back(Json::array({port.x, port.y}));
  return {{"ports", ports},
          {"cycles_per_packet", io.cycles_per_packet},
          {"order", word_of(kInputOrders, io.order)},
          {"input", word_of(kInputPackets, io.input)},
          {"configuration_cycles_per_word", io.configuration_cycles_per_word}};
}

}  // namespace spikeloom
