#pragma once
// One node of the graph at work: values in, values out, once a step.

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
  /// Back to the initial state.
  virtual void reset() {}
  /// `input` has the node's input volume and `output` its output volume; `output` is overwritten.
  virtual void step(const std::vector<Real>& input, std::vector<Real>& output) = 0;
};

/// What a process is built from. The node's shapes are inferred; `file` and the node's name are
/// the place of refusals.
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
