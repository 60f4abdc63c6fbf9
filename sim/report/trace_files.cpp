#include "sim/report/trace_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "models/base/error.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

/// u and v of one population over a sample, step after step.
struct Series {
  std::vector<double> u, v;
  std::size_t steps = 0;
};

std::map<PopulationId, Series> series_of(const SampleTrace& trace) {
  std::map<PopulationId, Series> populations;
  for (const StateFrame& frame : trace.states) {
    Series& series = populations[frame.population];
    series.u.insert(series.u.end(), frame.u.begin(), frame.u.end());
    series.v.insert(series.v.end(), frame.v.begin(), frame.v.end());
    ++series.steps;
  }
  return populations;
}

bool has_current(const Series& series) { return series.u.size() == series.v.size(); }

// The populations' names in state.h5, where '/' would begin a group within.
std::vector<std::string> group_names(const TracedNetwork& network) {
  std::vector<std::string> groups;
  std::map<std::string, std::string> taken;
  for (std::size_t p = 0; p < network.population_names.size(); ++p) {
    const std::string& name = network.population_names[p];
    groups.push_back(name);
    std::replace(groups.back().begin(), groups.back().end(), '/', '.');
    if (network.is_input[p]) continue;
    const auto [other, is_new] = taken.try_emplace(groups.back(), name);
    if (!is_new)
      throw InputError("state.h5",
                       "",
                       fmt::format("populations '{}' and '{}' would both be group '{}' of it",
                                   other->second,
                                   name,
                                   groups.back()));
  }
  return groups;
}

}  // namespace

TextFile::TextFile(const std::string& path, const std::string& header)
    : path_(path), stream_(path, std::ios::binary) {
  stream_ << header << '\n';
}

void TextFile::finish() {
  stream_.close();
  if (!stream_)
    throw InputError(path_, "", std::string("cannot be written: ") + std::strerror(errno));
}

TraceFiles::TraceFiles(OutputDirectory& output, TracedNetwork network, bool state_table)
    : output_(output),
      network_(std::move(network)),
      groups_(group_names(network_)),
      spikes_(output.file("spikes.csv"), "engine,sample,step,population,neuron,value"),
      states_(output.file("state.h5")) {
  if (state_table)
    state_rows_ = std::make_unique<TextFile>(output.file("state.csv"),
                                             "engine,sample,step,population,neuron,u,v");
}

void TraceFiles::add(const std::string& engine, std::size_t sample, const SampleTrace& trace) {
  add_spikes(engine, sample, trace);
  add_states(engine, sample, trace);
  if (state_rows_) add_state_rows(engine, sample, trace);
  const auto [file, is_new] =
      nir_data_.try_emplace(engine, output_.file(engine + ".nirdata.h5"), network_);
  file->second.add(trace);
}

void TraceFiles::add_spikes(const std::string& engine,
                            std::size_t sample,
                            const SampleTrace& trace) {
  std::string rows;
  for (const Spike& spike : trace.spikes) {
    const std::size_t population = index_of(spike.population);
    if (network_.is_input[population]) continue;
    fmt::format_to(std::back_inserter(rows),
                   "{},{},{},{},{},{}\n",
                   csv_field(engine),
                   sample,
                   spike.step,
                   csv_field(network_.population_names[population]),
                   spike.neuron,
                   spike.value);
  }
  spikes_.write(rows);
}

void TraceFiles::add_states(const std::string& engine,
                            std::size_t sample,
                            const SampleTrace& trace) {
  for (const auto& [population, series] : series_of(trace)) {
    const std::string group =
        fmt::format("/{}/{}/{}", engine, sample, groups_[index_of(population)]);
    const std::vector<std::size_t> shape = {series.steps, series.v.size() / series.steps};
    states_.write<double>(group + "/v", shape, series.v);
    if (has_current(series)) states_.write<double>(group + "/u", shape, series.u);
  }
}

void TraceFiles::add_state_rows(const std::string& engine,
                                std::size_t sample,
                                const SampleTrace& trace) {
  for (const StateFrame& frame : trace.states) {
    const std::string& name = network_.population_names[index_of(frame.population)];
    const std::string first =
        fmt::format("{},{},{},{}", csv_field(engine), sample, frame.step, csv_field(name));
    std::string rows;
    for (std::size_t n = 0; n < frame.v.size(); ++n) {
      const std::string u = frame.u.empty() ? "" : fmt::format("{}", frame.u[n]);
      fmt::format_to(std::back_inserter(rows), "{},{},{},{}\n", first, n, u, frame.v[n]);
    }
    state_rows_->write(rows);
  }
}

void TraceFiles::finish() {
  spikes_.finish();
  states_.finish();
  if (state_rows_) state_rows_->finish();
  for (auto& [engine, file] : nir_data_) file.finish();
}

}  // namespace spikeloom
