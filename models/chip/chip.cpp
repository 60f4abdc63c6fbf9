#include "models/chip/chip.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/chip/spec_readers.hpp"

namespace spikeloom {
namespace {

constexpr const char* kFormat = "spikeloom-chip/1";

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
  const std::uint64_t keys = std::uint64_t{chip.tile_count()} * chip.topology.cores_per_tile
                             << index_bits(chip.core.neurons);
  if (keys > kMostKeys)
    (core / "neurons")
        .fail("is " + std::to_string(chip.core.neurons) + ", too many for " +
              std::to_string(chip.tile_count() * chip.topology.cores_per_tile) +
              " cores: neurons, rounded up to a power of two, "
              "times cores is at most 2147483648 keys");
}

// Loihi's weights of both signs need a bit more than they are stored in.
std::uint32_t signed_weight_bits(const Arithmetic& arithmetic) {
  return arithmetic.weight_bits + (arithmetic.weight_format == WeightFormat::Loihi ? 1 : 0);
}

void check_widths(const Arithmetic& arithmetic, const JsonPlace& place) {
  constexpr std::uint32_t kMostWeightBits = 10;
  if (signed_weight_bits(arithmetic) > kMostWeightBits)
    (place / "weight_bits")
        .fail("is " + std::to_string(arithmetic.weight_bits) +
              ", a core takes 2 to 9 of the format \"loihi\"");
  const bool signed_format = arithmetic.weight_format == WeightFormat::Signed;
  const std::uint32_t weight = signed_weight_bits(arithmetic) + arithmetic.weight_exponent_max;
  if (arithmetic.sum_bits < weight)
    (place / "sum_bits")
        .fail("is " + std::to_string(arithmetic.sum_bits) + ", but one weight takes " +
              std::to_string(weight) + " (weight_bits + " + (signed_format ? "" : "1 + ") +
              "weight_exponent_max)");
  const std::uint32_t threshold = arithmetic.threshold_bits + arithmetic.threshold_shift;
  if (arithmetic.v_bits <= threshold)
    (place / "v_bits")
        .fail("is " + std::to_string(arithmetic.v_bits) + ", but a threshold takes " +
              std::to_string(threshold) + " and the sign (threshold_bits + threshold_shift + 1)");
}

void read_text(ObjectReader& reader, Chip& chip) {
  reader.word("format", {kFormat});
  chip.name = read_name(reader);
  chip.description = reader.string("description", "");
  chip.source = reader.string("source", "");
}

BarrierSpec read_barrier(ObjectReader reader) {
  BarrierSpec barrier;
  read_field(reader, "latency_cycles", barrier.latency_cycles, 1, kMostWaitCycles);
  reader.finish();
  return barrier;
}

ClockRatio read_ratio(ObjectReader& reader, const std::string& key) {
  std::vector<std::uint32_t> parts;
  reader.array(key, [&](const Json& value, const JsonPlace& place) {
    if (!value.is_number_integer() || value < 1 || value > kMostCycles)
      place.fail("is " + value.dump(-1, ' ', true) + ", allowed is an integer 1 to " +
                 std::to_string(kMostCycles));
    parts.push_back(value.get<std::uint32_t>());
  });
  if (parts.size() != 2)
    reader.fail(key, "a ratio has two parts: cycles of the cores, and of the routers in that time");
  return {parts[0], parts[1]};
}

void read_fabric(ObjectReader& reader, Chip& chip) {
  read_if_present(reader, "router", [&](ObjectReader part) {
    chip.router = read_router(std::move(part), chip.topology);
  });
  read_if_present(
      reader, "link", [&](ObjectReader part) { chip.link = read_link(std::move(part), {}); });
  chip.chip_link = chip.link;
  read_if_present(reader, "chip_link", [&](ObjectReader part) {
    chip.chip_link = read_link(std::move(part), chip.link);
  });
}

void read_steps(ObjectReader& reader, Chip& chip) {
  read_if_present(
      reader, "step", [&](ObjectReader part) { chip.step = read_step(std::move(part)); });
  read_if_present(
      reader, "barrier", [&](ObjectReader part) { chip.barrier = read_barrier(std::move(part)); });
}

}  // namespace

bool Chip::has_io(TileId tile) const {
  return std::any_of(
      io.ports.begin(), io.ports.end(), [&](TilePosition port) { return tile_at(port) == tile; });
}

std::uint32_t synapse_bits(const CoreSpec& core) {
  const auto delay = static_cast<std::uint32_t>(std::bit_width(core.delay_steps));
  return index_bits(core.neurons) + core.arithmetic.weight_bits + delay;
}

Chip read_chip(const Json& document, const JsonPlace& place) {
  Chip chip;
  ObjectReader reader(document, place);
  read_text(reader, chip);
  chip.topology = read_topology(reader.object("topology"));
  chip.clock = Hertz(reader.number("clock_hz", 1e3, 1e12, chip.clock.value()));
  if (reader.has("core_clock_ratio")) chip.core_clock = read_ratio(reader, "core_clock_ratio");
  read_fabric(reader, chip);
  read_if_present(
      reader, "core", [&](ObjectReader part) { chip.core = read_core(std::move(part)); });
  // Of the memory that software cores share each may fill its part.
  if (chip.core.kind == CoreKind::Processor)
    chip.core.synaptic_words = chip.core.processor.shared_words / chip.topology.cores_per_tile;
  read_steps(reader, chip);
  const Json no_io = Json::object();
  const Json* io = reader.raw("io");
  chip.io =
      read_io(ObjectReader(io == nullptr ? no_io : *io, reader.place() / "io"), chip.topology);
  chip.technology = resolved(reader.string("technology", ""), place.file);
  reader.finish();
  check_keys(chip, reader.place() / "core");
  check_widths(chip.core.arithmetic, reader.place() / "core" / "arithmetic");
  return chip;
}

Json to_json(const Chip& chip) {
  return {{"format", kFormat},
          {"name", chip.name},
          {"description", chip.description},
          {"source", chip.source},
          {"topology", to_json(chip.topology)},
          {"clock_hz", chip.clock.value()},
          {"core_clock_ratio", Json::array({chip.core_clock.core, chip.core_clock.router})},
          {"router", to_json(chip.router)},
          {"link", to_json(chip.link)},
          {"chip_link", to_json(chip.chip_link)},
          {"core", to_json(chip.core)},
          {"step", to_json(chip.step)},
          {"barrier", {{"latency_cycles", chip.barrier.latency_cycles}}},
          {"io", to_json(chip.io)},
          {"technology", chip.technology}};
}

}  // namespace spikeloom
