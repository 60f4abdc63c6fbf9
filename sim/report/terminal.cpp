// The summary that a run prints.

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/run_result.hpp"
#include "sim/report/si_format.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kShownRows = 5;

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.2f} %", 100.0 * *share) : "-";
}

std::string verdict(const RunResult& r) {
  if (r.comparison.mismatched() == 0)
    return fmt::format("chip equals integer golden: {} spikes, 0 mismatches",
                       r.chip_engine.total_spikes());
  const FirstMismatch& first = *r.comparison.first();
  return fmt::format(
      "chip {} from integer golden: {} mismatches; the first in sample {}, step {}, {} neuron {} "
      "({})",
      r.is_explained() ? "differs" : "DIFFERS",
      r.comparison.mismatched(),
      first.sample,
      first.step,
      r.population_names[index_of(first.population)],
      first.neuron,
      first.cause);
}

std::string cause_lines(const RunResult& r) {
  const auto& first = r.comparison.first();
  if (!first) return "";
  std::string text = fmt::format("  causes       {}\n", causes_words(r.comparison));
  if (!first->explanation.empty())
    text += fmt::format("  first        sample {}, {}\n", first->sample, first->explanation);
  return text;
}

std::string accuracy_lines(const RunResult& r) {
  std::string text;
  if (r.chip_engine.accuracy)
    text += fmt::format("  accuracy     float {}   integer {}   chip {}   ({} samples)\n",
                        percent(r.float_engine ? r.float_engine->accuracy : std::nullopt),
                        percent(r.integer_engine.accuracy),
                        percent(r.chip_engine.accuracy),
                        r.samples);
  text += fmt::format("  {:<22} {:>14} {:>14} {:>14}\n", "spikes", "float", "integer", "chip");
  for (std::size_t p = 0; p < r.population_names.size(); ++p)
    text += fmt::format("    {:<20} {:>14} {:>14} {:>14}\n",
                        shortened(r.population_names[p], 20),
                        r.float_engine ? std::to_string(r.float_engine->spikes[p]) : "-",
                        r.integer_engine.spikes[p],
                        r.chip_engine.spikes[p]);
  return text;
}

std::string quantization_lines(const RunResult& r) {
  if (r.quantization.empty()) return "";
  std::string text = "  quantized    weights off by (rms)";
  for (const QuantizationLoss& loss : r.quantization)
    text += fmt::format("{} {} {:.2f} %",
                        &loss == &r.quantization.front() ? "" : ",",
                        shortened(loss.population, 20),
                        100.0 * loss.weight_rms_error);
  return text + '\n';
}

std::string neurobench_lines(const RunResult& r) {
  if (!r.integer_engine.neurobench) return "";
  const NeurobenchFigures& figures = *r.integer_engine.neurobench;
  return fmt::format(
      "  neurobench   {}; {:.0f} ACs, {:.0f} MACs of {:.0f} dense a sample; activation sparsity "
      "{:.2f} %\n",
      si(static_cast<double>(figures.size.footprint_bytes()), "B"),
      figures.per_sample(figures.operations.effective_acs),
      figures.per_sample(figures.operations.effective_macs),
      figures.per_sample(figures.operations.dense),
      100.0 * figures.activation_sparsity());
}

double per_packet(std::uint64_t count, const RunResult& r) {
  return static_cast<double>(count) /
         static_cast<double>(std::max<std::uint64_t>(1, r.traffic.packets));
}

std::string energy_lines(const RunResult& r) {
  const double total = r.energy.total.value();
  std::string text = fmt::format("  energy       {} per sample: {}\n",
                                 si(total / static_cast<double>(r.samples), "J"),
                                 r.energy.definition);
  std::vector<EnergyRow> rows = r.energy.rows;
  std::stable_sort(
      rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.total > b.total; });
  rows.resize(std::min(rows.size(), kShownRows));
  for (const EnergyRow& row : rows)
    text += fmt::format("    {:<24} {:>14} x {:>10} = {:>10}  {:5.1f} %\n",
                        row.name,
                        row.count,
                        si(to_joules(row.each).value(), "J"),
                        si(row.total.value(), "J"),
                        total > 0 ? 100.0 * row.total.value() / total : 0.0);
  return text;
}

std::string traffic_lines(const RunResult& r) {
  const TrafficFigures& t = r.traffic;
  std::string text = fmt::format(
      "  traffic      {} packets, each delivered to {:.2f} cores over {:.2f} links; {} "
      "dropped\n",
      t.packets,
      per_packet(t.deliveries, r),
      per_packet(t.hops, r),
      t.dropped);
  if (t.worst_link)
    text += fmt::format(
        "    busiest link ({},{}) {}: {:.3f} packets a cycle; links starved for {} cycles in all\n",
        t.worst_link->tile.x,
        t.worst_link->tile.y,
        name_of(t.worst_link->port),
        t.worst_link_load,
        t.starved_cycles);
  if (t.detoured + t.dropped > 0)
    text += fmt::format("    {} copies went around a blocked link, {} were sent again, {} lost\n",
                        t.detoured,
                        t.reinjected,
                        t.lost);
  return text;
}

}  // namespace

std::string terminal_summary(const RunResult& r) {
  const MappingQuality& m = r.mapping;
  std::string text = fmt::format("{} on {}\n", r.name, r.chip_name);
  text += "  network      " + r.network + '\n';
  text += "  verdict      " + verdict(r) + '\n' + cause_lines(r) + accuracy_lines(r);
  text += quantization_lines(r) + neurobench_lines(r);
  text += fmt::format(
      "  mapping      {} neurons, {} synapses on {} of {} cores; fullest routing table {} "
      "entries\n",
      m.neurons,
      m.synapses,
      m.cores_used,
      r.cores,
      m.worst_table_entries);
  text += fmt::format(
      "  latency      {} per sample; {} cycles in all, a step p50 {} p95 {} max {} cycles\n",
      si(r.latency.per_sample.value(), "s"),
      r.latency.cycles,
      r.latency.step_p50,
      r.latency.step_p95,
      r.latency.step_max);
  if (r.real_time) text += "  real time    " + real_time_words(*r.real_time) + '\n';
  text += energy_lines(r);
  text += "  configured   " + configuration_words(r.configuration) + '\n';
  text += traffic_lines(r);
  text += fmt::format(
      "  simulated    in {:.2f} s CPU, of which the chip {:.2f} s; {} synaptic events; "
      "{:.0f} MB\n",
      r.simulator.cpu_s,
      r.simulator.chip_cpu_s,
      r.simulator.synaptic_events,
      static_cast<double>(r.simulator.peak_rss_bytes) / 1e6);
  for (const std::string& warning : r.warnings) text += "  warning      " + warning + '\n';
  return printable(wrap_long_lines(text));
}

}  // namespace spikeloom
