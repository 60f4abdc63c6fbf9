#pragma once
// NIR's own trace format, as the package nir reads it (1.0.8, nir/serialization.py: read_data).

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "models/base/hdf5_writer.hpp"
#include "models/base/units.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// What trace files must know of a network; the vectors are by PopulationId.
struct TracedNetwork {
  std::vector<std::string> population_names;
  std::vector<bool> is_input;
  std::vector<bool> spikes;  ///< false: read-outs that do not spike
  std::vector<std::size_t> neurons;
  Seconds dt{};
  std::uint32_t steps = 0;
};

/// One engine's traces as NIRGraphData. Every population, inputs left out, has the observables
/// `spikes`, if it spikes, and u and v. Spikes are EventData, or ValuedEventData where a neuron
/// spiked several times in a step; an event lies in the middle of its step. u and v are
/// TimeGriddedData; a population without u has none. A population "a/b" is node b of the nested
/// graph a.
class NirDataFile {
 public:
  /// `network` outlives the file.
  NirDataFile(const std::string& path, const TracedNetwork& network);
  /// Samples come in order. The trace holds states of every step.
  void add(const SampleTrace& trace);
  void finish();

 private:
  struct Event {
    std::uint32_t step, neuron, value;
  };
  using Events = std::vector<std::vector<Event>>;  // by sample

  void make_node(std::size_t population);
  std::string node_of(std::size_t population) const;
  std::string observable_of(std::size_t population, const char* name) const;
  void add_series(std::size_t population, const char* name, const std::vector<double>& values);
  void write_events(std::size_t population);

  const TracedNetwork& network_;
  Hdf5Writer writer_;
  std::vector<Events> events_;   // by population
  std::set<std::string> typed_;  // groups that have their __type__
};

}  // namespace spikeloom
