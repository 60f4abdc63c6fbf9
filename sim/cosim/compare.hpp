#pragma once
// Spike-for-spike comparison of two engines.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/network/recording.hpp"

namespace spikeloom {

struct FirstMismatch {
  std::size_t sample;
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;
  std::uint32_t expected, found;  ///< spikes
  std::string cause;
};

/// Accumulates over samples. Both traces are sorted by (step, population, neuron).
class SpikeComparison {
 public:
  void add(std::size_t sample, const SampleTrace& expected, const SampleTrace& found);

  std::uint64_t mismatched() const { return mismatched_; }  ///< (step, population, neuron) triples
  const std::optional<FirstMismatch>& first() const { return first_; }  ///< least sample, step, ...
  /// Causes and how many mismatches each explains; they sum to mismatched().
  const std::map<std::string, std::uint64_t>& by_cause() const { return by_cause_; }

 private:
  void note(std::size_t sample, const Spike& at, std::uint32_t expected, std::uint32_t found);

  std::uint64_t mismatched_ = 0;
  std::optional<FirstMismatch> first_;
  std::map<std::string, std::uint64_t> by_cause_;
};

}  // namespace spikeloom
