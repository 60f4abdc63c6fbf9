#include "sim/rtl/top.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "models/base/error.hpp"
#include "models/chip/grid.hpp"
#include "models/mapping/hardware_neurons.hpp"

namespace spikeloom::rtl {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// A vector of bits as a literal, the first lowest.
std::string literal(const std::vector<bool>& bits) {
  std::string digits;
  for (std::size_t i = bits.size(); i-- > 0;) digits += bits[i] ? '1' : '0';
  return fmt::format("{}'b{}", bits.size(), digits);
}

void require(bool holds, const std::string& file, const char* place, const std::string& sentence) {
  if (!holds) throw InputError(file, place, sentence);
}

void require_supported(const Chip& chip, const std::string& file) {
  const CoreSpec& core = chip.core;
  require(core.kind == CoreKind::Digital, file, "/core/kind", "the RTL has digital cores only");
  require(
      chip.core_clock.core == chip.core_clock.router,
      file,
      "/core_clock_ratio",
      fmt::format("is {}:{}, the RTL has one clock", chip.core_clock.core, chip.core_clock.router));
  require(core.kernel_words == 0,
          file,
          "/core/kernel_words",
          fmt::format("is {}, the RTL has no convolution rows", core.kernel_words));
  require(core.lookup_cycles >= 2,
          file,
          "/core/lookup_cycles",
          fmt::format("is {}, the RTL needs at least 2", core.lookup_cycles));
  require(core.update_latency_cycles >= 4,
          file,
          "/core/update_latency_cycles",
          fmt::format("is {}, the RTL needs at least 4", core.update_latency_cycles));
}

/// What works, and what stands between which tiles, as bits.
class Surround {
 public:
  explicit Surround(const Chip& chip) : chip_(chip), grid_(chip.topology) {
    for (std::uint32_t t = 0; t < grid_.tiles(); ++t) add_tile(TileId{t});
  }

  Parameters parameters() const {
    return {{"TileWorks", literal(tiles_)},
            {"LinkExists", literal(links_)},
            {"BetweenChips", literal(between_)},
            {"Dateline", literal(datelines_)},
            {"Detour", literal(detours_)},
            {"CoreWorks", literal(cores_)}};
  }

 private:
  void add_tile(TileId tile) {
    tiles_.push_back(grid_.is_alive(tile));
    for (std::uint32_t l = 0; l < kLinkCount; ++l) add_link(tile, static_cast<Port>(l));
    for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot)
      cores_.push_back(grid_.has_core(tile, slot));
  }
  void add_link(TileId tile, Port link) {
    const bool exists = grid_.neighbour(tile, link).has_value();
    const auto& blocked = chip_.router.blocked;
    links_.push_back(exists);
    between_.push_back(exists && grid_.is_between_chips(tile, link));
    datelines_.push_back(exists && chip_.router.virtual_channels > 1 &&
                         grid_.crosses_dateline(tile, link));
    detours_.push_back(blocked && blocked->emergency && grid_.detour(tile, link).has_value());
  }

  const Chip& chip_;
  Grid grid_;
  std::vector<bool> tiles_, links_, between_, datelines_, detours_, cores_;
};

std::string ports_of(const Chip& chip) {
  std::vector<bool> bits;
  for (const TilePosition& port : chip.io.ports)
    for (std::uint32_t bit = 0; bit < 16; ++bit)
      bits.push_back((index_of(chip.tile_at(port)) >> bit & 1U) != 0);
  return literal(bits);
}

Parameters fabric_parameters(const Chip& chip) {
  const RouterSpec& router = chip.router;
  const auto& blocked = router.blocked;
  const ReinjectionSpec* const again =
      blocked && blocked->reinjection ? &*blocked->reinjection : nullptr;
  const auto text = [](auto value) { return fmt::format("{}", value); };
  return {{"TableEntries", text(router.table_entries)},
          {"QueuePackets", text(router.input_queue_packets)},
          {"LookupCycles", text(router.pipeline_cycles)},
          {"Interval", text(router.cycles_per_packet)},
          {"LinkLatency", text(chip.link.latency_cycles)},
          {"LinkCycles", text(chip.link.cycles_per_packet)},
          {"LinkPayloadCycles", text(chip.link.payload_cycles)},
          {"ChipLinkLatency", text(chip.chip_link.latency_cycles)},
          {"ChipLinkCycles", text(chip.chip_link.cycles_per_packet)},
          {"ChipLinkPayloadCycles", text(chip.chip_link.payload_cycles)},
          {"Blocked", text(blocked ? 1 : 0)},
          {"Wait1Cycles", text(blocked ? blocked->wait1_cycles : 0)},
          {"Wait2Cycles", text(blocked ? blocked->wait2_cycles : 0)},
          {"RegisterPackets", text(again != nullptr ? again->register_packets : 0)},
          {"RegisterCycles", text(again != nullptr ? again->cycles : 1)}};
}

