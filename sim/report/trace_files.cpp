#include "sim/report/trace_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sim/report/text.hpp"

namespace spikeloom {

SpikeTable::SpikeTable(std::vector<std::string> population_names, std::vector<bool> is_input)
    : names_(std::move(population_names)),
      is_input_(std::move(is_input)),
      text_("engine,sample,step,population,neuron,value\n") {}

void SpikeTable::add(const std::string& engine, std::size_t sample, const SampleTrace& trace) {
  for (const Spike& spike : trace.spikes) {
    if (is_input_[index_of(spike.population)]) continue;
    fmt::format_to(std::back_inserter(text_),
                   "{},{},{},{},{},{}\n",
                   engine,
                   sample,
                   spike.step,
                   csv_field(names_[index_of(spike.population)]),
                   spike.neuron,
                   spike.value);
  }
}

StateFile::StateFile(const std::string& path, std::vector<std::string> population_names)
    : writer_(path), names_(std::move(population_names)) {
  for (std::string& name : names_) std::replace(name.begin(), name.end(), '/', '.');
}

void StateFile::add(const std::string& engine, std::size_t sample, const SampleTrace& trace) {
  struct Series {
    std::vector<double> u, v;
    std::size_t steps = 0;
  };
  std::map<PopulationId, Series> populations;
  for (const StateFrame& frame : trace.states) {
    Series& series = populations[frame.population];
    series.u.insert(series.u.end(), frame.u.begin(), frame.u.end());
    series.v.insert(series.v.end(), frame.v.begin(), frame.v.end());
    ++series.steps;
  }
  for (const auto& [population, series] : populations) {
    const std::string group =
        fmt::format("/{}/{}/{}", engine, sample, names_[index_of(population)]);
    const std::vector<std::size_t> shape = {series.steps, series.v.size() / series.steps};
    writer_.write<double>(group + "/v", shape, series.v);
    if (series.u.size() == series.v.size()) writer_.write<double>(group + "/u", shape, series.u);
  }
}

}  // namespace spikeloom
