#pragma once
// Traces of a run: spikes.csv and state.h5.

#include <string>
#include <vector>

#include "models/base/hdf5_file.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// Collects the neurons' spikes of all engines and samples as CSV:
/// engine,sample,step,population,neuron,value. Inputs are left out: they are in the recording.
class SpikeTable {
 public:
  SpikeTable(std::vector<std::string> population_names, std::vector<bool> is_input);
  void add(const std::string& engine, std::size_t sample, const SampleTrace& trace);
  const std::string& text() const { return text_; }

 private:
  std::vector<std::string> names_;
  std::vector<bool> is_input_;
  std::string text_;
};

/// Writes states as they come: /<engine>/<sample>/<population>/{u,v}, each (steps, neurons).
/// A '/' in a population's name becomes '.'.
class StateFile {
 public:
  StateFile(const std::string& path, std::vector<std::string> population_names);
  void add(const std::string& engine, std::size_t sample, const SampleTrace& trace);
  void finish() { writer_.finish(); }

 private:
  Hdf5Writer writer_;
  std::vector<std::string> names_;
};

}  // namespace spikeloom
