#include "models/chip/chip.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-chip/1";
constexpr std::uint32_t kMostTilesPerSide = 256;
constexpr std::uint32_t kMostCycles = 1024;
constexpr std::uint32_t kMostQueuePackets = 1024;
constexpr std::uint32_t kMostEntries = 1U << 16;
constexpr std::uint32_t kMostRows = 1U << 20;
constexpr std::uint32_t kMostWords = 1U << 24;

// Replaces `field` if the document has it; what the struct holds is the default.
void read(ObjectReader& reader,
          const std::string& key,
          std::uint32_t& field,
          std::uint32_t low,
          std::uint32_t high) {
  field = static_cast<std::uint32_t>(reader.unsigned_integer(key, low, high, field));
}

void read_topology(ObjectReader topology, Chip& chip) {
  topology.word("kind", {"mesh"}, "mesh");
  const auto side = [&](const std::string& key) {
    return static_cast<std::uint32_t>(topology.unsigned_integer(key, 1, kMostTilesPerSide));
  };
  chip.width = side("width");
  chip.height = side("height");
  topology.finish();
}

void read_router(ObjectReader reader, RouterSpec& router) {
  read(reader, "table_entries", router.table_entries, 1, kMostEntries);
  read(reader, "input_queue_packets", router.input_queue_packets, 1, kMostQueuePackets);
  read(reader, "pipeline_cycles", router.pipeline_cycles, 1, 64);
  reader.finish();
}

void read_link(ObjectReader reader, LinkSpec& link) {
  read(reader, "latency_cycles", link.latency_cycles, 1, kMostCycles);
  read(reader, "cycles_per_packet", link.cycles_per_packet, 1, kMostCycles);
  reader.finish();
}

void read_memories(ObjectReader& reader, CoreSpec& core) {
  read(reader, "neurons", core.neurons, 1, 65536);
  read(reader, "profiles", core.profiles, 1, kMostEntries);
  read(reader, "axon_entries", core.axon_entries, 1, kMostEntries);
  read(reader, "rows", core.rows, 1, kMostRows);
  read(reader, "synaptic_words", core.synaptic_words, 1, kMostWords);
  read(reader, "synapses_per_word", core.synapses_per_word, 1, 16);
  read(reader, "delay_steps", core.delay_steps, 1, 63);
  read(reader, "input_queue_packets", core.input_queue_packets, 1, kMostQueuePackets);
  read(reader, "output_queue_packets", core.output_queue_packets, 1, kMostQueuePackets);
}

void read_core(ObjectReader reader, CoreSpec& core) {
  reader.word("kind", {"digital"}, "digital");
  read_memories(reader, core);
  read(reader, "lookup_cycles", core.lookup_cycles, 1, kMostCycles);
  read(reader, "update_cycles_per_neuron", core.update_cycles_per_neuron, 1, kMostCycles);
  read(reader, "update_latency_cycles", core.update_latency_cycles, 1, kMostCycles);
  if (const Json* arithmetic = reader.raw("arithmetic"))
    core.arithmetic = read_arithmetic(*arithmetic, reader.place() / "arithmetic");
  reader.finish();
}

void read_barrier(ObjectReader reader, BarrierSpec& barrier) {
  read(reader, "latency_cycles", barrier.latency_cycles, 1, 65536);
  reader.finish();
}

// A coordinate is checked against the mesh here, so that the error names it.
TilePosition read_position(ObjectReader& reader, const Chip& chip) {
  std::vector<std::uint32_t> coordinates;
  const std::array<std::uint32_t, 2> sides = {chip.width, chip.height};
  reader.array("tile", [&](const Json& value, const JsonPlace& place) {
    if (coordinates.size() == sides.size()) place.fail("a tile has two coordinates, x and y");
    const std::uint32_t last = sides[coordinates.size()] - 1;
    const bool inside = value.is_number_integer() && value >= 0 && value <= last;
    if (!inside)
      place.fail("is " + value.dump(-1, ' ', true) + ", allowed is an integer 0 to " +
                 std::to_string(last) + ", the mesh");
    coordinates.push_back(value.get<std::uint32_t>());
  });
  if (coordinates.size() != sides.size())
    reader.fail("tile", "a tile has two coordinates, x and y");
  return {coordinates[0], coordinates[1]};
}

void read_io(ObjectReader reader, Chip& chip) {
  if (reader.has("tile")) chip.io.tile = read_position(reader, chip);
  read(reader, "cycles_per_packet", chip.io.cycles_per_packet, 1, kMostCycles);
  reader.finish();
}

std::string resolved(const std::string& path, const std::string& file) {
  if (path.empty()) return path;
  const auto folder = std::filesystem::path(file).parent_path();
  return std::filesystem::absolute(folder / path).lexically_normal().string();
}

std::uint32_t index_bits(std::uint32_t count) {
  return std::max(1U, static_cast<std::uint32_t>(std::bit_width(count - 1)));
}

// Half of the 32-bit key space is left to the inputs of the network.
void check_keys(const Chip& chip, const JsonPlace& core) {
  constexpr std::uint64_t kMostKeys = std::uint64_t{1} << 31;
  const std::uint64_t keys = std::uint64_t{chip.tile_count()} << index_bits(chip.core.neurons);
  if (keys > kMostKeys)
    (core / "neurons")
        .fail("is " + std::to_string(chip.core.neurons) + ", too many for " +
              std::to_string(chip.tile_count()) +
              " tiles: neurons, rounded up to a power of two, "
              "times tiles is at most 2147483648 keys");
}

