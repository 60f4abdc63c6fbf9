// A tree of groups that repeats the graph's, each saying in `__type__` what it is.

#include "sim/report/nir_data_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spikeloom {
namespace {

constexpr const char* kType = "__type__";
constexpr const char* kNodes = "/nodes/";

// The end of the recording. Readers take floor(t_max / dt) for the number of steps.
double end_of(const TracedNetwork& network) {
  const double dt = network.dt.value();
  double end = network.steps * dt;
  while (std::floor(end / dt) < network.steps)
    end = std::nextafter(end, std::numeric_limits<double>::infinity());
  return end;
}

// Samples side by side: as many columns as the longest has events, the others filled up.
struct EventTable {
  std::vector<std::size_t> shape;
  std::vector<std::int64_t> idx;
  std::vector<double> time, value;
  bool has_values = false;
};

template <typename Events>
EventTable table_of(const Events& samples, double dt) {
  std::size_t columns = 0;
  for (const auto& events : samples) columns = std::max(columns, events.size());
  EventTable table{{samples.size(), columns}, {}, {}, {}};
  for (const auto& events : samples) {
    for (const auto& event : events) {
      table.idx.push_back(event.neuron);
      table.time.push_back((event.step + 0.5) * dt);
      table.value.push_back(event.value);
      table.has_values |= event.value != 1;
    }
    const std::size_t filled = table.time.size() + columns - events.size();
    table.idx.resize(filled, -1);  // the format's sign for "no event"
    table.time.resize(filled, std::numeric_limits<double>::infinity());
    table.value.resize(filled, 0.0);
  }
  return table;
}

}  // namespace

NirDataFile::NirDataFile(const std::string& path, const TracedNetwork& network)
    : network_(network), writer_(path), events_(network.population_names.size()) {
  writer_.write_attribute("/", kType, "NIRGraphData");
  writer_.group("/nodes");
  for (std::size_t p = 0; p < events_.size(); ++p)
    if (!network.is_input[p]) make_node(p);
}

void NirDataFile::make_node(std::size_t population) {
  const std::string node = node_of(population);
  writer_.group(node + "/observables");
  writer_.write_attribute(node, kType, "NIRNodeData");
  for (std::size_t at = node.find(kNodes, 1); at != std::string::npos;
       at = node.find(kNodes, at + 1)) {
    const std::string graph = node.substr(0, at);
    if (typed_.insert(graph).second) writer_.write_attribute(graph, kType, "NIRGraphData");
  }
}

std::string NirDataFile::node_of(std::size_t population) const {
  std::string path = kNodes;
  for (const char c : network_.population_names[population]) {
    if (c == '/')
      path += kNodes;
    else
      path += c;
  }
  return path;
}

std::string NirDataFile::observable_of(std::size_t population, const char* name) const {
  return node_of(population) + "/observables/" + name;
}

void NirDataFile::add(const SampleTrace& trace) {
  for (Events& samples : events_) samples.emplace_back();
  for (const Spike& spike : trace.spikes) {
    const std::size_t p = index_of(spike.population);
    if (!network_.is_input[p]) events_[p].back().push_back({spike.step, spike.neuron, spike.value});
  }
  std::vector<std::vector<double>> u(events_.size()), v(events_.size());
  for (const StateFrame& frame : trace.states) {
    const std::size_t p = index_of(frame.population);
    u[p].insert(u[p].end(), frame.u.begin(), frame.u.end());
    v[p].insert(v[p].end(), frame.v.begin(), frame.v.end());
  }
  for (std::size_t p = 0; p < events_.size(); ++p) {
    add_series(p, "u", u[p]);
    add_series(p, "v", v[p]);
  }
}

void NirDataFile::add_series(std::size_t population,
                             const char* name,
                             const std::vector<double>& values) {
  if (values.empty()) return;
  const std::string group = observable_of(population, name);
  writer_.append<double>(group + "/data", {network_.steps, network_.neurons[population]}, values);
  if (!typed_.insert(group).second) return;
  writer_.write_attribute(group, kType, "TimeGriddedData");
  writer_.write_attribute(group, "dt", network_.dt.value());
}

void NirDataFile::write_events(std::size_t population) {
  const EventTable table = table_of(events_[population], network_.dt.value());
  const std::string group = observable_of(population, "spikes");
  writer_.write<std::int64_t>(group + "/idx", table.shape, table.idx);
  writer_.write<double>(group + "/time", table.shape, table.time);
  if (table.has_values) writer_.write<double>(group + "/value", table.shape, table.value);
  writer_.write_attribute(group, kType, table.has_values ? "ValuedEventData" : "EventData");
  writer_.write_attribute(
      group, "n_neurons", static_cast<std::int64_t>(network_.neurons[population]));
  writer_.write_attribute(group, "t_max", end_of(network_));
}

void NirDataFile::finish() {
  for (std::size_t p = 0; p < events_.size(); ++p)
    if (!network_.is_input[p] && network_.spikes[p]) write_events(p);
  writer_.finish();
}

}  // namespace spikeloom
