// result.json: the stable format that other programs read.

#include <nlohmann/json.hpp>

#include "sim/report/run_result.hpp"

namespace spikeloom {
namespace {

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json accuracy(const RunResult& r) {
  if (!r.chip_engine.accuracy) return nullptr;
  return {{"samples", r.samples},
          {"float", r.float_engine ? or_null(r.float_engine->accuracy) : Json(nullptr)},
          {"integer", or_null(r.integer_engine.accuracy)},
          {"chip", or_null(r.chip_engine.accuracy)}};
}

Json first_mismatch(const RunResult& r) {
  const auto& first = r.comparison.first();
  if (!first) return nullptr;
  return {{"sample", first->sample},
          {"step", first->step},
          {"population", r.population_names[index_of(first->population)]},
          {"neuron", first->neuron},
          {"quantity", first->quantity},
          {"integer", first->expected},
          {"chip", first->found},
          {"cause", first->cause},
          {"explanation", first->explanation}};
}

Json by_cause(const RunResult& r) {
  // Every known cause appears, so that a reader need not guess whether it was counted.
  Json causes = {{"late", 0},
                 {"dropped", 0},
                 {"overrun", 0},
                 {"overflow", 0},
                 {"device", 0},
                 {"propagated", 0},
                 {"unexplained", 0}};
  for (const auto& [cause, count] : r.comparison.by_cause()) causes[cause] = count;
  return causes;
}

Json by_population(const RunResult& r) {
  Json list = Json::array();
  for (std::size_t p = 0; p < r.population_names.size(); ++p)
    list.push_back({{"population", r.population_names[p]},
                    {"float", r.float_engine ? Json(r.float_engine->spikes[p]) : Json(nullptr)},
                    {"integer", r.integer_engine.spikes[p]},
                    {"chip", r.chip_engine.spikes[p]}});
  return list;
}

Json spikes(const RunResult& r) {
  return {{"float", r.float_engine ? Json(r.float_engine->total_spikes()) : Json(nullptr)},
          {"integer", r.integer_engine.total_spikes()},
          {"chip", r.chip_engine.total_spikes()},
          {"mismatched", r.comparison.mismatched()},
          {"by_cause", by_cause(r)},
          {"first_mismatch", first_mismatch(r)},
          {"by_population", by_population(r)}};
}

Json stages_of(const std::vector<std::pair<std::string, std::string>>& list) {
  Json stages = Json::object();
  for (const auto& [stage, algorithm] : list) stages[stage] = algorithm;
  return stages;
}

Json mapping(const RunResult& r) {
  Json json = to_json(r.mapping);
  json["stages"] = stages_of(r.mapping_stages);
  return json;
}

Json neurobench(const std::optional<EngineSummary>& engine) {
  return engine && engine->neurobench ? to_json(*engine->neurobench) : Json(nullptr);
}

Json busy_cycles(const RealTimeFigures& figures) {
  return {{"p50", figures.busy_p50}, {"p95", figures.busy_p95}, {"max", figures.busy_max}};
}

Json latency(const RunResult& r) {
  const LatencyFigures& l = r.latency;
  const auto& ticks = r.real_time;
  return {{"cycles", l.cycles},
          {"tick_cycles", ticks ? Json(ticks->tick_cycles) : Json(nullptr)},
          {"overruns", ticks ? ticks->overruns : 0},
          {"busy_cycles", ticks ? busy_cycles(*ticks) : Json(nullptr)},
          {"utilization", ticks ? Json(ticks->utilization()) : Json(nullptr)},
          {"reset_cycles", l.reset_cycles},
          {"seconds", l.total.value()},
          {"per_step_cycles", {{"p50", l.step_p50}, {"p95", l.step_p95}, {"max", l.step_max}}},
          {"per_sample_seconds", l.per_sample.value()}};
}

Json energy(const RunResult& r) {
  Json components = Json::object();
  for (const auto& [name, joules] : r.energy.by_component()) components[name] = joules.value();
  Json actions = Json::object();
  for (const EnergyRow& row : r.energy.rows)
    actions[row.name] = {{"count", row.count},
                         {"pj_each", row.each.value()},
                         {"j", row.total.value()},
                         {"component", row.component},
                         {"source", row.source}};
  return {{"definition", r.energy.definition},
          {"total_j", r.energy.total.value()},
          {"per_sample_j", r.energy.total.value() / static_cast<double>(r.samples)},
          {"by_component", components},
          {"by_action", actions}};
}

Json configuration(const RunResult& r) {
  const ConfigurationFigures& c = r.configuration;
  return {{"words", c.words},
          {"cycles", c.cycles},
          {"seconds", c.time.value()},
          {"energy_j", c.energy ? Json(c.energy->value()) : Json(nullptr)}};
}

Json ports(const TrafficFigures& t) {
  Json list = Json::array();
  for (const TrafficFigures::IoPort& port : t.ports)
    list.push_back({{"x", port.tile.x},
                    {"y", port.tile.y},
                    {"packets_in", port.packets_in},
                    {"packets_out", port.packets_out}});
  return list;
}

Json traffic(const RunResult& r) {
  const TrafficFigures& t = r.traffic;
  Json worst_link;
  if (t.worst_link)
    worst_link = {{"x", t.worst_link->tile.x},
                  {"y", t.worst_link->tile.y},
                  {"link", name_of(t.worst_link->port)}};
  return {{"packets", t.packets},
          {"deliveries", t.deliveries},
          {"hops", t.hops},
          {"detoured", t.detoured},
          {"dropped", t.dropped},
          {"reinjected", t.reinjected},
          {"lost", t.lost},
          {"late", r.real_time ? r.real_time->late : 0},
          {"early", r.real_time ? r.real_time->early : 0},
          {"starved_cycles", t.starved_cycles},
          {"worst_link_load", t.worst_link_load},
          {"worst_link_busy", t.worst_link_busy},
          {"worst_link", worst_link},
          {"worst_queue", t.worst_queue},
          {"ports", ports(t)}};
}

// Those that a packet used or wanted.
Json links(const TileFigures& tile) {
  Json links = Json::object();
  for (std::uint32_t link = 0; link < kLinkCount; ++link) {
    const LinkActivity& activity = tile.links[link];
    const bool used = activity.packets > 0;
    if (!used && activity.starved_cycles + activity.detoured + activity.dropped == 0) continue;
    links[name_of(static_cast<Port>(link))] = {{"packets", activity.packets},
                                               {"busy_cycles", activity.busy_cycles},
                                               {"starved_cycles", activity.starved_cycles},
                                               {"detoured", activity.detoured},
                                               {"dropped", activity.dropped}};
  }
  return links;
}

Json tiles(const RunResult& r) {
  Json list = Json::array();
  for (const TileFigures& tile : r.tiles)
    list.push_back({{"x", tile.position.x},
                    {"y", tile.position.y},
                    {"neurons", tile.neurons},
                    {"populations", tile.populations},
                    {"dynamic_j", tile.dynamic.value()},
                    {"packets_sent", tile.packets_sent},
                    {"worst_queue", tile.worst_queue},
                    {"links", links(tile)}});
  return list;
}

Json simulator(const RunResult& r) {
  const SimulatorFigures& s = r.simulator;
  return {{"wall_s", s.wall_s},
          {"cpu_s", s.cpu_s},
          {"chip_cpu_s", s.chip_cpu_s},
          {"synaptic_events", s.synaptic_events},
          {"synaptic_events_per_cpu_s", s.synaptic_events_per_cpu_s},
          {"peak_rss_bytes", s.peak_rss_bytes}};
}

}  // namespace

Json to_json(const std::vector<QuantizationLoss>& losses) {
  Json list = Json::array();
  for (const QuantizationLoss& loss : losses)
    list.push_back({{"population", loss.population},
                    {"weights", loss.weights},
                    {"weights_zeroed", loss.weights_zeroed},
                    {"weight_rms_error", loss.weight_rms_error},
                    {"weight_max_error", loss.weight_max_error},
                    {"threshold_max_error", loss.threshold_max_error},
                    {"decay_max_error", loss.decay_max_error},
                    {"bias_max_error", loss.bias_max_error},
                    {"scale_reduction", loss.scale_reduction}});
  return list;
}

Json to_json(const MappingQuality& m) {
  const bool circular = !m.waiting_circle.empty();
  const Json deadlock = {{"possible", circular},
                         {"cycle", circular ? Json(m.waiting_circle) : Json(nullptr)}};
  return {{"cores_used", m.cores_used},
          {"neurons", m.neurons},
          {"synapses", m.synapses},
          {"synaptic_words", m.synaptic_words},
          {"kernel_words", m.kernel_words},
          {"sparse_rows", m.sparse_rows},
          {"dense_rows", m.dense_rows},
          {"convolution_rows", m.convolution_rows},
          {"convolutions", m.convolutions},
          {"packets_per_spike", m.packets_per_spike},
          {"hops_per_spike", m.hops_per_spike},
          {"routing_entries", m.routing_entries},
          {"worst_table_entries", m.worst_table_entries},
          {"deadlock", deadlock},
          {"worst_core_neurons", m.worst_core_neurons},
          {"worst_core_words", m.worst_core_words},
          {"worst_core_rows", m.worst_core_rows},
          {"worst_core_kernel_words", m.worst_core_kernel_words}};
}

Json to_json(const RunResult& r) {
  return {{"format", "spikeloom-result/1"},
          {"spikeloom_version", SPIKELOOM_VERSION},
          {"name", r.name},
          {"experiment", Json::parse(r.experiment)},
          {"seed", r.seed},
          {"accuracy", accuracy(r)},
          {"spikes", spikes(r)},
          {"neurobench",
           {{"float", neurobench(r.float_engine)}, {"integer", neurobench(r.integer_engine)}}},
          {"mapping", mapping(r)},
          {"quantization", to_json(r.quantization)},
          {"overflows",
           {{"sum", r.overflows.sum},
            {"u", r.overflows.u},
            {"v", r.overflows.v},
            {"spikes", r.overflows.spikes}}},
          {"latency", latency(r)},
          {"energy", energy(r)},
          {"configuration", configuration(r)},
          {"traffic", traffic(r)},
          {"tiles", tiles(r)},
          {"simulator", simulator(r)},
          {"warnings", r.warnings}};
}

}  // namespace spikeloom
