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
  std::string quantity;    ///< "spikes", or "v" of a population that does not spike
  double expected, found;  ///< of that quantity
  std::string cause;
};

/// What of a population is compared.
enum class Compared {
  Spikes,
  Potential,  ///< v, step by step, of populations that do not spike; the traces must hold states
  Nothing,    ///< inputs: all engines are given the same ones
};

/// Accumulates over samples. Both traces are sorted by (step, population, neuron).
class SpikeComparison {
 public:
  /// By PopulationId; populations beyond the list are compared by their spikes.
  explicit SpikeComparison(std::vector<Compared> compared = {}) : compared_(std::move(compared)) {}

  void add(std::size_t sample, const SampleTrace& expected, const SampleTrace& found);

  std::uint64_t mismatched() const { return mismatched_; }  ///< (step, population, neuron) triples
  const std::optional<FirstMismatch>& first() const { return first_; }  ///< least sample, step, ...
  /// Causes and how many mismatches each explains; they sum to mismatched().
  const std::map<std::string, std::uint64_t>& by_cause() const { return by_cause_; }

 private:
  void compare_spikes(std::size_t sample, const SampleTrace& expected, const SampleTrace& found);
  void compare_states(std::size_t sample, const SampleTrace& expected, const SampleTrace& found);
  void compare_frames(std::size_t sample, const StateFrame& expected, const StateFrame& found);
  void note(const FirstMismatch& mismatch);

  Compared compared(PopulationId population) const;

  std::vector<Compared> compared_;
  std::uint64_t mismatched_ = 0;
  std::optional<FirstMismatch> first_;
  std::map<std::string, std::uint64_t> by_cause_;
};

}  // namespace spikeloom
