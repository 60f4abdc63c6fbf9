#pragma once
// A chip, or a board of chips, as its JSON says it: a grid of tiles, each a router and its cores.
// Capacities, cycles and widths; no prices (models/technology).

#include <optional>
#include <string>
#include <vector>

#include "models/base/units.hpp"
#include "models/chip/topology.hpp"
#include "models/network/arithmetic.hpp"

namespace spikeloom {

/// What a router does with dropped packets: `register_packets` of them wait in its dropped-packet
/// register, and each asks for its outputs again `cycles` after it came there.
struct ReinjectionSpec {
  std::uint32_t register_packets = 1;  ///< 1 to 1024
  std::uint32_t cycles = 64;           ///< 1 to 65536
};
/// How long a packet waits for an output before it goes another way, and before it is dropped.
struct BlockedSpec {
  std::uint32_t wait1_cycles = 256;  ///< then the emergency way, where there is one; 0 to 65536
  bool emergency = false;            ///< around the triangle; only on triangular topologies
  std::uint32_t wait2_cycles = 0;    ///< after wait1, then it is dropped; 0 to 65536
  std::optional<ReinjectionSpec> reinjection{};  ///< absent: dropped packets are lost
  /// Whether packets ever go the emergency way: not if they are dropped at once after wait1.
  bool makes_detours() const { return emergency && wait2_cycles > 0; }
};
struct RouterSpec {
  std::uint32_t table_entries = 1024;     ///< ternary (key, mask) entries
  std::uint32_t input_queue_packets = 4;  ///< per input port and virtual channel, 1 to 1024
  std::uint32_t pipeline_cycles = 2;      ///< queue head to output request, 1 to 64
  std::uint32_t cycles_per_packet = 1;    ///< interval of a port of the switch, in or out, 1 to 64
  std::uint32_t virtual_channels = 1;     ///< 1, or 2 that break the rings of a torus at datelines
  std::optional<BlockedSpec> blocked{};   ///< absent: a packet waits until there is room
};
struct LinkSpec {
  std::uint32_t latency_cycles = 1;     ///< output register to neighbour's queue, 1 to 1024
  std::uint32_t cycles_per_packet = 1;  ///< serialization, 1 to 1024
  std::uint32_t payload_cycles = 0;     ///< more of it for a packet with payload, 0 to 1024
};

enum class CoreKind { Digital, Processor };
/// How a neuron that spikes several times in a step says so.
enum class SpikePackets { OneEach, Graded };

/// A software core: what its program costs, in cycles of the core's clock.
struct ProcessorSpec {
  std::uint32_t input_buffer_packets = 256;     ///< received, not yet looked at; more are lost
  std::uint32_t packet_cycles = 30;             ///< to receive one packet (interrupt)
  std::uint32_t lookup_cycles = 60;             ///< to find a packet's row and start its transfer
  std::uint32_t transfer_latency_cycles = 100;  ///< of the shared memory, per row
  std::uint32_t words_per_transfer_cycle = 1;   ///< synaptic words
  std::uint32_t row_cycles = 90;                ///< to begin a row that has arrived
  std::uint32_t synapse_cycles = 15;            ///< to add one synapse
  std::uint32_t neuron_cycles = 120;            ///< to update one neuron
  std::uint32_t spike_cycles = 30;              ///< more, to send its spike
  std::uint32_t step_cycles = 500;              ///< more, of every step
  std::uint32_t shared_words = 1U << 23;        ///< synaptic words of the tile's shared memory
};

struct CoreSpec {
  CoreKind kind = CoreKind::Digital;
  std::uint32_t neurons = 256;           ///< 1 to 65536
  std::uint32_t profiles = 64;           ///< neuron parameter sets
  std::uint32_t axon_entries = 128;      ///< (key, mask) entries that find a source core's rows
  std::uint32_t rows = 4096;             ///< row pointers
  std::uint32_t synaptic_words = 16384;  ///< wide words of synaptic memory
  std::uint32_t synapses_per_word = 1;   ///< lanes fetched and added per cycle, 1 to 16
  std::uint32_t kernel_words = 0;        ///< weights of shared kernels; 0: no convolution rows
  std::uint32_t convolution_cycles_per_tap = 1;  ///< of a generated synapse, 1 to 64
  std::uint32_t delay_steps = 15;  ///< longest delay, 1 to 63; the ring has one slot more
  std::uint32_t input_queue_packets = 8;
  std::uint32_t output_queue_packets = 4;
  std::uint32_t lookup_cycles = 2;             ///< packet to row pointer (axon table, row table)
  std::uint32_t update_cycles_per_neuron = 1;  ///< initiation interval of the update pipeline
  std::uint32_t update_latency_cycles = 4;     ///< its depth: first neuron to first spike
  std::uint32_t max_spikes_per_step = 1;       ///< of a neuron, 1 to 255
  SpikePackets spike_packets = SpikePackets::OneEach;
  Arithmetic arithmetic;
  ProcessorSpec processor;  ///< of the kind processor only
};

enum class StepMode { Barrier, RealTime };
/// What becomes of packets that still wait in a core's input queue when its next step begins.
enum class LatePackets { Defer, Drop };
struct StepSpec {
  StepMode mode = StepMode::Barrier;
  std::uint64_t tick_cycles = 0;  ///< router cycles of a real-time step, 1 to 2^40
  LatePackets late = LatePackets::Defer;
};
struct BarrierSpec {
  std::uint32_t latency_cycles = 12;  ///< last tile quiet to release seen by all tiles
};
/// `core` cycles of the cores' clock take the time of `router` cycles of the routers'.
struct ClockRatio {
  std::uint32_t core = 1, router = 1;  ///< 1 to 1024
};

enum class InputOrder { ByKey, RoundRobin };
/// Several events of an input element in a step: as many packets, or one with their count.
enum class InputPackets { OneEach, Graded };
struct IoSpec {
  std::vector<TilePosition> ports = {{0, 0}};  ///< where packets enter and leave, 1 to 64
  std::uint32_t cycles_per_packet = 1;         ///< injection interval of a port
  InputOrder order = InputOrder::ByKey;        ///< in which a port sends the packets of a step
  InputPackets input = InputPackets::OneEach;
  std::uint32_t configuration_cycles_per_word = 1;  ///< of loading a mapping through a port
};

struct Chip {
  std::string name, description, source;
  Topology topology;
  Hertz clock{100e6};  ///< of routers and links; all cycles are counted in it
  ClockRatio core_clock;
  RouterSpec router;
  LinkSpec link;
  LinkSpec chip_link;  ///< between chips of a board
  CoreSpec core;
  StepSpec step;
  BarrierSpec barrier;
  IoSpec io;
  std::string technology;  ///< path of the technology file, resolved

  std::uint32_t tile_count() const { return topology.tile_count(); }
  TileId tile_at(TilePosition position) const { return topology.tile_at(position); }
  TilePosition position_of(TileId tile) const { return topology.position_of(tile); }
  /// Ports of every router: links, io and its cores.
  std::uint32_t port_count() const { return index_of(Port::Core) + topology.cores_per_tile; }
  /// A port of the chip stands at this tile.
  bool has_io(TileId tile) const;
};

/// Bits of a stored synapse: target neuron, weight, delay.
std::uint32_t synapse_bits(const CoreSpec& core);

/// "format": "spikeloom-chip/1". Everything but format, name and topology has the default above.
Chip read_chip(const Json& document, const JsonPlace& place);
/// The effective document, every default filled in.
Json to_json(const Chip& chip);

}  // namespace spikeloom