// What a core's memory and adders do not have.
void check_weights(const Arithmetic& arithmetic, const JsonPlace& place) {
  if (arithmetic.weight_format != WeightFormat::Signed)
    (place / "weight_format").fail("is not what a core's memory holds; allowed: signed");
  if (arithmetic.weight_exponent_min != 0)
    (place / "weight_exponent_min")
        .fail("is " + std::to_string(arithmetic.weight_exponent_min) + ", a core takes 0");
}

void check_widths(const Arithmetic& arithmetic, const JsonPlace& place) {
  const std::uint32_t weight = arithmetic.weight_bits + arithmetic.weight_exponent_max;
  if (arithmetic.sum_bits < weight)
    (place / "sum_bits")
        .fail("is " + std::to_string(arithmetic.sum_bits) + ", but one weight takes " +
              std::to_string(weight) + " (weight_bits + weight_exponent_max)");
  const std::uint32_t threshold = arithmetic.threshold_bits + arithmetic.threshold_shift;
  if (arithmetic.v_bits <= threshold)
    (place / "v_bits")
        .fail("is " + std::to_string(arithmetic.v_bits) + ", but a threshold takes " +
              std::to_string(threshold) + " and the sign (threshold_bits + threshold_shift + 1)");
}

Json core_json(const CoreSpec& core) {
  return {{"kind", "digital"},
          {"neurons", core.neurons},
          {"profiles", core.profiles},
          {"axon_entries", core.axon_entries},
          {"rows", core.rows},
          {"synaptic_words", core.synaptic_words},
          {"synapses_per_word", core.synapses_per_word},
          {"delay_steps", core.delay_steps},
          {"input_queue_packets", core.input_queue_packets},
          {"output_queue_packets", core.output_queue_packets},
          {"lookup_cycles", core.lookup_cycles},
          {"update_cycles_per_neuron", core.update_cycles_per_neuron},
          {"update_latency_cycles", core.update_latency_cycles},
          {"arithmetic", to_json(core.arithmetic)}};
}

Json router_json(const RouterSpec& router) {
  return {{"table_entries", router.table_entries},
          {"input_queue_packets", router.input_queue_packets},
          {"pipeline_cycles", router.pipeline_cycles}};
}

Json io_json(const IoSpec& io) {
  return {{"tile", Json::array({io.tile.x, io.tile.y})},
          {"cycles_per_packet", io.cycles_per_packet}};
}

// Calls `read_part` with member `key` if the document has it.
template <typename Read>
void read_if_present(ObjectReader& reader, const std::string& key, const Read& read_part) {
  if (auto part = reader.optional_object(key)) read_part(std::move(*part));
}

void read_text(ObjectReader& reader, Chip& chip) {
  reader.word("format", {kFormat});
  chip.name = reader.string("name");
  chip.description = reader.string("description", "");
  chip.source = reader.string("source", "");
}

}  // namespace

const std::string& name_of(Port port) {
  static const std::array<std::string, kPortCount> names = {
      "east", "north", "west", "south", "core", "io"};
  return names.at(static_cast<std::size_t>(port));
}

std::uint32_t synapse_bits(const CoreSpec& core) {
  const auto delay = static_cast<std::uint32_t>(std::bit_width(core.delay_steps));
  return index_bits(core.neurons) + core.arithmetic.weight_bits + delay;
}

Chip read_chip(const Json& document, const JsonPlace& place) {
  Chip chip;
  ObjectReader reader(document, place);
  read_text(reader, chip);
  read_topology(reader.object("topology"), chip);
  chip.clock = Hertz(reader.number("clock_hz", 1e3, 1e12, chip.clock.value()));
  read_if_present(reader, "router", [&](ObjectReader part) { read_router(part, chip.router); });
  read_if_present(reader, "link", [&](ObjectReader part) { read_link(part, chip.link); });
  read_if_present(reader, "core", [&](ObjectReader part) { read_core(part, chip.core); });
  read_if_present(reader, "barrier", [&](ObjectReader part) { read_barrier(part, chip.barrier); });
  read_if_present(reader, "io", [&](ObjectReader part) { read_io(part, chip); });
  chip.technology = resolved(reader.string("technology", ""), place.file);
  reader.finish();
  check_keys(chip, reader.place() / "core");
  check_weights(chip.core.arithmetic, reader.place() / "core" / "arithmetic");
  check_widths(chip.core.arithmetic, reader.place() / "core" / "arithmetic");
  return chip;
}

Json to_json(const Chip& chip) {
  return {{"format", kFormat},
          {"name", chip.name},
          {"description", chip.description},
          {"source", chip.source},
          {"topology", {{"kind", "mesh"}, {"width", chip.width}, {"height", chip.height}}},
          {"clock_hz", chip.clock.value()},
          {"router", router_json(chip.router)},
          {"link",
           {{"latency_cycles", chip.link.latency_cycles},
            {"cycles_per_packet", chip.link.cycles_per_packet}}},
          {"core", core_json(chip.core)},
          {"barrier", {{"latency_cycles", chip.barrier.latency_cycles}}},
          {"io", io_json(chip.io)},
          {"technology", chip.technology}};
}

}  // namespace spikeloom
