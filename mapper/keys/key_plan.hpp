#pragma once
// Which neurons of a source share a multicast tree. A source (a core or a part of an input
// population) owns an aligned block of keys; its packet groups are aligned parts of that block. A
// group's packets go wherever one of its neurons has a synapse: neurons without one there cost a
// delivery and an empty row, more groups cost routing and axon entries.

#include <set>
#include <vector>

#include "mapper/keys/input_ports.hpp"
#include "mapper/partition/core_filler.hpp"

namespace spikeloom {

struct PacketGroup {
  std::uint32_t source;  ///< core number, or number of cores + index into KeyPlan::inputs
  std::uint32_t first;   ///< local number of the first neuron, a multiple of `size`
  std::uint32_t size;    ///< keys, a power of two
  std::uint32_t rows;    ///< neurons that exist: a core that takes the group has a row for each
  std::uint32_t senders = 0;         ///< of them, those that send packets
  bool to_io = false;                ///< spikes of output populations also leave the chip
  std::vector<std::uint32_t> cores;  ///< ascending
};

struct KeyPlan {
  std::vector<PacketGroup> groups;        ///< by source, then by first neuron
  std::vector<InputPart> inputs;          ///< of input populations that have synapses
  std::vector<std::uint32_t> block_size;  ///< keys per source, powers of two
  std::uint64_t senders() const;
  std::uint64_t deliveries() const;  ///< into cores, if every sender spiked once
};

/// How finely keys are grouped.
struct Grouping {
  /// The share of deliveries to cores without a synapse above which a group is split.
  double waste_limit;
  /// Inputs enter by all used ports of the chip; else by the first.
  bool by_all_ports;
};
/// From many small groups to one per source, in the order they are tried.
inline constexpr Grouping kGroupings[] = {{0.25, true}, {0.5, true}, {1.0, true}, {1.0, false}};

/// True if a spike of this neuron makes packets: somebody listens. Input elements always do.
bool sends_packets(const NetworkView& view, NeuronNumber number);

KeyPlan plan_keys(const NetworkView& view,
                  const Partition& partition,
                  const Chip& chip,
                  const UsableCores& usable,
                  const Grouping& grouping);

/// Who sends to which core: (source, core).
std::set<std::pair<std::uint32_t, std::uint32_t>> source_cores(const KeyPlan& plan);

/// Rows, with the places of convolutions among them, axon entries and kernel words that the groups
/// need in each core.
struct RowsAndAxons {
  std::vector<std::uint64_t> rows, axons, kernels;
};
RowsAndAxons count_rows_and_axons(const NetworkView& view,
                                  const Partition& partition,
                                  const KeyPlan& plan);

/// Splits cores until the rows, axon entries and kernels of all fit with one of kGroupings.
/// InputError if they cannot.
Partition fit_rows_and_axons(const PartitionProblem& problem, std::vector<CoreContents> cores);

/// The first plan, at or after `first` of kGroupings, whose rows and axons fit; with the index of
/// its grouping. nullopt if there is none.
std::optional<std::pair<KeyPlan, std::size_t>> fitting_plan(const NetworkView& view,
                                                            const Partition& partition,
                                                            const Chip& chip,
                                                            const UsableCores& usable,
                                                            std::size_t first = 0);

}  // namespace spikeloom
