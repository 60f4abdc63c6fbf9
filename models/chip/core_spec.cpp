// The cores of a chip's document.

#include <nlohmann/json.hpp>

#include "models/chip/spec_readers.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kMostRows = 1U << 20;
constexpr std::uint32_t kMostSoftwareNeurons = 1024;  // 10 bits of a synapse name its target
constexpr std::uint32_t kMostWords = 1U << 24;

const WordList<CoreKind> kCoreKinds = {{"digital", CoreKind::Digital},
                                       {"processor", CoreKind::Processor}};
const WordList<SpikePackets> kSpikePackets = {{"one_each", SpikePackets::OneEach},
                                              {"graded", SpikePackets::Graded}};

void read_memories(ObjectReader& reader, CoreSpec& core) {
  read_field(reader, "neurons", core.neurons, 1, 65536);
  read_field(reader, "profiles", core.profiles, 1, kMostEntries);
  read_field(reader, "axon_entries", core.axon_entries, 1, kMostEntries);
  read_field(reader, "rows", core.rows, 1, kMostRows);
  read_field(reader, "delay_steps", core.delay_steps, 1, 63);
  read_field(reader, "input_queue_packets", core.input_queue_packets, 1, kMostQueuePackets);
  read_field(reader, "output_queue_packets", core.output_queue_packets, 1, kMostQueuePackets);
}

void read_digital(ObjectReader& reader, CoreSpec& core) {
  read_field(reader, "synaptic_words", core.synaptic_words, 1, kMostWords);
  read_field(reader, "synapses_per_word", core.synapses_per_word, 1, 16);
  read_field(reader, "kernel_words", core.kernel_words, 0, kMostWords);
  read_field(reader, "convolution_cycles_per_tap", core.convolution_cycles_per_tap, 1, 64);
  read_field(reader, "lookup_cycles", core.lookup_cycles, 1, kMostCycles);
  read_field(reader, "update_cycles_per_neuron", core.update_cycles_per_neuron, 1, kMostCycles);
  read_field(reader, "update_latency_cycles", core.update_latency_cycles, 1, kMostCycles);
  read_field(reader, "max_spikes_per_step", core.max_spikes_per_step, 1, 255);
  core.spike_packets =
      read_enum(reader, "spike_packets", kSpikePackets, std::optional(core.spike_packets));
  if (const Json* arithmetic = reader.raw("arithmetic"))
    core.arithmetic = read_arithmetic(*arithmetic, reader.place() / "arithmetic");
}

void read_processor(ObjectReader reader, ProcessorSpec& processor) {
  const auto cycles = [&](const std::string& key, std::uint32_t& field) {
    read_field(reader, key, field, 0, kMostWaitCycles);
  };
  read_field(reader, "input_buffer_packets", processor.input_buffer_packets, 1, kMostEntries);
  cycles("packet_cycles", processor.packet_cycles);
  cycles("lookup_cycles", processor.lookup_cycles);
  cycles("transfer_latency_cycles", processor.transfer_latency_cycles);
  read_field(reader, "words_per_transfer_cycle", processor.words_per_transfer_cycle, 1, 64);
  cycles("row_cycles", processor.row_cycles);
  cycles("synapse_cycles", processor.synapse_cycles);
  cycles("neuron_cycles", processor.neuron_cycles);
  cycles("spike_cycles", processor.spike_cycles);
  cycles("step_cycles", processor.step_cycles);
  read_field(reader, "shared_words", processor.shared_words, 1, 1U << 28);
  reader.finish();
}

Json digital_json(const CoreSpec& core) {
  return {{"synaptic_words", core.synaptic_words},
          {"synapses_per_word", core.synapses_per_word},
          {"kernel_words", core.kernel_words},
          {"convolution_cycles_per_tap", core.convolution_cycles_per_tap},
          {"lookup_cycles", core.lookup_cycles},
          {"update_cycles_per_neuron", core.update_cycles_per_neuron},
          {"update_latency_cycles", core.update_latency_cycles},
          {"max_spikes_per_step", core.max_spikes_per_step},
          {"spike_packets", word_of(kSpikePackets, core.spike_packets)},
          {"arithmetic", to_json(core.arithmetic)}};
}

Json processor_json(const ProcessorSpec& processor) {
  return {{"input_buffer_packets", processor.input_buffer_packets},
          {"packet_cycles", processor.packet_cycles},
          {"lookup_cycles", processor.lookup_cycles},
          {"transfer_latency_cycles", processor.transfer_latency_cycles},
          {"words_per_transfer_cycle", processor.words_per_transfer_cycle},
          {"row_cycles", processor.row_cycles},
          {"synapse_cycles", processor.synapse_cycles},
          {"neuron_cycles", processor.neuron_cycles},
          {"spike_cycles", processor.spike_cycles},
          {"step_cycles", processor.step_cycles},
          {"shared_words", processor.shared_words}};
}

/// Fields that are right in cores of the other kind are no typing errors.
void refuse_other_kind(const ObjectReader& reader, CoreKind kind) {
  if (kind == CoreKind::Digital && reader.has("processor"))
    reader.fail("processor", "is for the kind processor; this core is digital");
  if (kind == CoreKind::Digital) return;
  const Json digital = digital_json(CoreSpec{});
  for (const auto& [key, value] : digital.items())
    if (reader.has(key)) reader.fail(key, "is for the kind digital; this core is a processor");
}

}  // namespace

CoreSpec read_core(ObjectReader reader) {
  CoreSpec core;
  core.kind = read_enum(reader, "kind", kCoreKinds, std::optional(core.kind));
  read_memories(reader, core);
  if (core.kind == CoreKind::Digital) read_digital(reader, core);
  read_if_present(reader, "processor", [&](ObjectReader part) {
    read_processor(std::move(part), core.processor);
  });
  if (core.kind == CoreKind::Processor && core.neurons > kMostSoftwareNeurons)
    reader.fail("neurons",
                "is " + std::to_string(core.neurons) + ", a software core has at most " +
                    std::to_string(kMostSoftwareNeurons));
  refuse_other_kind(reader, core.kind);
  reader.finish();
  return core;
}

Json to_json(const CoreSpec& core) {
  Json json = {{"kind", word_of(kCoreKinds, core.kind)},
               {"neurons", core.neurons},
               {"profiles", core.profiles},
               {"axon_entries", core.axon_entries},
               {"rows", core.rows},
               {"delay_steps", core.delay_steps},
               {"input_queue_packets", core.input_queue_packets},
               {"output_queue_packets", core.output_queue_packets}};
  if (core.kind == CoreKind::Digital) json.update(digital_json(core));
  if (core.kind == CoreKind::Processor) json["processor"] = processor_json(core.processor);
  return json;
}

}  // namespace spikeloom
