#pragma once
// What blocks count and technologies price. One list: the names in code, JSON, result and plots.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"

namespace spikeloom {

enum class Action : std::uint8_t {
  SynapticOperation,     ///< one weight added into the delay ring (empty lanes do not count)
  NeuronUpdateActive,    ///< one neuron stepped, and it spiked
  NeuronUpdateInactive,  ///< one neuron stepped, and it did not
  SpikeWithinTile,       ///< one packet handed from a core to its router
  AxonLookup,            ///< one packet searched in a core's axon table
  RowPointerRead,        ///< one row pointer read
  SynapticWordRead,      ///< one wide word of synaptic memory read
  RingRead,              ///< one delay-ring slot read
  RingWrite,             ///< one delay-ring slot written
  NeuronStateRead,       ///< u, v, refractory counter, bias and profile index of one neuron read
  NeuronStateWrite,      ///< u, v and refractory counter of one neuron written
  RouteLookup,           ///< one packet searched in a router's ternary table
  QueueWrite,            ///< one packet written into a router or core queue
  QueueRead,             ///< one packet read from it
  HopEastWest,           ///< one packet over one horizontal link
  HopNorthSouth,         ///< one packet over one vertical link
  HopDiagonal,           ///< one packet over one diagonal link
  HopBetweenChips,       ///< one packet over one link between chips, whatever its direction
  PayloadHop,            ///< the payload of one packet over one link, beside the packet's hop
  RegisterWrite,         ///< one packet written into a dropped-packet register
  InputPacket,           ///< one packet entering through the io port
  OutputPacket,          ///< one packet leaving through the io port
  BarrierStep,           ///< one barrier of the whole chip
  KernelRead,            ///< one weight of a shared kernel read
  ConvolutionTap,        ///< one synapse generated from coordinates and kernel
  ProcessorCycle,        ///< one cycle of a software core that works
  SharedMemoryWord,      ///< one word transferred from a tile's shared memory
  ConfigurationWord,     ///< one word loaded into a memory before the run
};
constexpr std::size_t kActionCount = 28;

/// Whether blocks of this chip can count it. A technology may leave out what cannot happen.
bool is_possible(Action action, const Chip& chip);
const std::string& name_of(Action action);  ///< "synaptic_operation", ...
const std::string& meaning_of(Action action);
/// "core", "memory", "router", "link", "io", "barrier": groups of energy.by_component.
const std::string& component_of(Action action);

struct ActionCounts {
  std::array<std::uint64_t, kActionCount> count{};
  std::uint64_t& operator[](Action action) { return count[static_cast<std::size_t>(action)]; }
  std::uint64_t operator[](Action action) const { return count[static_cast<std::size_t>(action)]; }
  ActionCounts& operator+=(const ActionCounts& other) {
    for (std::size_t i = 0; i < kActionCount; ++i) count[i] += other.count[i];
    return *this;
  }
  bool operator==(const ActionCounts&) const = default;
};

}  // namespace spikeloom
