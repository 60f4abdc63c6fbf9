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
      {"input_packet", "io", "one packet entering through the io port"},
      {"output_packet", "io", "one packet leaving through the io port"},
      {"barrier_step", "barrier", "one barrier of the whole chip"},
  }};
  return texts.at(static_cast<std::size_t>(action));
}

}  // namespace

const std::string& name_of(Action action) { return text_of(action).name; }
const std::string& meaning_of(Action action) { return text_of(action).meaning; }
const std::string& component_of(Action action) { return text_of(action).component; }

}  // namespace spikeloom
