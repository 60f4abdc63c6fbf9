#pragma once
// Spike-for-spike comparison of two engines.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/network/recording.hpp"

namespace spikeloom {

/// What of a population is compared.
enum class Compared {
  Spikes,
  Potential,  ///< v, step by step, of populations that do not spike; the traces must hold states
  Nothing,    ///< inputs: all engines are given the same ones
};

/// One neuron in one step, in which two engines differ.
struct Difference {
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;
  Compared quantity;       ///< Spikes or Potential
  double expected, found;  ///< of that quantity
};

/// Calls `visit` once per neuron and step that differ. Both traces are sorted. By PopulationId;
/// populations beyond the list are compared by their spikes.
void for_each_difference(const SampleTrace& expected,
                         const SampleTrace& found,
                         const std::vector<Compared>& compared,
                         const std::function<void(const Difference&)>& visit);

struct FirstMismatch {
  std::size_t sample;
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;
  std::string quantity;    ///< "spikes", or "v" of a population that does not spike
  double expected, found;  ///< of that quantity
  std::string cause;
  std::string explanation{};  ///< a sentence, where a CauseSource was asked
};

/// The cause of a difference that nothing accounts for.
inline constexpr const char* kUnexplained = "unexplained";

/// Says why two engines differ.
class CauseSource {
 public:
  virtual ~CauseSource() = default;
  virtual std::string cause_of(const Difference& difference) const = 0;
  /// One sentence, without a full stop.
  virtual std::string explain(const Difference& difference) const = 0;
};

/// Accumulates over samples. Both traces are sorted by (step, population, neuron).
class SpikeComparison {
 public:
  /// By PopulationId; populations beyond the list are compared by their spikes.
  explicit SpikeComparison(std::vector<Compared> compared = {}) : compared_(std::move(compared)) {}

  /// Without `causes` every difference is unexplained.
  void add(std::size_t sample,
           const SampleTrace& expected,
           const SampleTrace& found,
           const CauseSource* causes = nullptr);

  std::uint64_t mismatched() const { return mismatched_; }  ///< (step, population, neuron) triples
  const std::optional<FirstMismatch>& first() const { return first_; }  ///< least sample, step, ...
  /// Causes and how many mismatches each explains; they sum to mismatched().
  const std::map<std::string, std::uint64_t>& by_cause() const { return by_cause_; }
  std::uint64_t unexplained() const;
  const std::vector<Compared>& compared() const { return compared_; }

 private:
  void note(std::size_t sample, const Difference& difference, const CauseSource* causes);

  std::vector<Compared> compared_;
  std::uint64_t mismatched_ = 0;
  std::optional<FirstMismatch> first_;
  std::map<std::string, std::uint64_t> by_cause_;
};

}  // namespace spikeloom
