#pragma once
// What goes into a run and what comes out of it, in every engine alike: input events of samples,
// and the spikes they caused.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/base/ids.hpp"

namespace spikeloom {

/// `value` of input element `index` (row-major) during `step`. For events: a count.
struct InputEvent {
  std::uint32_t step;
  std::uint32_t index;
  double value;
};

using SampleLabel = std::optional<std::uint32_t>;  ///< class, where the data has one

/// An integer engine takes whole counts from 0 to 65535. A run of n steps takes the events of steps
/// 0 to n - 1; integer engines check later ones all the same, and all ignore them: they drive,
/// count and record nothing.
struct Sample {
  std::vector<InputEvent> events;  ///< by step, then index; one per (step, index)
  SampleLabel label;
};

/// Samples that are held, or made anew whenever they are asked for: thousands of images, presented
/// for many steps, are too much to hold.
class SampleList {
 public:
  /// The events of sample i, the same at every call.
  using Maker = std::function<std::vector<InputEvent>(std::size_t)>;

  SampleList() = default;
  SampleList(std::vector<SampleLabel> labels, Maker make);
  void push_back(Sample sample);  ///< not for lists that are made

  std::size_t size() const { return labels_.size(); }
  SampleLabel label(std::size_t i) const { return labels_[i]; }
  Sample operator[](std::size_t i) const;

 private:
  std::vector<SampleLabel> labels_;
  std::vector<std::vector<InputEvent>> held_;
  Maker make_;
};

/// Samples for one input population.
struct InputData {
  SampleList samples;
  bool is_counts = true;  ///< all values are whole, non-negative counts
  InputEvent largest{};   ///< no event has a larger value

  void add(Sample sample);             ///< holds it, and notes its events
  void note(const InputEvent& event);  ///< keeps is_counts and largest true
};

/// `value` spikes of a neuron in a step (1 unless several a step are allowed).
struct Spike {
  std::uint32_t step;
  PopulationId population;
  std::uint32_t neuron;  ///< row-major index
  std::uint32_t value;
  auto key() const { return std::tuple(step, population, neuron); }
  bool operator==(const Spike&) const = default;
};

/// State after a step, of every neuron of a population.
struct StateFrame {
  std::uint32_t step;
  PopulationId population;
  std::vector<double> u, v;
};

/// What one engine did with one sample. Steps count from the population's own start s(p), so the
/// traces of retimed and instantaneous engines are comparable; population ids are those of the
/// PopulationTable. Sorted by (step, population, neuron).
struct SampleTrace {
  std::vector<Spike> spikes;
  std::vector<StateFrame> states;  ///< only if asked for

  void sort();  ///< into that order, however it was recorded
};

}  // namespace spikeloom