Parameters core_parameters(const Chip& chip) {
  const CoreSpec& core = chip.core;
  const Arithmetic& arithmetic = core.arithmetic;
  const bool graded = core.spike_packets == SpikePackets::Graded && core.max_spikes_per_step > 1;
  const bool payloads = graded || chip.io.input == InputPackets::Graded;
  const auto text = [](auto value) { return fmt::format("{}", value); };
  return {{"CoreNeurons", text(core.neurons)},
          {"CoreProfiles", text(core.profiles)},
          {"CoreAxonEntries", text(core.axon_entries)},
          {"CoreRows", text(core.rows)},
          {"CoreSynapticWords", text(core.synaptic_words)},
          {"CoreLanes", text(core.synapses_per_word)},
          {"CoreDelaySteps", text(core.delay_steps)},
          {"CoreInputQueue", text(core.input_queue_packets)},
          {"CoreOutputQueue", text(core.output_queue_packets)},
          {"CoreLookupCycles", text(core.lookup_cycles)},
          {"CoreUpdateInterval", text(core.update_cycles_per_neuron)},
          {"CoreUpdateLatency", text(core.update_latency_cycles)},
          {"CoreMaxSpikes", text(core.max_spikes_per_step)},
          {"CoreGraded", text(graded ? 1 : 0)},
          {"CorePayloads", text(payloads ? 1 : 0)},
          {"CoreWeightBits", text(arithmetic.weight_bits)},
          {"CoreLoihiWeights", text(arithmetic.weight_format == WeightFormat::Loihi ? 1 : 0)},
          {"CoreSumBits", text(arithmetic.sum_bits)},
          {"CoreInputShift", text(arithmetic.input_shift)},
          {"CoreUBits", text(arithmetic.u_bits)},
          {"CoreUWraps", text(arithmetic.u_overflow == Overflow::Wrap ? 1 : 0)},
          {"CoreVBits", text(arithmetic.v_bits)},
          {"CoreDecayBits", text(arithmetic.decay_bits)},
          {"CoreThresholdBits", text(arithmetic.threshold_bits)},
          {"CoreThresholdShift", text(arithmetic.threshold_shift)},
          {"CoreBiasBits", text(bias_bits(arithmetic))}};
}

Parameters step_parameters(const Chip& chip) {
  const bool real_time = chip.step.mode == StepMode::RealTime;
  const auto text = [](auto value) { return fmt::format("{}", value); };
  return {{"BarrierLatency", text(chip.barrier.latency_cycles)},
          {"RealTime", text(real_time ? 1 : 0)},
          {"TickCycles", fmt::format("64'd{}", real_time ? chip.step.tick_cycles : 1)},
          {"DropLate", text(real_time && chip.step.late == LatePackets::Drop ? 1 : 0)},
          {"IoInterval", text(chip.io.cycles_per_packet)}};
}

Parameters all_parameters(const Chip& chip) {
  Parameters all = {{"Width", std::to_string(chip.topology.width)},
                    {"Height", std::to_string(chip.topology.height)},
                    {"Cores", std::to_string(chip.topology.cores_per_tile)},
                    {"Channels", std::to_string(chip.router.virtual_channels)}};
  for (const Parameters& part :
       {Surround(chip).parameters(),
        Parameters{{"IoPorts", std::to_string(chip.io.ports.size())}, {"IoTile", ports_of(chip)}},
        fabric_parameters(chip),
        core_parameters(chip),
        step_parameters(chip)})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::string top_of(const Chip& chip, const std::string& chip_file) {
  require_supported(chip, chip_file);
  const std::size_t ports = chip.io.ports.size();
  std::string text = fmt::format(
      R"(// Generated from a chip file: sl_chip with its parameters.

module sl_top (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        cfg_write_i,
  input  logic [15:0] cfg_tile_i,
  input  logic [ 4:0] cfg_slot_i,
  input  logic [ 3:0] cfg_memory_i,
  input  logic [31:0] cfg_index_i,
  input  logic [ 3:0] cfg_beat_i,
  input  logic [31:0] cfg_data_i,
  input  logic        start_i,
  input  logic [31:0] steps_i,
  output logic        release_o,
  output logic [31:0] step_o,
  output logic        done_o,
  input  logic [{0}:0] io_valid_i,
  input  logic [{1}:0] io_packet_i,
  output logic [{0}:0] io_ready_o
);

  sl_chip #()",
      ports - 1,
      50 * ports - 1);
  const char* separator = "\n";
  for (const auto& [name, value] : all_parameters(chip)) {
    text += fmt::format("{}    .{}({})", separator, name, value);
    separator = ",\n";
  }
  return text + "\n  ) u_chip (.*);\n\nendmodule\n";
}

}  // namespace spikeloom::rtl
