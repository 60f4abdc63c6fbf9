#pragma once
// Traces of engines, written sample by sample: spikes.csv, state.h5, one NIRData file per engine,
// and state.csv where it is asked for.

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/base/hdf5_writer.hpp"
#include "models/network/recording.hpp"
#include "sim/report/nir_data_file.hpp"
#include "sim/report/output_directory.hpp"

namespace spikeloom {

/// A table that is written as it comes; closing it says whether all of it could be written.
class TextFile {
 public:
  TextFile(const std::string& path, const std::string& header);
  void write(const std::string& lines) { stream_ << lines; }
  /// Throws InputError if anything could not be written.
  void finish();

 private:
  std::string path_;
  std::ofstream stream_;
};

/// Traces of several engines. Inputs are left out: they are in the recording.
class TraceFiles {
 public:
  /// Prepares spikes.csv (`engine,sample,step,population,neuron,value`), state.h5
  /// (/<engine>/<sample>/<population>/{u,v}, each (steps, neurons); '/' in a population's name
  /// becomes '.') and, with `state_table`, state.csv (`engine,sample,step,population,neuron,u,v`).
  /// `output` outlives this. Throws InputError for names that differ only in '/' and '.'.
  TraceFiles(OutputDirectory& output, TracedNetwork network, bool state_table);

  /// The engine's first trace also prepares <engine>.nirdata.h5, so `engine` is part of a file's
  /// name. An engine's samples come in order. The trace holds states.
  void add(const std::string& engine, std::size_t sample, const SampleTrace& trace);
  void finish();

 private:
  void add_spikes(const std::string& engine, std::size_t sample, const SampleTrace& trace);
  void add_states(const std::string& engine, std::size_t sample, const SampleTrace& trace);
  void add_state_rows(const std::string& engine, std::size_t sample, const SampleTrace& trace);

  OutputDirectory& output_;
  TracedNetwork network_;
  std::vector<std::string> groups_;  // of state.h5, by population
  TextFile spikes_;
  Hdf5Writer states_;
  std::unique_ptr<TextFile> state_rows_;
  std::map<std::string, NirDataFile> nir_data_;  // by engine
};

/// The most rows of a state.csv.
constexpr std::uint64_t kMostStateRows = 50'000'000;

}  // namespace spikeloom
