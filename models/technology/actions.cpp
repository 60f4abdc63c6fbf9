#include "models/technology/actions.hpp"

namespace spikeloom {
namespace {

struct ActionText {
  std::string name, component, meaning;
};

// In the order of the enumeration.
const ActionText& text_of(Action action) {
  static const std::array<ActionText, kActionCount> texts = {{
      {"synaptic_operation", "core", "one weight added into the delay ring"},
      {"neuron_update_active", "core", "one neuron stepped, and it spiked"},
      {"neuron_update_inactive", "core", "one neuron stepped, and it did not spike"},
      {"spike_within_tile", "router", "one packet handed from a core to its router"},
      {"axon_lookup", "memory", "one packet searched in a core's axon table"},
      {"row_pointer_read", "memory", "one row pointer read"},
      {"synaptic_word_read", "memory", "one wide word of synaptic memory read"},
      {"ring_read", "memory", "one delay-ring slot read"},
      {"ring_write", "memory", "one delay-ring slot written"},
      {"neuron_state_read", "memory", "state, bias and profile index of one neuron read"},
      {"neuron_state_write", "memory", "state of one neuron written"},
      {"route_lookup", "router", "one packet searched in a router's ternary table"},
      {"queue_write", "router", "one packet written into a router or core queue"},
      {"queue_read", "router", "one packet read from a router or core queue"},
      {"hop_east_west", "link", "one packet over one horizontal link"},
      {"hop_north_south", "link", "one packet over one vertical link"},
      {"hop_diagonal", "link", "one packet over one diagonal link"},
      {"hop_between_chips", "link", "one packet over one link between chips"},
      {"payload_hop", "link", "the payload of one packet over one link"},
      {"register_write", "router", "one packet written into a dropped-packet register"},
      {"input_packet", "io", "one packet entering through the io port"},
      {"output_packet", "io", "one packet leaving through the io port"},
      {"barrier_step", "barrier", "one barrier of the whole chip"},
      {"kernel_read", "memory", "one weight of a shared kernel read"},
      {"convolution_tap", "core", "one synapse generated from coordinates and kernel"},
      {"processor_cycle", "core", "one cycle of a software core that works"},
      {"shared_memory_word", "memory", "one word transferred from a tile's shared memory"},
      {"configuration_word", "io", "one word loaded into a memory before the run"},
  }};
  return texts.at(static_cast<std::size_t>(action));
}

}  // namespace

bool is_possible(Action action, const Chip& chip) {
  switch (action) {
    case Action::HopDiagonal:
      return chip.topology.is_triangular();
    case Action::HopBetweenChips:
      return chip.topology.chips() > 1;
    case Action::PayloadHop:
      return chip.io.input == InputPackets::Graded ||
             chip.core.spike_packets == SpikePackets::Graded;
    case Action::RegisterWrite:
      return chip.router.blocked && chip.router.blocked->reinjection;
    case Action::KernelRead:
    case Action::ConvolutionTap:
      return chip.core.kernel_words > 0;
    case Action::ProcessorCycle:
    case Action::SharedMemoryWord:
      return chip.core.kind == CoreKind::Processor;
    case Action::ConfigurationWord:
      return false;
    default:
      return true;
  }
}

const std::string& name_of(Action action) { return text_of(action).name; }
const std::string& meaning_of(Action action) { return text_of(action).meaning; }
const std::string& component_of(Action action) { return text_of(action).component; }

}  // namespace spikeloom
