#pragma once
// What a model costs, by the definitions of NeuroBench (package neurobench 2.3.0, files of
// neurobench/metrics). That works on the layers of a PyTorch model; here is what takes their place.

#include <cstdint>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "models/network/graph.hpp"
#include "models/network/recording.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom {

/// static/parameter_count.py, footprint.py and connection_sparsity.py.
struct ModelSize {
  std::uint64_t parameters = 0;  ///< weights, biases and scales as stored: a kernel counts once
  /// Weights alone: of a graph those of Affine, Linear, Conv1d and Conv2d; of integers those of the
  /// projections, in rows every synapse by itself.
  std::uint64_t weights = 0, zero_weights = 0;
  std::uint64_t parameter_bits = 0;
  /// Neuron constants (of a graph: each field of a kind once per neuron; of integers: once per
  /// profile), delays, and state: v of every neuron, and u where it is kept from step to step. Not
  /// the buffers in which spikes wait.
  std::uint64_t buffer_bits = 0;

  std::uint64_t footprint_bytes() const { return (parameter_bits + buffer_bits + 7) / 8; }
  double connection_sparsity() const;  ///< share of weights that are zero; 0 without weights
};

/// Of the network in floating point of the given width.
ModelSize size_of(const Graph& graph, FloatWidth width);
/// Of the network in integers, its weights in `weight_bits` (SpiNNaker's: 16).
ModelSize size_of(const LoweredNetwork& network, std::uint32_t weight_bits);

/// workload/synaptic_operations.py, summed over samples. Every step a connection multiplies its
/// input with its weights. Effective are the pairs in which neither is zero: accumulates (ACs)
/// where all inputs of the connection in that step are 0, 1 or -1, else multiply-accumulates
/// (MACs). Dense are all pairs. Padding and biases are no operations. A Dirac spike counts as 1.
struct OperationCounts {
  std::uint64_t dense = 0, effective_macs = 0, effective_acs = 0;
  std::uint64_t effective() const { return effective_macs + effective_acs; }
  OperationCounts& operator+=(const OperationCounts& other);
};

/// Counts the operations of one connection, step by step.
class ConnectionMeter {
 public:
  /// `fan_out`: weights that are not zero, by input element; `dense`: all weights that all elements
  /// meet in a step.
  ConnectionMeter(std::vector<std::uint32_t> fan_out, std::uint64_t dense)
      : fan_out_(std::move(fan_out)), dense_(dense) {}

  /// Element `input` has the value `value`, not 0, in the current step.
  void add(std::size_t input, double value) {
    reached_ += fan_out_[input];
    binary_ &= value == 1.0 || value == -1.0;
  }
  void end_step();
  /// Steps in which nothing came in.
  void add_idle_steps(std::uint64_t steps) { counts_.dense += dense_ * steps; }
  const OperationCounts& counts() const { return counts_; }

 private:
  std::vector<std::uint32_t> fan_out_;
  std::uint64_t dense_;
  std::uint64_t reached_ = 0;
  bool binary_ = true;
  OperationCounts counts_;
};

/// Operations of a network in integers, from the spikes of its traces, inputs included. All
/// projections out of a population are one connection each; their operations are counted in the
/// step in which the spike is sent.
class NetworkMeter {
 public:
  explicit NetworkMeter(const LoweredNetwork& network);
  /// `trace`: of a run of `steps` steps, sorted by step, population and neuron.
  void add(const SampleTrace& trace, std::uint32_t steps);
  OperationCounts counts() const;

 private:
  IdVector<PopulationId, ConnectionMeter> meters_;
};

}  // namespace spikeloom
