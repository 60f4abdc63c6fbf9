#pragma once
// One node of the graph at work: values in, values out, once a step.

#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/units.hpp"
#include "models/network/graph.hpp"
#include "models/network/semantics.hpp"

namespace spikeloom::golden {

/// What a node does in a step. `Real` is float or double.
template <typename Real>
class Process {
 public:
  virtual ~Process() = default;
  /// `input` has the node's input volume and `output` its output volume; `output` is overwritten.
  virtual void step(const std::vector<Real>& input, std::vector<Real>& output) = 0;
  /// The initial state: as if `input` had stood for ever and no neuron had spiked.
  virtual void rest(const std::vector<Real>& input, std::vector<Real>& output) {
    step(input, output);
  }
  /// How many weights an element of the input meets, with or without those that are zero. Empty
  /// for nodes without weights.
  virtual std::vector<std::uint32_t> fan_out([[maybe_unused]] bool with_zeros) const { return {}; }
};

/// What a process is built from. The node's shapes are inferred and its parameters spread over
/// them; `file` and the node's path in it are the place of refusals.
struct ProcessSite {
  const Node& node;
  const std::string& file;
  const Semantics& semantics;
  Seconds dt;

  /// Throws InputError at the node.
  [[noreturn]] void fail(const std::string& sentence) const;
  double spike_value() const { return semantics.spike_is_dirac ? 1.0 / dt.value() : 1.0; }
};

}  // namespace spikeloom::golden
